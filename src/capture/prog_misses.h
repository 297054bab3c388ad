/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs of a BPF program that the kernel skipped as it was running on that CPU already. */
#ifndef SIFTR_CAPTURE_PROG_MISSES_H
#define SIFTR_CAPTURE_PROG_MISSES_H

#include <linux/types.h>

/* The kernel does not count them (before 5.12, and for kprobes), or /proc cannot be read. */
#define PROG_MISSES_UNKNOWN (~0ULL)

/* Reads /proc/self/fdinfo, which needs no privilege; bpf(2) may need it. */
__u64 prog_misses__of(int prog_fd);

#endif
