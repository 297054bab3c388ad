// SPDX-License-Identifier: BSD-2-Clause
/*
 * A run that has lost lines for want of space or to a failing device reports that once, and writes
 * again within a second after there is space.
 */
#include <errno.h>

#include <siftr/time_units.h>

#include "../lib/full_disk_run.h"

static void writing_resumes_twenty_times_each_reported_once(void **state)
{
	const struct options options = {.output = scratch_log};
	struct session session;
	struct accounting accounting;

	(void)state;
	disk.on = true;
	disk.free_bytes = 300000;
	assert_int_equal(begin_run(&session, &options), 0);
	for (int cycle = 1; cycle <= 20; cycle++) {
		play_rounds(&session, 150);
		assert_int_equal(session.output.error, -ENOSPC);
		assert_int_equal(times_reported(MESSAGE), cycle);
		disk.free_bytes += 200000;
		assert_in_range(time_to_resume(&session), 0, 1000);
		assert_int_equal(times_reported("again;"), cycle);
	}
	assert_int_equal(end_run(&session, &accounting), 1);
	assert_true(lost_lines_of(&accounting) > 20);
	assert_int_equal(good_lines("", 1), lines_of(&accounting));
}

static void a_failing_device_is_reported_once_a_minute(void **state)
{
	const struct options options = {.output = scratch_log};
	struct session session;
	struct accounting accounting;

	(void)state;
	assert_int_equal(begin_run(&session, &options), 0);
	faults.of = CALL_WRITE;
	faults.error = EIO;
	faults.first = 1;
	faults.last = 1 << 30;
	for (int second = 0; second < 150; second++) {
		faults.on = second % 3 < 2;
		play_rounds(&session, 100);
	}
	faults.on = false;
	assert_int_equal(times_reported("Input/output error"), 3);
	assert_int_equal(end_run(&session, &accounting), 1);
	assert_int_equal(good_lines("", 1), lines_of(&accounting));
}

static void min_free_is_left_to_others(void **state)
{
	struct options options = {.output = scratch_log};
	struct session session;
	struct accounting accounting;

	(void)state;
	options.min_free_bytes = 500000;
	disk.on = true;
	disk.free_bytes = 700000;
	assert_int_equal(begin_run(&session, &options), 0);
	play_rounds(&session, 200);
	assert_in_range(disk.free_bytes, 500000, 700000);
	assert_int_equal(times_reported("less space than --min-free"), 1);
	disk.free_bytes += 400000;
	assert_in_range(time_to_resume(&session), 0, 1000);
	play_rounds(&session, 10);
	assert_int_equal(session.output.error, 0);
	assert_int_equal(end_run(&session, &accounting), 1);
	assert_int_equal(good_lines("", 1), lines_of(&accounting));
}

/* The header is written, lines wait for space, and that is reported as during a run. */
static void a_start_below_min_free_waits_for_space(void **state)
{
	struct options options = {.output = scratch_log};
	struct session session;
	struct accounting accounting;

	(void)state;
	options.min_free_bytes = 500000;
	disk.on = true;
	disk.free_bytes = 400000;
	assert_int_equal(begin_run(&session, &options), 0);
	assert_int_equal(times_reported("less space than --min-free"), 1);
	assert_true(has_checkpoint());
	play_rounds(&session, 20);
	assert_in_range(disk.free_bytes, 390000, 400000);
	disk.free_bytes += 400000;
	assert_in_range(time_to_resume(&session), 0, 1000);
	play_rounds(&session, 10);
	assert_int_equal(times_reported("less space than --min-free"), 1);
	assert_int_equal(times_reported("again;"), 1);
	assert_int_equal(end_run(&session, &accounting), 1);
	assert_true(lost_lines_of(&accounting) > 0);
	assert_true(lines_of(&accounting) > 0);
	assert_int_equal(good_lines("", 1), lines_of(&accounting));
	assert_false(has_checkpoint());
}

/*
 * Not even the header fits: it is written once there is space, and lines until then are counted as
 * lost.
 */
static void a_start_on_a_full_disk_waits_for_space(void **state)
{
	const struct options options = {.output = scratch_log};
	struct session session;
	struct accounting accounting;

	(void)state;
	disk.on = true;
	disk.free_bytes = 100;
	assert_int_equal(begin_run(&session, &options), 0);
	assert_int_equal(times_reported(MESSAGE), 1);
	play_rounds(&session, 20);
	session__rotate(&session, session.last_ns);
	assert_file(scratch_log, "");
	disk.free_bytes += 4 << 20;
	fake_ns += 1000 * NSEC_PER_MSEC;
	play_rounds(&session, 10);
	assert_int_equal(times_reported("again;"), 1);
	assert_int_equal(end_run(&session, &accounting), 1);
	assert_true(lost_lines_of(&accounting) > 0);
	assert_true(lines_of(&accounting) > 0);
	assert_int_equal(good_lines("", 2), lines_of(&accounting));
	assert_false(has_checkpoint());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FULL_DISK_TEST(writing_resumes_twenty_times_each_reported_once),
		FULL_DISK_TEST(a_failing_device_is_reported_once_a_minute),
		FULL_DISK_TEST(min_free_is_left_to_others),
		FULL_DISK_TEST(a_start_below_min_free_waits_for_space),
		FULL_DISK_TEST(a_start_on_a_full_disk_waits_for_space),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
