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

#define SWITCHES_MAX 3

#define SWITCHES_FTRACE_FIX                                                                    \
	"sysctl -w kernel.ftrace_enabled=1, and look for who sets it in /etc/sysctl.conf and " \
	"/etc/sysctl.d"

struct kernel_switch {
	const char *path, *name, *fix;
	unsigned int types; /* bits 1U << ATTACH_* of the programs that it stops */
	bool some;	    /* the hooks' first programs alone: fentry programs behind them go on */
};

struct switches {
	int fds[SWITCHES_MAX];		 /* -1: missing, unreadable or without effect */
	const struct kernel_switch *off; /* the switch that was off at the last poll; NULL: none */
	__u64 polled_ns;		 /* CLOCK_MONOTONIC time of the last poll */
	__u64 on_ns;			 /* time when all switches were last seen on */
	__u64 noticed_ns;		 /* time when the switch `off` was first seen off */
	__u64 unobserved_ns;		 /* sum of the periods without tracing that have ended */
};

#define SWITCHES_NONE ((struct switches){.fds = {-1, -1, -1}})

/*
 * Opens the switches that matter to programs attached in this way, and sets `off` if one is off
 * already.
 */
void switches__open(struct switches *switches, struct attach_way way);

/* The switch that keeps the kernel from calling typed kprobes, if it is off; else NULL. */
const struct kernel_switch *switches__find_kprobes_off(void);

void switches__close(struct switches *switches);

/* Stops watching, for a kernel that calls the programs whatever the switches say. */
void switches__ignore(struct switches *switches);

/* Starts the measurement. Call it when tracing begins, while no switch is off. */
void switches__begin(struct switches *switches, __u64 now_ns);

/* Reads the switches: whether all are on now, as far as is known. Reports nothing. */
bool switches__are_on(const struct switches *switches);

/*
 * Reads the switches and reports each change. `record_ns` is the time of the last record: a record
 * made long after a switch was turned off shows that it has no effect here, unless it is one that
 * keeps only some packets from being seen. Returns whether all are on.
 */
bool switches__poll(struct switches *switches, __u64 now_ns, __u64 record_ns);

/*
 * Time of the next poll, ~0 if there is nothing to watch: ten polls a second while packets come,
 * then fewer and fewer, and at last one in two seconds. `record_ns` is the time of the last record.
 */
__u64 switches__due_ns(const struct switches *switches, __u64 record_ns);

/*
 * For how long packets were not seen because a switch was off. An upper bound, because the moment
 * of a change is known only to the interval between two polls.
 */
__u64 switches__unobserved_ns(const struct switches *switches);

#endif
