// SPDX-License-Identifier: BSD-2-Clause
/*
 * With --max-size and --rotate the size and the number of files have a limit, even if a rotation
 * fails.
 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <siftr/time_units.h>

#include "../lib/rotating_run.h"

static void max_size_bounds_each_file_and_rotate_their_number(void **state)
{
	struct session session;
	struct accounting accounting;
	struct stat status;
	__u64 lines = 0, runs = 0;
	const char *suffix;

	(void)state;
	begin(&session, 65536, 5);
	play_rounds(&session, 60);
	assert_int_equal(end_run(&session, &accounting), 0);
	for (int number = 0; (suffix = scratch_rotated(number)); number++) {
		lines += good_lines(suffix, 1);
		assert_int_equal(stat(scratch_file(suffix), &status), 0);
		assert_in_range(status.st_size, number ? 40000 : 0, 65536);
		runs++;
	}
	assert_in_range(runs, 4, 6);
	assert_int_equal(lines, lines_of(&accounting));
	begin(&session, 65536, 2);
	play_rounds(&session, 400);
	assert_int_equal(end_run(&session, &accounting), 0);
	good_lines("", 1);
	good_lines(".1", 1);
	good_lines(".2", 1);
}

static void a_file_that_cannot_be_renamed_does_not_grow(void **state)
{
	struct session session;
	struct accounting accounting;
	struct stat status;
	char inside[200];

	(void)state;
	snprintf(inside, sizeof(inside), "%s/inside", scratch_file(".1"));
	assert_int_equal(mkdir(scratch_file(".1"), 0700), 0);
	assert_int_equal(mkdir(inside, 0700), 0);
	begin(&session, 65536, 1);
	play_rounds(&session, 100);
	assert_int_equal(stat(scratch_log, &status), 0);
	assert_in_range(status.st_size, 40000, 65536);
	assert_int_equal(session.output.error, -EFBIG);
	assert_int_equal(rmdir(inside), 0);
	assert_int_equal(rmdir(scratch_file(".1")), 0);
	fake_ns += NSEC_PER_SEC;
	play_rounds(&session, 2);
	assert_int_equal(session.output.error, 0);
	assert_int_equal(end_run(&session, &accounting), 1);
	assert_true(accounting.lost_output[SIFTR_IN] > 0);
	assert_int_equal(good_lines(".1", 1) + good_lines("", 1), lines_of(&accounting));
}

static void a_full_file_of_the_run_before_is_left_at_once(void **state)
{
	struct session session;
	struct accounting accounting;

	(void)state;
	begin(&session, 0, 0);
	play_rounds(&session, 40);
	assert_int_equal(end_run(&session, &accounting), 0);
	begin(&session, 65536, 1);
	assert_int_equal(good_lines(".1", 1), lines_of(&accounting));
	play_rounds(&session, 2);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(good_lines("", 1), lines_of(&accounting));
}

static void a_log_with_space_for_its_footer_is_appended_to(void **state)
{
	struct session session;
	struct accounting accounting;
	__u64 lines;

	(void)state;
	begin(&session, 65536, 1);
	play_rounds(&session, 2);
	assert_int_equal(end_run(&session, &accounting), 0);
	lines = lines_of(&accounting);
	begin(&session, 65536, 1);
	play_rounds(&session, 2);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(good_lines("", 2), lines + lines_of(&accounting));
	assert_false(scratch_exists(".1"));
}

static void a_record_counted_after_the_end_is_in_no_count(void **state)
{
	struct session session;
	struct accounting accounting;

	(void)state;
	begin(&session, 0, 0);
	play_rounds(&session, 2);
	drain_packets(&session, 0);
	run_counts__end(&session.counts, &kernel_counters);
	/* Counted by a program that saw tracing on and was held up until now. */
	kernel_counters.of[SIFTR_OUT][SIFTR_RECORDS]++;
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(accounting__unexplained(&accounting), 0);
	assert_int_equal(good_lines("", 1), lines_of(&accounting));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(max_size_bounds_each_file_and_rotate_their_number),
		SCRATCH_TEST(a_file_that_cannot_be_renamed_does_not_grow),
		SCRATCH_TEST(a_full_file_of_the_run_before_is_left_at_once),
		SCRATCH_TEST(a_log_with_space_for_its_footer_is_appended_to),
		SCRATCH_TEST(a_record_counted_after_the_end_is_in_no_count),
	};

	assert_non_null(freopen("/dev/null", "w", stderr));
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
