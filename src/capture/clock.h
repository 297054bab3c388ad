/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Converts the records' clock, CLOCK_MONOTONIC of the initial time namespace, to Unix wall-clock
 * time and follows every step of the wall clock.
 */
#ifndef SIFTR_CAPTURE_CLOCK_H
#define SIFTR_CAPTURE_CLOCK_H

#include <linux/types.h>

struct clock {
	__s64 offset_ns; /* what to add to CLOCK_MONOTONIC to get the wall-clock time */
};

/*
 * Readings of both clocks at almost the same time: the wall clock is read between two readings of
 * CLOCK_MONOTONIC, which bound its time.
 */
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

/*
 * How far CLOCK_MONOTONIC of this process is ahead of that of the initial time namespace; 0 if the
 * process is in the initial one.
 */
__s64 clock__ahead_ns(void);

/* The time now by the clock that records carry: CLOCK_MONOTONIC of the initial time namespace. */
__u64 clock__monotonic_ns(void);

/* The time now by CLOCK_MONOTONIC as any process of this time namespace reads it. */
__u64 clock__process_ns(void);

/* Takes several samples and returns the most precise one. */
struct clock_sample clock__sample(void);

/*
 * Updates the offset from a sample, but only if the sample contradicts it, which is after a step
 * of the wall clock. Otherwise the offset stays as it is, so that converted times have no jitter.
 */
void clock__follow(struct clock *clock, struct clock_sample sample);

/*
 * Like clock__follow() of the most precise sample, but takes more than one only if the first
 * contradicts the offset, because each reading of a clock costs. It is called in each pass.
 */
void clock__refresh(struct clock *clock);

/*
 * Unix time in ns of a CLOCK_MONOTONIC time; 0 for times before 1970. Inline, as it is called for
 * each record.
 */
static inline __u64 clock__wall_ns(const struct clock *clock, __u64 monotonic_ns)
{
	__s64 wall_ns = (__s64)monotonic_ns + clock->offset_ns;

	return wall_ns > 0 ? wall_ns : 0;
}

/* Length of one jiffy in ns: the resolution of CLOCK_REALTIME_COARSE, which advances with it. */
__u64 clock__tick_ns(void);

#endif
