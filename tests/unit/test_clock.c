// SPDX-License-Identifier: BSD-2-Clause
/* Conversion of monotonic to wall-clock time, before and after steps of the wall clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "capture/clock.h"
#include "capture/clock_source.h"

static void wall_time_is_monotonic_time_plus_the_offset(void **state)
{
	struct clock clock = {};

	(void)state;
	clock__follow(&clock, (struct clock_sample){100, 1000000000100, 100});
	assert_int_equal(clock__wall_ns(&clock, 250), 1000000000250);
}

static void reading_jitter_does_not_move_the_clock(void **state)
{
	struct clock clock = {};

	(void)state;
	clock__follow(&clock, (struct clock_sample){1000, 501020, 1040});
	assert_int_equal(clock.offset_ns, 500000);
	/*
	 * The clocks were read over 200 ns: any offset from 499900 to 500100 is possible, so that
	 * the known offset stays.
	 */
	clock__follow(&clock, (struct clock_sample){2000, 502100, 2200});
	assert_int_equal(clock.offset_ns, 500000);
}

static void a_step_forward_is_followed(void **state)
{
	struct clock clock = {500000};

	(void)state;
	clock__follow(&clock, (struct clock_sample){2000, 3600000502010, 2020});
	assert_int_equal(clock.offset_ns, 3600000500000);
}

static void a_step_backward_is_followed(void **state)
{
	struct clock clock = {3600000500000};

	(void)state;
	clock__follow(&clock, (struct clock_sample){2000, 502010, 2020});
	assert_int_equal(clock.offset_ns, 500000);
}

static void times_before_1970_are_not_negative(void **state)
{
	struct clock clock = {-5000};

	(void)state;
	assert_int_equal(clock__wall_ns(&clock, 4000), 0);
	assert_int_equal(clock__wall_ns(&clock, 6000), 1000);
}

static void the_real_clocks_agree_with_time(void **state)
{
	struct clock clock = {};
	time_t now = time(NULL);
	__u64 wall_s;

	(void)state;
	clock__follow(&clock, clock__sample());
	wall_s = clock__wall_ns(&clock, clock__monotonic_ns()) / NSEC_PER_SEC;
	assert_in_range(wall_s, now, now + 2);
}

static void a_refreshed_clock_is_right_whatever_it_was(void **state)
{
	static const __s64 steps[] = {0, -10, 10, -3600, 3600}; /* seconds */
	struct clock right = {};

	(void)state;
	clock__follow(&right, clock__sample());
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		struct clock clock = {right.offset_ns + steps[i] * (__s64)NSEC_PER_SEC};

		clock__refresh(&clock);
		assert_true(llabs(clock.offset_ns - right.offset_ns) < (__s64)NSEC_PER_SEC);
	}
}

static void a_tick_is_that_of_a_usual_hz(void **state)
{
	__u64 tick_ns = clock__tick_ns();

	(void)state;
	assert_in_range(tick_ns, NSEC_PER_MSEC, 10 * NSEC_PER_MSEC);
	assert_int_equal(NSEC_PER_SEC / tick_ns * tick_ns, NSEC_PER_SEC - NSEC_PER_SEC % tick_ns);
}

static void a_clock_source_is_remarked_on_where_it_matters(void **state)
{
	static const char *const good[] = {"tsc", "kvm-clock", "arch_sys_counter", "tsc-early"};
	char name[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		assert_null(clock_source__remark(good[i]));
	assert_non_null(strstr(clock_source__remark("hpet"), "unstable"));
	assert_non_null(strstr(clock_source__remark("acpi_pm"), "unstable"));
	assert_non_null(strstr(clock_source__remark("jiffies"), "tick"));
	if (!clock_source__read(name, sizeof(name)))
		assert_true(name[0] && !strchr(name, '\n'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wall_time_is_monotonic_time_plus_the_offset),
		cmocka_unit_test(reading_jitter_does_not_move_the_clock),
		cmocka_unit_test(a_step_forward_is_followed),
		cmocka_unit_test(a_step_backward_is_followed),
		cmocka_unit_test(times_before_1970_are_not_negative),
		cmocka_unit_test(the_real_clocks_agree_with_time),
		cmocka_unit_test(a_refreshed_clock_is_right_whatever_it_was),
		cmocka_unit_test(a_tick_is_that_of_a_usual_hz),
		cmocka_unit_test(a_clock_source_is_remarked_on_where_it_matters),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
