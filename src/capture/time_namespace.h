/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares this process's CLOCK_MONOTONIC with bpf_ktime_get_ns(): they differ in a time namespace,
 * which shifts a process's clock but not that of BPF programs.
 */
#ifndef SIFTR_CAPTURE_TIME_NAMESPACE_H
#define SIFTR_CAPTURE_TIME_NAMESPACE_H

#include <linux/types.h>

/*
 * Measures how far this process's CLOCK_MONOTONIC is ahead of the kernel's. `process` is its
 * directory in /proc. If /proc does not show the difference, a BPF program is run, which needs
 * privilege and errs only towards an earlier kernel clock. 0 or a negative errno.
 */
int time_namespace__measure_ahead(const char *process, __s64 *ahead_ns);

#endif
