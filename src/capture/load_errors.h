/* SPDX-License-Identifier: BSD-2-Clause */
/* Why this host cannot be traced, in words, with the way out. */
#ifndef SIFTR_CAPTURE_LOAD_ERRORS_H
#define SIFTR_CAPTURE_LOAD_ERRORS_H

#include "capture/selftest.h"
#include "capture/switches.h"

#define REFUSAL_BYTES 512

#define REFUSAL_BTF_FIX                                                                  \
	"the kernel must be built with CONFIG_DEBUG_INFO_BTF=y, as those of Debian 11, " \
	"Ubuntu 20.10, Fedora 32 and RHEL 8.2 are, and sysfs mounted at /sys"
#define REFUSAL_ROOT_FIX "run it with sudo, or grant it CAP_BPF and CAP_PERFMON"
#define REFUSAL_HOOK_FIX \
	"its compiler may have inlined or renamed it: use a distribution's kernel from 5.10 on"
#define REFUSAL_RING_FIX "this kernel has no BPF ring buffers: it must be 5.10 or newer"

#define REFUSAL_MEMORY_FIX                                                               \
	"on this kernel BPF maps count as locked memory, and its limit may be too low: " \
	"ulimit -l unlimited, LimitMEMLOCK=infinity in a unit, or a smaller --ring-size"

/*
 * Whether an error is about this moment, a lack of memory or of descriptors, say, and not about
 * this host: the same may succeed a moment later.
 */
int load_errors__is_passing(int err);

/* Says what is missing before anything is tried; 0 or a negative errno. */
int load_errors__check(void);

/* Explains why loading or attaching the programs failed; returns `err`. */
int load_errors__explain(int err);

/*
 * The programs are attached; does the kernel call them? `off`, as switches__open() found it.
 * 0, also where that cannot be tested, or -EOPNOTSUPP with the reason and the way out in `text`.
 */
int load_errors__find_uncalled(const struct selftest *test, const struct kernel_switch *off,
			       char text[REFUSAL_BYTES]);

/* The same, said. */
int load_errors__check_calls(const struct selftest *test, const struct kernel_switch *off);

/* What root can do about being refused. */
const char *load_errors__eperm_fix(void);

#endif
