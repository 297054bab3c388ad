/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Watches the kernel's switches that stop attached programs from being called, and sums up the time
 * for which they were off. The files are opened as root; afterwards they are only read.
 */
#ifndef SIFTR_CAPTURE_SWITCHES_H
#define SIFTR_CAPTURE_SWITCHES_H

#include <stdbool.h>

#include <linux/types.h>

#include "capture/attach_way.h"

#define SWITCHES_MAX 2

#define SWITCHES_FTRACE_FIX                                                                    \
	"sysctl -w kernel.ftrace_enabled=1, and look for who sets it in /etc/sysctl.conf and " \
	"/etc/sysctl.d"

struct kernel_switch {
	const char *path, *name, *fix;
	bool kprobes_only; /* has no effect on fentry */
};

struct switches {
	int fds[SWITCHES_MAX];		 /* -1: missing, unreadable or without effect */
	const struct kernel_switch *off; /* at the last poll; NULL: none */
	__u64 polled_ns;		 /* CLOCK_MONOTONIC time of that */
	__u64 on_ns;			 /* when all were last seen on */
	__u64 noticed_ns;		 /* when `off` was first seen off */
	__u64 unobserved_ns;		 /* total of the periods that have ended */
};

#define SWITCHES_NONE ((struct switches){.fds = {-1, -1}})

/* Opens those that matter to programs attached by `type`; sets `off`. */
void switches__open(struct switches *switches, enum attach_type type);

void switches__close(struct switches *switches);

/* Stops watching, for a kernel that calls the programs whatever the switches say. */
void switches__ignore(struct switches *switches);

/* Call when tracing begins, with `off` NULL. */
void switches__begin(struct switches *switches, __u64 now_ns);

/*
 * Reads the switches and reports each change. `record_ns` is the time of the last record: a record
 * made long after a switch was turned off shows that it has no effect here.
 */
void switches__poll(struct switches *switches, __u64 now_ns, __u64 record_ns);

/* When to poll next, ~0 for never: soon while packets come, else every two seconds. */
__u64 switches__due_ns(const struct switches *switches, __u64 record_ns);

/* Upper bound of the time for which packets were not seen, as the switches are only polled. */
__u64 switches__unobserved_ns(const struct switches *switches);

#endif
