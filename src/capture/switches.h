/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Switches of the kernel that keep attached programs from being called, and the time for
 * which they did. Opened while files of root's can be; looked at afterwards by reading alone.
 */
#ifndef SIFTR_CAPTURE_SWITCHES_H
#define SIFTR_CAPTURE_SWITCHES_H

#include <linux/types.h>

#include "capture/programs.h"

#define SWITCHES_MAX 2

#define SWITCHES_FTRACE_FIX                                                                    \
	"sysctl -w kernel.ftrace_enabled=1, and look for who sets it in /etc/sysctl.conf and " \
	"/etc/sysctl.d"

struct kernel_switch {
	const char *path, *name, *fix;
	int kprobes_only; /* fentry does not ask for it */
};

struct switches {
	int fds[SWITCHES_MAX];		 /* -1: not there, cannot be read or without effect */
	const struct kernel_switch *off; /* as last seen; NULL: none */
	__u64 looked_ns;		 /* when that was; CLOCK_MONOTONIC */
	__u64 on_ns;			 /* when all were last seen on */
	__u64 noticed_ns;		 /* when `off` was first seen */
	__u64 unobserved_ns;		 /* in all, but for the period that has not ended */
};

#define SWITCHES_NONE ((struct switches){.fds = {-1, -1}})

/* The switches that matter to programs attached this way; `off` tells whether one is off. */
void switches__open(struct switches *switches, enum programs_way way);

void switches__close(struct switches *switches);

/* Programs are called all the same: the switches need not be looked at. */
void switches__ignore(struct switches *switches);

/* Tracing begins, with `off` known to be NULL. */
void switches__begin(struct switches *switches, __u64 now_ns);

/*
 * Looks at them and reports each change. `record_ns` is the time of the
 * last record: one made long after a switch was off shows that it has no effect here.
 */
void switches__look(struct switches *switches, __u64 now_ns, __u64 record_ns);

/* When to look next, ~0 for never: soon while packets come, else every two seconds. */
__u64 switches__due_ns(const struct switches *switches, __u64 record_ns);

/* For how long packets may have passed unseen: at most, from look to look. */
__u64 switches__unobserved_ns(const struct switches *switches);

#endif
