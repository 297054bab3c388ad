// SPDX-License-Identifier: BSD-2-Clause
/*
 * Reading two clocks takes a moment, so their offset is known only to within that moment. NTP
 * slews both clocks alike, so the offset changes only when somebody steps the wall clock.
 */
#include "capture/clock.h"

#include <stdbool.h>
#include <time.h>

#include <siftr/time_units.h>

#include "capture/time_namespace.h"
#include "report/report.h"

#define SAMPLES 8

/* How far CLOCK_MONOTONIC of this process is ahead of that of the initial time namespace. */
static __s64 ahead_ns;

static __u64 read_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

int clock__open(void)
{
	int err = time_namespace__measure_ahead("/proc/self", &ahead_ns);

	if (err)
		return report_error(err, "compare this process's clock with the kernel's");
	if (ahead_ns)
		report_detail("this time namespace shifts the monotonic clock by %.6f s",
			      (double)ahead_ns / NSEC_PER_SEC);
	return 0;
}

__s64 clock__ahead_ns(void)
{
	return ahead_ns;
}

__u64 clock__process_ns(void)
{
	return read_ns(CLOCK_MONOTONIC);
}

__u64 clock__monotonic_ns(void)
{
	return read_ns(CLOCK_MONOTONIC) - ahead_ns;
}

static struct clock_sample sample_once(void)
{
	struct clock_sample sample;

	sample.before_ns = clock__monotonic_ns();
	sample.wall_ns = read_ns(CLOCK_REALTIME);
	sample.after_ns = clock__monotonic_ns();
	return sample;
}

/*
 * Takes a few samples and returns the most precise: an interrupt between two readings spoils a
 * sample.
 */
struct clock_sample clock__sample(void)
{
	struct clock_sample best = sample_once();

	for (int i = 1; i < SAMPLES; i++) {
		struct clock_sample sample = sample_once();

		if (sample.after_ns - sample.before_ns < best.after_ns - best.before_ns)
			best = sample;
	}
	return best;
}

static __s64 lowest_offset_ns(const struct clock_sample *sample)
{
	return sample->wall_ns - sample->after_ns;
}

static __s64 highest_offset_ns(const struct clock_sample *sample)
{
	return sample->wall_ns - sample->before_ns;
}

static bool contradicts(const struct clock *clock, const struct clock_sample *sample)
{
	return clock->offset_ns < lowest_offset_ns(sample) ||
	       clock->offset_ns > highest_offset_ns(sample);
}

void clock__follow(struct clock *clock, struct clock_sample sample)
{
	__s64 lowest = lowest_offset_ns(&sample);

	if (contradicts(clock, &sample))
		clock->offset_ns = lowest + (highest_offset_ns(&sample) - lowest) / 2;
}

void clock__refresh(struct clock *clock)
{
	struct clock_sample sample = sample_once();

	if (contradicts(clock, &sample))
		clock__follow(clock, clock__sample());
}

__u64 clock__tick_ns(void)
{
	struct timespec tick;

	clock_getres(CLOCK_REALTIME_COARSE, &tick);
	return tick.tv_sec * NSEC_PER_SEC + tick.tv_nsec;
}
