/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When tracing is on with --burst ON/PERIOD: the first ON of every PERIOD of wall-clock time since
 * the epoch, so that hosts whose clocks agree trace at the same moments.
 */
#ifndef SIFTR_OPTIONS_BURST_SCHEDULE_H
#define SIFTR_OPTIONS_BURST_SCHEDULE_H

#include <stdbool.h>

#include <linux/types.h>

#define BURST_SCHEDULE_TAKES                                                                    \
	"ON/PERIOD such as 10s/5m: numbers with ms, s, m, h or d, ON from 100ms and less than " \
	"PERIOD, PERIOD to 366d"

struct burst_schedule {
	__u64 on_ns;
	__u64 period_ns; /* 0: tracing is always on */
};

/* Parses the value of --burst. Returns whether it is one; else *schedule is undefined. */
bool burst_schedule__parse(const char *text, struct burst_schedule *schedule);

/*
 * Whether tracing is on at `wall_ns`, nanoseconds since the epoch; *left_ns is for how long it
 * stays so, ~0 without a schedule.
 */
bool burst_schedule__is_on(const struct burst_schedule *schedule, __u64 wall_ns, __u64 *left_ns);

#endif
