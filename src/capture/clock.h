/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the records' clock (the kernel's CLOCK_MONOTONIC, whatever time namespace this
 * process is in) to Unix wall-clock time, following every step of the wall clock.
 */
#ifndef SIFTR_CAPTURE_CLOCK_H
#define SIFTR_CAPTURE_CLOCK_H

#include <linux/types.h>

struct clock {
	__s64 offset_ns; /* wall clock - monotonic */
};

/* One look at both clocks: the wall clock was read between the two others. */
struct clock_sample {
	__u64 before_ns; /* CLOCK_MONOTONIC */
	__u64 wall_ns;	 /* CLOCK_REALTIME */
	__u64 after_ns;	 /* CLOCK_MONOTONIC */
};

/*
 * Finds out how this process's time namespace shifts its clock; once, before anything reads
 * it, while BPF programs may still be loaded. 0 or a negative errno, reported.
 */
int clock__open(void);

/* By how much it does; 0 outside of time namespaces. */
__s64 clock__ahead_ns(void);

/* The records' clock. */
__u64 clock__monotonic_ns(void);

/* CLOCK_MONOTONIC as other processes of this time namespace read it. */
__u64 clock__process_ns(void);

struct clock_sample clock__sample(void);

/*
 * Takes a new sample in. The offset changes only when the sample proves it
 * wrong, so that the clock has no jitter of its own between steps.
 */
void clock__follow(struct clock *clock, struct clock_sample sample);

/* Unix time in ns of a CLOCK_MONOTONIC time; 0 for times before 1970. */
__u64 clock__wall_ns(const struct clock *clock, __u64 monotonic_ns);

/* Length of one jiffy in ns, from the kernel's coarse clock, which ticks with it. */
__u64 clock__tick_ns(void);

#endif
