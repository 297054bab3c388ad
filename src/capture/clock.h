/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Converts the records' clock, CLOCK_MONOTONIC of the initial time namespace, to Unix wall-clock
 * time and follows every step of the wall clock.
 */
#ifndef SIFTR_CAPTURE_CLOCK_H
#define SIFTR_CAPTURE_CLOCK_H

#include <linux/types.h>

struct clock {
	__s64 offset_ns; /* wall clock - monotonic */
};

/* Both clocks read at almost the same time, the wall clock between two monotonic readings. */
struct clock_sample {
	__u64 before_ns; /* CLOCK_MONOTONIC */
	__u64 wall_ns;	 /* CLOCK_REALTIME */
	__u64 after_ns;	 /* CLOCK_MONOTONIC */
};

/*
 * Measures the offset of this process's time namespace. Call once, before any other function here
 * and while this process may still load BPF programs. 0 or a negative errno, reported.
 */
int clock__open(void);

/* That offset: how far CLOCK_MONOTONIC of this process is ahead; 0 in the initial namespace. */
__s64 clock__ahead_ns(void);

/* The records' clock. */
__u64 clock__monotonic_ns(void);

/* CLOCK_MONOTONIC as processes of this time namespace read it. */
__u64 clock__process_ns(void);

struct clock_sample clock__sample(void);

/*
 * Updates the offset, but only if the sample contradicts it: between steps of the wall clock the
 * converted times have no jitter.
 */
void clock__follow(struct clock *clock, struct clock_sample sample);

/* Unix time in ns of a CLOCK_MONOTONIC time; 0 for times before 1970. */
__u64 clock__wall_ns(const struct clock *clock, __u64 monotonic_ns);

/* Length of one jiffy in ns: the resolution of CLOCK_REALTIME_COARSE, which advances with it. */
__u64 clock__tick_ns(void);

#endif
