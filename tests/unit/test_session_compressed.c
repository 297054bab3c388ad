// SPDX-License-Identifier: BSD-2-Clause
/*
 * Runs whose log is compressed: its frames can be read one by one and end at line ends, its seek
 * table describes them.
 */
#include <sys/stat.h>
#include <unistd.h>

#include <siftr/time_units.h>

#include "../lib/compressed_run.h"

static void frames_end_at_line_ends_and_the_table_describes_them(void **state)
{
	__u64 lines;

	(void)state;
	lines = run_compressed(FORMAT_siftr, 400);
	assert_int_equal(lines_of_frames(scratch_log), lines + 2);
	assert_int_equal(good_lines("", 1), lines);
}

static void a_second_run_describes_the_frames_of_the_first_as_well(void **state)
{
	__u64 lines;

	(void)state;
	lines = run_compressed(FORMAT_siftr, 150);
	lines += run_compressed(FORMAT_siftr, 1);
	lines += run_compressed(FORMAT_siftr, 50);
	assert_int_equal(lines_of_frames(scratch_log), lines + 6);
	assert_int_equal(good_lines("", 3), lines);
}

static void tables_have_one_row_of_names(void **state)
{
	__u64 lines;

	(void)state;
	lines = run_compressed(FORMAT_csv, 10);
	lines += run_compressed(FORMAT_csv, 10);
	assert_int_equal(lines_of_frames(scratch_log), lines + 1);
	unlink(scratch_log);
	lines = run_compressed(FORMAT_jsonl, 10);
	assert_int_equal(lines_of_frames(scratch_log), lines);
}

static void lines_wait_for_a_frame_a_second_at_most(void **state)
{
	struct session session;
	struct accounting accounting;
	struct stat first, later;

	(void)state;
	assert_int_equal(begin_compressed(&session, FORMAT_siftr), 0);
	assert_int_equal(stat(scratch_log, &first), 0);
	assert_true(first.st_size > 0);
	play_rounds(&session, 3);
	assert_int_equal(stat(scratch_log, &later), 0);
	assert_int_equal(later.st_size, first.st_size);
	assert_in_range(session__retry_ns(&session) - fake_ns, 1, NSEC_PER_SEC);
	fake_ns = session__retry_ns(&session);
	session__flush(&session);
	assert_int_equal(stat(scratch_log, &later), 0);
	assert_true(later.st_size > first.st_size);
	assert_true(session__retry_ns(&session) > fake_ns + NSEC_PER_SEC);
	assert_int_equal(end_run(&session, &accounting), 0);
}

static void max_size_is_of_the_compressed_file(void **state)
{
	const struct options options = {
		.output = scratch_log, .max_bytes = 65536, .rotate = 9, .zstd = true};
	struct session session;
	struct accounting accounting;
	struct stat status;
	const char *suffix;
	__u64 lines = 0;
	int files = 0;

	(void)state;
	memset(&faults, 0, sizeof(faults));
	assert_int_equal(begin_run(&session, &options), 0);
	play_rounds(&session, 700);
	assert_int_equal(end_run(&session, &accounting), 0);
	for (; (suffix = scratch_rotated(files)); files++) {
		__u64 of_file = good_lines(suffix, 1);

		assert_int_equal(lines_of_frames(scratch_file(suffix)), of_file + 2);
		assert_int_equal(stat(scratch_file(suffix), &status), 0);
		assert_in_range(status.st_size, files ? 16384 : 0, 65536);
		lines += of_file;
	}
	assert_in_range(files, 2, 10);
	assert_int_equal(lines, lines_of(&accounting));
}

static void a_rename_and_sighup_leave_two_complete_files(void **state)
{
	struct session session;
	struct accounting accounting;
	__u64 first, second;

	(void)state;
	assert_int_equal(begin_compressed(&session, FORMAT_siftr), 0);
	play_rounds(&session, 30);
	rename_log(".1");
	session__rotate(&session, session.last_ns);
	play_rounds(&session, 30);
	/* Nobody has renamed the log since: another run begins in the same file. */
	session__rotate(&session, session.last_ns);
	play_rounds(&session, 30);
	assert_int_equal(end_run(&session, &accounting), 0);
	first = good_lines(".1", 1);
	second = good_lines("", 2);
	assert_int_equal(first + second, lines_of(&accounting));
	assert_int_equal(lines_of_frames(scratch_file(".1")), first + 2);
	assert_int_equal(lines_of_frames(scratch_log), second + 4);
}

static void only_compressed_logs_are_appended_to(void **state)
{
	const struct options plain = {.output = scratch_log},
			     compressed = {.output = scratch_log, .zstd = true};
	struct session session;
	int status = 0;

	(void)state;
	write_file(scratch_log, "enable_time_secs=1\n");
	assert_int_equal(begin_run(&session, &compressed), EXIT_OUTPUT);
	session__close(&session, &status);
	assert_int_equal(times_reported("it is not compressed by zstd; name another file"), 1);
	assert_file(scratch_log, "enable_time_secs=1\n");
	unlink(scratch_log);
	run_compressed(FORMAT_siftr, 1);
	assert_int_equal(begin_run(&session, &plain), EXIT_OUTPUT);
	session__close(&session, &status);
	assert_int_equal(begin_compressed(&session, FORMAT_csv), EXIT_OUTPUT);
	session__close(&session, &status);
	good_lines("", 1);
}

int main(void)
{

	const struct CMUnitTest tests[] = {
		FULL_DISK_TEST(frames_end_at_line_ends_and_the_table_describes_them),
		FULL_DISK_TEST(a_second_run_describes_the_frames_of_the_first_as_well),
		FULL_DISK_TEST(tables_have_one_row_of_names),
		FULL_DISK_TEST(lines_wait_for_a_frame_a_second_at_most),
		FULL_DISK_TEST(max_size_is_of_the_compressed_file),
		FULL_DISK_TEST(a_rename_and_sighup_leave_two_complete_files),
		FULL_DISK_TEST(only_compressed_logs_are_appended_to),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
