/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How often the kernel skipped a run of a BPF program because the program, or for a kprobe any
 * kprobe, was already running on that CPU. A packet for which every program of its hook was skipped
 * is in no other count.
 */
#ifndef SIFTR_CAPTURE_PROG_MISSES_H
#define SIFTR_CAPTURE_PROG_MISSES_H

#include <linux/types.h>

/*
 * Skipped runs are not known: Linux before 5.12 does not count them, Linux before 6.7 does not
 * count those of kprobes, or /proc cannot be read.
 */
#define PROG_MISSES_UNKNOWN (~0ULL)

/*
 * Skipped runs of the program, or PROG_MISSES_UNKNOWN. Reads /proc/self/fdinfo, which needs no
 * privilege, unlike bpf(2).
 */
__u64 prog_misses__of(int prog_fd);

/*
 * Skipped runs of the program that is attached by the kprobe of this link, or PROG_MISSES_UNKNOWN.
 * The kprobe skips a run while any kprobe runs on that CPU, and counts it itself:
 * prog_misses__of() does not include it.
 */
__u64 prog_misses__of_kprobe(int link_fd);
/* The same for a link of BPF_TRACE_KPROBE_MULTI. */
__u64 prog_misses__of_kprobe_multi(int link_fd);

#endif
