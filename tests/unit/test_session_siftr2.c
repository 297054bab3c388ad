// SPDX-License-Identifier: BSD-2-Clause
/*
 * A run in the formats of siftr2 ends in a flow list whose counts are those of the lines in the
 * log, as siftr2's readers require: after a rotation, and also if lines could not be written.
 */
#include <unistd.h>

#include <siftr/array_size.h>

#include "../lib/findings.h"
#include "../lib/full_disk_run.h"

/* The formats of siftr2; a test is run for each. */
static const enum format_id both[] = {FORMAT_siftr2, FORMAT_siftr2_binary};

/* Asserts that the log keeps the rules of siftr2's readers. Returns its number of lines. */
static __u64 lines_of_good_log(const char *path)
{
	size_t bytes;
	char *text = read_file(path, &bytes);

	judge_bytes(text, bytes, 0);
	assert_string_equal(findings.text, "");
	assert_int_equal(findings.result.runs, 1);
	free(text);
	return findings.result.lines;
}

static void run_once(enum format_id format)
{
	struct session session;
	struct accounting accounting;

	assert_int_equal(begin_format(&session, format), 0);
	play_rounds(&session, 5);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(lines_of_good_log(scratch_log), lines_of(&accounting));
	assert_int_equal(accounting__unexplained(&accounting), 0);
}

static void rotate(enum format_id format)
{
	struct session session;
	struct accounting accounting;
	__u64 lines;

	assert_int_equal(begin_format(&session, format), 0);
	play_rounds(&session, 2);
	/* Nobody has renamed the log: it goes on, as a second run would mislead the readers. */
	session__rotate(&session, session.last_ns);
	play_rounds(&session, 2);
	rename_log(".1");
	session__rotate(&session, session.last_ns);
	play_rounds(&session, 3);
	assert_int_equal(end_run(&session, &accounting), 0);
	lines = lines_of_good_log(scratch_file(".1"));
	assert_true(lines > 0);
	assert_int_equal(lines + lines_of_good_log(scratch_log), lines_of(&accounting));
	unlink(scratch_file(".1"));
}

static void lose_lines(enum format_id format)
{
	struct session session;
	struct accounting accounting;
	struct format_totals totals;
	char *text, expected[64];
	size_t bytes;

	assert_int_equal(begin_format(&session, format), 0);
	play_rounds(&session, 3);
	play_on_failing_disk(&session);
	assert_int_equal(end_run(&session, &accounting), 1);
	assert_true(accounting.lost_output[SIFTR_IN] > 10);
	assert_int_equal(lines_of_good_log(scratch_log), lines_of(&accounting));
	assert_int_equal(accounting__unexplained(&accounting), 0);
	accounting__totals(&accounting, &totals);
	snprintf(expected, sizeof(expected), "\tring_drops=%llu\t",
		 totals.skipped_malloc[SIFTR_IN] + totals.skipped_malloc[SIFTR_OUT]);
	text = read_file(scratch_log, &bytes);
	assert_non_null(memmem(text, bytes, expected, strlen(expected)));
	free(text);
}

static void for_both(void (*test)(enum format_id format))
{
	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		test(both[i]);
		unlink(scratch_log);
	}
}

static void a_run_is_good(void **state)
{
	(void)state;
	for_both(run_once);
}

static void each_file_has_the_counts_of_its_own_lines(void **state)
{
	(void)state;
	for_both(rotate);
}

static void lines_that_a_failing_disk_loses_are_in_no_count_of_a_flow(void **state)
{
	(void)state;
	for_both(lose_lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FULL_DISK_TEST(a_run_is_good),
		FULL_DISK_TEST(each_file_has_the_counts_of_its_own_lines),
		FULL_DISK_TEST(lines_that_a_failing_disk_loses_are_in_no_count_of_a_flow),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
