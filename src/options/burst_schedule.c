// SPDX-License-Identifier: BSD-2-Clause
#include "options/burst_schedule.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#define ON_MIN_NS     (100 * NSEC_PER_MSEC)
#define MINUTE_NS     (60 * NSEC_PER_SEC)
#define HOUR_NS	      (60 * MINUTE_NS)
#define DAY_NS	      (24 * HOUR_NS)
#define PERIOD_MAX_NS (366 * DAY_NS)

static const struct {
	const char *name;
	__u64 ns;
} units[] = {
	{"ms", NSEC_PER_MSEC}, {"s", NSEC_PER_SEC}, {"m", MINUTE_NS}, {"h", HOUR_NS}, {"d", DAY_NS},
};

/* Parses a whole number with its unit, of `length` characters. */
static bool parse_time(const char *text, size_t length, __u64 *ns)
{
	const char *unit;
	__u64 number;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	number = strtoull(text, &end, 10);
	unit = end;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		size_t bytes = strlen(units[i].name);

		if ((size_t)(unit - text) + bytes != length || strncmp(unit, units[i].name, bytes))
			continue;
		*ns = number * units[i].ns;
		return !errno && number <= PERIOD_MAX_NS / units[i].ns;
	}
	return false;
}

bool burst_schedule__parse(const char *text, struct burst_schedule *schedule)
{
	const char *slash = strchr(text, '/');

	return slash && parse_time(text, (size_t)(slash - text), &schedule->on_ns) &&
	       parse_time(slash + 1, strlen(slash + 1), &schedule->period_ns) &&
	       schedule->on_ns >= ON_MIN_NS && schedule->on_ns < schedule->period_ns;
}

bool burst_schedule__is_on(const struct burst_schedule *schedule, __u64 wall_ns, __u64 *left_ns)
{
	__u64 phase_ns;

	*left_ns = ~0ULL;
	if (!schedule->period_ns)
		return true;
	phase_ns = wall_ns % schedule->period_ns;
	if (phase_ns < schedule->on_ns) {
		*left_ns = schedule->on_ns - phase_ns;
		return true;
	}
	*left_ns = schedule->period_ns - phase_ns;
	return false;
}
