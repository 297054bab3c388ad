/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wall-clock times of records. Most records follow another of the same second, so the start of
 * that second is kept: only the first record of a second costs a division.
 */
#ifndef SIFTR_COMMANDS_WALL_CLOCK_H
#define SIFTR_COMMANDS_WALL_CLOCK_H

#include <linux/types.h>

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "format/format.h"

/*
 * State of the conversion. It starts with all zeros; clock__follow() must have set `clock` before a
 * time is converted.
 */
struct wall_clock {
	struct clock clock;
	__u64 second;	 /* Unix time of the last record converted, in whole seconds */
	__u64 second_ns; /* `second` in nanoseconds */
};

/* Wall-clock time of a CLOCK_MONOTONIC time. Inline, as it is called for each line. */
static inline struct siftr_time wall_clock__time(struct wall_clock *wall, __u64 monotonic_ns)
{
	__u64 wall_ns = clock__wall_ns(&wall->clock, monotonic_ns);

	if (wall_ns - wall->second_ns >= NSEC_PER_SEC) {
		wall->second = wall_ns / NSEC_PER_SEC;
		wall->second_ns = wall->second * NSEC_PER_SEC;
	}
	return (struct siftr_time){wall->second,
				   (__u32)(wall_ns - wall->second_ns) / (__u32)NSEC_PER_USEC};
}

#endif
