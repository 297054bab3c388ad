/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs of a BPF program that the kernel suppressed because it was running on that CPU already. */
#ifndef SIFTR_CAPTURE_PROG_MISSES_H
#define SIFTR_CAPTURE_PROG_MISSES_H

#include <linux/types.h>

/* The kernel does not count (before 5.12, and for kprobes), or does not let this process see. */
#define PROG_MISSES_UNKNOWN (~0ULL)

/* By the program's descriptor. Needs no privilege: bpf(2) would, where it is closed to users. */
__u64 prog_misses__of(int prog_fd);

#endif
