// SPDX-License-Identifier: BSD-2-Clause
/* The calendar is computed here: strftime() takes longer than all else of a line of text. */
#include "report/clock_time.h"

#include <stdio.h>
#include <siftr/array_size.h>
#include <siftr/time_units.h>

#define SECONDS_OF_DAY 86400
/* The first seconds of these years. */
#define YEAR_1971  (365ULL * SECONDS_OF_DAY)
#define YEAR_10000 253402300800ULL

#define DECIMALS_MAX 6

/*
 * The Gregorian calendar repeats itself every 400 years. From March on, so that the day that not
 * all years have is the last one, they are four centuries, and the last of these has one day more;
 * a century is so many times four years, the last of which has one day more, but for the last four
 * of it; and so on.
 */
#define DAYS_OF_ERA	   146097
#define DAYS_OF_CENTURY	   36524
#define DAYS_OF_FOUR_YEARS 1461
#define DAYS_OF_YEAR	   365

/* From 1 March of the year 0 to 1 January 1970. */
#define DAYS_TO_EPOCH 719468

/* Writes a number below 100 with two digits. Returns the end. */
static char *write_two(char *out, __u32 number)
{
	out[0] = (char)('0' + number / 10);
	out[1] = (char)('0' + number % 10);
	return out + 2;
}

/* Takes as many whole parts of `length` as there are, at most `most`, from *days. */
static __u32 take_parts(__u32 *days, __u32 length, __u32 most)
{
	__u32 parts = *days / length;

	if (parts > most)
		parts = most;
	*days -= parts * length;
	return parts;
}

/* Writes the date of a day since 1 January 1970. Returns the end. */
static char *write_date(char *out, __u32 day_of_epoch)
{
	static const __u16 months[] = {0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337};
	__u32 days = day_of_epoch + DAYS_TO_EPOCH, month = ARRAY_SIZE(months) - 1, year;

	year = 400 * take_parts(&days, DAYS_OF_ERA, ~0U);
	year += 100 * take_parts(&days, DAYS_OF_CENTURY, 3);
	year += 4 * take_parts(&days, DAYS_OF_FOUR_YEARS, 24);
	year += take_parts(&days, DAYS_OF_YEAR, 3);
	while (months[month] > days)
		month--;
	days -= months[month];
	/* January and February belong to the year after that of their March. */
	year += month >= 10;
	month += month >= 10 ? 3 - 12 : 3;
	out = write_two(write_two(out, year / 100), year % 100);
	*out++ = '-';
	out = write_two(out, month);
	*out++ = '-';
	return write_two(out, days + 1);
}

/* Writes the microseconds of a moment after a dot, so many decimals of them. Returns the end. */
static char *write_fraction(char *out, __u64 us, unsigned int decimals)
{
	__u32 fraction = (__u32)(us % USEC_PER_SEC);
	char *digits = out + 1;

	*out = '.';
	digits = write_two(digits, fraction / 10000);
	digits = write_two(digits, fraction / 100 % 100);
	write_two(digits, fraction % 100);
	return decimals ? out + 1 + decimals : out;
}

/* Writes the time of day, and a NUL. */
static void write_time_of_day(char *out, __u64 us, unsigned int decimals)
{
	__u32 second = (__u32)(us / USEC_PER_SEC % SECONDS_OF_DAY);

	out = write_two(out, second / 3600);
	*out++ = ':';
	out = write_two(out, second / 60 % 60);
	*out++ = ':';
	out = write_two(out, second % 60);
	*write_fraction(out, us, decimals) = '\0';
}

/* Writes a moment without a date, and a NUL. */
static void write_seconds(char text[CLOCK_TIME_BYTES], __u64 us, unsigned int decimals)
{
	char *end = text + snprintf(text, CLOCK_TIME_BYTES, "%llu", us / USEC_PER_SEC);

	end = write_fraction(end, us, decimals);
	*end++ = 's';
	*end = '\0';
}

static bool has_date(__u64 us)
{
	__u64 seconds = us / USEC_PER_SEC;

	return seconds >= YEAR_1971 && seconds < YEAR_10000;
}

static __u32 day_of(__u64 us)
{
	return (__u32)(us / USEC_PER_SEC / SECONDS_OF_DAY);
}

const char *clock_time__full(char text[CLOCK_TIME_BYTES], __u64 us)
{
	char *end;

	if (!has_date(us))
		return clock_time__brief(text, us, DECIMALS_MAX);
	end = write_date(text, day_of(us));
	*end++ = ' ';
	write_time_of_day(end, us, DECIMALS_MAX);
	return text;
}

const char *clock_time__brief(char text[CLOCK_TIME_BYTES], __u64 us, unsigned int decimals)
{
	if (has_date(us))
		write_time_of_day(text, us, decimals);
	else
		write_seconds(text, us, decimals);
	return text;
}

const char *clock_time__since(char text[CLOCK_TIME_BYTES], __u64 us, __u64 other_us)
{
	return clock_time__same_day(us, other_us) ? clock_time__brief(text, us, DECIMALS_MAX)
						  : clock_time__full(text, us);
}

const char *clock_time__date(char text[CLOCK_TIME_BYTES], __u64 us)
{
	*(has_date(us) ? write_date(text, day_of(us)) : text) = '\0';
	return text;
}

const char *clock_time__zone(__u64 us)
{
	return has_date(us) ? " UTC" : "";
}

bool clock_time__same_day(__u64 one_us, __u64 other_us)
{
	const __u64 day_us = SECONDS_OF_DAY * USEC_PER_SEC;

	if (!has_date(one_us) && !has_date(other_us))
		return true;
	return one_us / day_us == other_us / day_us;
}
