/* SPDX-License-Identifier: BSD-2-Clause */
/* Explains why this host cannot be traced, each cause with a remedy. */
#ifndef SIFTR_CAPTURE_LOAD_ERRORS_H
#define SIFTR_CAPTURE_LOAD_ERRORS_H

#include "capture/selftest.h"
#include "capture/switches.h"

#define LOAD_ERRORS_BYTES 512

#define LOAD_ERRORS_BTF_FIX                                                              \
	"the kernel must be built with CONFIG_DEBUG_INFO_BTF=y, as those of Debian 11, " \
	"Ubuntu 20.10, Fedora 32 and RHEL 8.2 are, and sysfs mounted at /sys"
#define LOAD_ERRORS_ROOT_FIX "run it with sudo, or grant it CAP_BPF and CAP_PERFMON"
#define LOAD_ERRORS_HOOK_FIX \
	"its compiler may have inlined or renamed it: use a distribution's kernel from 5.10 on"
#define LOAD_ERRORS_RING_FIX "this kernel has no BPF ring buffers: it must be 5.10 or newer"

#define LOAD_ERRORS_MEMORY_FIX                                                           \
	"on this kernel BPF maps count as locked memory, and its limit may be too low: " \
	"ulimit -l unlimited, LimitMEMLOCK=infinity in a unit, or a smaller --ring-size"

#define LOAD_ERRORS_KPROBE_FIX                                                           \
	"kernel.perf_event_paranoid is above 2, and some kernels then leave kprobes to " \
	"CAP_SYS_ADMIN: sysctl kernel.perf_event_paranoid=2, or run it with sudo"

/* Checks the requirements before anything is loaded. 0 or a negative errno, reported. */
int load_errors__check(void);

/* Reports why loading or attaching the programs failed; returns `err`. */
int load_errors__explain(int err);

/*
 * Whether the kernel calls the attached programs, by the result of the self-test. `off` is the
 * kernel switch that switches__open() found off, or NULL. 0 if it does, or if that could not be
 * tested and no switch is off; else -EOPNOTSUPP with cause and remedy in `text`.
 */
int load_errors__find_uncalled(const struct selftest *test, const struct kernel_switch *off,
			       char text[LOAD_ERRORS_BYTES]);

/*
 * Like load_errors__find_uncalled(), but reports the cause and the
 * remedy instead of storing them.
 */
int load_errors__check_calls(const struct selftest *test, const struct kernel_switch *off);

/* The remedy if the kernel answers EPERM to a process that has the capabilities. */
const char *load_errors__eperm_fix(void);

#endif
