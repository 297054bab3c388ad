// SPDX-License-Identifier: BSD-2-Clause
/* What --burst takes, and when tracing is on: by the wall clock, whenever the tracer was started.
 */
#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "options/burst_schedule.h"

#include "../lib/test.h"

static void times_with_every_unit_are_taken(void **state)
{
	static const struct {
		const char *text;
		__u64 on_ms, period_ms;
	} good[] = {
		{"10s/5m", 10000, 300000},    {"100ms/101ms", 100, 101},
		{"1500ms/2s", 1500, 2000},    {"1m/1h", 60000, 3600000},
		{"2h/1d", 7200000, 86400000}, {"1d/366d", 86400000, 31622400000},
		{"59m/1h", 3540000, 3600000}, {"0100ms/1s", 100, 1000},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		struct burst_schedule schedule;

		assert_true(burst_schedule__parse(good[i].text, &schedule));
		assert_int_equal(schedule.on_ns, good[i].on_ms * NSEC_PER_MSEC);
		assert_int_equal(schedule.period_ns, good[i].period_ms * NSEC_PER_MSEC);
	}
}

static void everything_else_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"/",
		"10s",
		"10s/",
		"/5m",
		"10/5m",
		"10s/5",
		"10 s/5m",
		"10s /5m",
		"10s/ 5m",
		"-1s/5m",
		"+1s/5m",
		"5m/10s",
		"5m/5m",
		"99ms/5m",
		"0s/5m",
		"1s/367d",
		"10s/5m/1",
		"10s/5mm",
		"10S/5M",
		"1.5s/5m",
		"1s/99999999999999999999d",
		"18446744073709551616s/5m",
		"10us/5m",
		"10s/5m ",
		"1s/18446744073709551615d",
	};
	struct burst_schedule schedule;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(burst_schedule__parse(bad[i], &schedule));
}

/* 1700000000 s is 100 s after a multiple of 300. */
static void tracing_is_on_in_the_first_part_of_each_period(void **state)
{
	static const struct {
		__u64 seconds, left;
		bool on;
	} moments[] = {
		{1699999799, 1, false},	  {1699999800, 10, true},   {1699999809, 1, true},
		{1699999810, 290, false}, {1700000000, 100, false}, {1700000100, 10, true},
	};
	struct burst_schedule schedule;

	(void)state;
	assert_true(burst_schedule__parse("10s/5m", &schedule));
	for (size_t i = 0; i < ARRAY_SIZE(moments); i++) {
		__u64 left_ns;

		assert_int_equal(burst_schedule__is_on(&schedule, moments[i].seconds * NSEC_PER_SEC,
						       &left_ns),
				 moments[i].on);
		assert_int_equal(left_ns, moments[i].left * NSEC_PER_SEC);
	}
}

static void without_a_schedule_tracing_is_always_on(void **state)
{
	const struct burst_schedule none = {};
	__u64 left_ns;

	(void)state;
	assert_true(burst_schedule__is_on(&none, 1700000000 * NSEC_PER_SEC, &left_ns));
	assert_int_equal(left_ns, ~0ULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_with_every_unit_are_taken),
		cmocka_unit_test(everything_else_is_refused),
		cmocka_unit_test(tracing_is_on_in_the_first_part_of_each_period),
		cmocka_unit_test(without_a_schedule_tracing_is_always_on),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
