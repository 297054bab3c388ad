/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clock that BPF programs read. In a time namespace a process reads another: its
 * CLOCK_MONOTONIC is shifted, while bpf_ktime_get_ns() is of the initial namespace.
 */
#ifndef SIFTR_CAPTURE_KERNEL_CLOCK_H
#define SIFTR_CAPTURE_KERNEL_CLOCK_H

#include <linux/types.h>

/*
 * Finds how far this process's CLOCK_MONOTONIC is ahead of the kernel's, in ns. `process`
 * is its directory in /proc. Where that does not tell, a BPF program is run to ask, which takes
 * a privilege; its answer never makes the kernel's clock later than it is.
 * 0 or a negative errno.
 */
int kernel_clock__measure_ahead(const char *process, __s64 *ahead_ns);

#endif
