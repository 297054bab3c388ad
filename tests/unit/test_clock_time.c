// SPDX-License-Identifier: BSD-2-Clause
/* Moments are dates and times of day in UTC. */
#include <stdlib.h>
#include <time.h>

#include "report/clock_time.h"

#include "../lib/test.h"

/* 2023-11-14 22:13:20 */
#define MOMENT 1700000000001000ULL
#define HOUR   3600000000ULL

static void a_moment_is_a_date_and_a_time_in_utc(void **state)
{
	char text[CLOCK_TIME_BYTES];

	(void)state;
	setenv("TZ", "Asia/Tokyo", 1);
	tzset();
	assert_string_equal(clock_time__full(text, MOMENT), "2023-11-14 22:13:20.001000");
	assert_string_equal(clock_time__date(text, MOMENT), "2023-11-14");
	assert_string_equal(clock_time__full(text, 31536000000000), "1971-01-01 00:00:00.000000");
	assert_string_equal(clock_time__full(text, 253402300799999999),
			    "9999-12-31 23:59:59.999999");
	unsetenv("TZ");
	tzset();
}

/* One moment of each day from 1971 to the end of 9999, with leap years and centuries. */
static void dates_are_those_of_the_c_library(void **state)
{
	char text[CLOCK_TIME_BYTES], expected[CLOCK_TIME_BYTES + 8];

	(void)state;
	for (__u64 seconds = 31536000; seconds < 253402300800;
	     seconds += 86400 + seconds / 86400 % 7) {
		time_t time = (time_t)seconds;
		struct tm parts;

		assert_non_null(gmtime_r(&time, &parts));
		strftime(expected, sizeof(expected), "%Y-%m-%d %H:%M:%S.000123", &parts);
		assert_string_equal(clock_time__full(text, seconds * 1000000 + 123), expected);
	}
}

static void the_date_is_left_out_on_the_same_day(void **state)
{
	char text[CLOCK_TIME_BYTES];

	(void)state;
	assert_string_equal(clock_time__since(text, MOMENT + HOUR, MOMENT), "23:13:20.001000");
	assert_string_equal(clock_time__since(text, MOMENT + 2 * HOUR, MOMENT),
			    "2023-11-15 00:13:20.001000");
	assert_string_equal(clock_time__since(text, MOMENT, MOMENT + 2 * HOUR),
			    "2023-11-14 22:13:20.001000");
}

static void a_moment_without_a_date_is_in_seconds(void **state)
{
	char text[CLOCK_TIME_BYTES];

	(void)state;
	assert_string_equal(clock_time__full(text, 0), "0.000000s");
	assert_string_equal(clock_time__since(text, 2221032, 86400000000), "2.221032s");
	assert_string_equal(clock_time__since(text, 31535999999999, MOMENT), "31535999.999999s");
	assert_string_equal(clock_time__date(text, 2221032), "");
	assert_string_equal(clock_time__full(text, 253402300800000001), "253402300800.000001s");
	assert_string_equal(clock_time__date(text, ~0ULL), "");
	assert_string_equal(clock_time__since(text, ~0ULL, ~0ULL), "18446744073709.551615s");
	assert_string_equal(clock_time__zone(MOMENT), " UTC");
	assert_string_equal(clock_time__zone(2221032), "");
}

/* Of moments that pass no decimal may come before its time. */
static void a_brief_moment_is_cut_not_rounded(void **state)
{
	char text[CLOCK_TIME_BYTES];

	(void)state;
	assert_string_equal(clock_time__brief(text, MOMENT + 999, 3), "22:13:20.001");
	assert_string_equal(clock_time__brief(text, MOMENT + 998999, 0), "22:13:20");
	assert_string_equal(clock_time__brief(text, 2221932, 3), "2.221s");
	assert_string_equal(clock_time__brief(text, 2999999, 0), "2s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_moment_is_a_date_and_a_time_in_utc),
		cmocka_unit_test(dates_are_those_of_the_c_library),
		cmocka_unit_test(the_date_is_left_out_on_the_same_day),
		cmocka_unit_test(a_moment_without_a_date_is_in_seconds),
		cmocka_unit_test(a_brief_moment_is_cut_not_rounded),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("clock_time", tests, NULL, NULL);
}
