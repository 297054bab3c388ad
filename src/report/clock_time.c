// SPDX-License-Identifier: BSD-2-Clause
#include "report/clock_time.h"

#include <stdio.h>
#include <time.h>
#include <siftr/time_units.h>

#define SECONDS_OF_DAY 86400
/* The first second of the year 10000. */
#define YEAR_10000 253402300800ULL

/* Returns how long the text is; 0: no calendar has that moment. */
static size_t write_calendar(char text[CLOCK_TIME_BYTES], const char *format, __u64 us)
{
	time_t seconds = (time_t)(us / USEC_PER_SEC);
	struct tm parts;

	*text = '\0';
	if ((__u64)seconds >= YEAR_10000 || !gmtime_r(&seconds, &parts))
		return 0;
	return strftime(text, CLOCK_TIME_BYTES, format, &parts);
}

static const char *write_moment(char text[CLOCK_TIME_BYTES], const char *format, __u64 us)
{
	size_t used = write_calendar(text, format, us);

	if (!used)
		used = (size_t)snprintf(text, CLOCK_TIME_BYTES, "%llu", us / USEC_PER_SEC);
	snprintf(text + used, CLOCK_TIME_BYTES - used, ".%06llu", us % USEC_PER_SEC);
	return text;
}

const char *clock_time__full(char text[CLOCK_TIME_BYTES], __u64 us)
{
	return write_moment(text, "%Y-%m-%d %H:%M:%S", us);
}

const char *clock_time__since(char text[CLOCK_TIME_BYTES], __u64 us, __u64 other_us)
{
	return clock_time__same_day(us, other_us) ? write_moment(text, "%H:%M:%S", us)
						  : clock_time__full(text, us);
}

const char *clock_time__date(char text[CLOCK_TIME_BYTES], __u64 us)
{
	write_calendar(text, "%Y-%m-%d", us);
	return text;
}

bool clock_time__same_day(__u64 one_us, __u64 other_us)
{
	const __u64 day_us = SECONDS_OF_DAY * USEC_PER_SEC;

	return one_us / day_us == other_us / day_us;
}
