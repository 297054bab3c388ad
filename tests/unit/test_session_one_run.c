// SPDX-License-Identifier: BSD-2-Clause
/*
 * Runs in the formats of which a file holds one run: no run is appended, a rotation goes on in a
 * log that was not renamed, and what a format counts or measures begins anew in each file.
 */
#include <unistd.h>

#include <siftr/array_size.h>

#include "../lib/full_disk_run.h"

static const enum format_id formats_of_one_run[] = {FORMAT_ttprobe, FORMAT_tcp_probe};

/* Column 7 of the first line of a log of ttprobe: the number of the packet. */
static int first_number(const char *path)
{
	char *text = read_file(path, NULL);
	const char *at = text;
	int number;

	for (int column = 1; column < 7; column++)
		at = strchr(at, ',') + 1;
	number = atoi(at);
	free(text);
	return number;
}

/*
 * These runs have records of sent packets, which the BPF programs do not send if the format has no
 * lines for them. They are counted as lines, but are not in the log.
 */
static __u64 lines_in_log(enum format_id format, const struct accounting *accounting)
{
	return formats[format]->inbound_only ? accounting->lines[SIFTR_IN] : lines_of(accounting);
}

static void a_second_run_in_a_file_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formats_of_one_run); i++) {
		enum format_id format = formats_of_one_run[i];
		struct session session;
		struct accounting accounting;
		char *first, *then;
		int status = 0;

		write_file(scratch_log, "");
		assert_int_equal(begin_format(&session, format), 0);
		play_rounds(&session, 3);
		assert_int_equal(end_run(&session, &accounting), 0);
		first = read_file(scratch_log, NULL);
		assert_int_equal(begin_format(&session, format), EXIT_OUTPUT);
		session__close(&session, &status);
		then = read_file(scratch_log, NULL);
		assert_string_equal(first, then);
		free(first);
		free(then);
		unlink(scratch_log);
	}
	assert_int_equal(times_reported("is not empty, and the format ttprobe has one run a file; "
					"name another file, or move it away"),
			 1);
}

static void a_rotation_goes_on_in_a_file_that_was_not_renamed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formats_of_one_run); i++) {
		enum format_id format = formats_of_one_run[i];
		struct session session;
		struct accounting accounting;

		assert_int_equal(begin_format(&session, format), 0);
		play_rounds(&session, 2);
		session__rotate(&session, session.last_ns);
		play_rounds(&session, 2);
		assert_int_equal(end_run(&session, &accounting), 0);
		assert_int_equal(count_in(scratch_log, "\n"), lines_in_log(format, &accounting));
		assert_int_equal(times_reported("was not renamed"), i + 1);
		unlink(scratch_log);
	}
}

static void packets_are_numbered_anew_in_each_file(void **state)
{
	struct session session;
	struct accounting accounting;

	(void)state;
	assert_int_equal(begin_format(&session, FORMAT_ttprobe), 0);
	play_rounds(&session, 2);
	rename_log(".1");
	session__rotate(&session, session.last_ns);
	play_rounds(&session, 2);
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_int_equal(count_in(scratch_log, "\n") + count_in(scratch_file(".1"), "\n"),
			 lines_of(&accounting));
	assert_int_equal(first_number(scratch_log), 0);
	assert_int_equal(first_number(scratch_file(".1")), 0);
	unlink(scratch_file(".1"));
}

static void lines_that_a_failing_disk_loses_are_counted(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formats_of_one_run); i++) {
		enum format_id format = formats_of_one_run[i];
		struct session session;
		struct accounting accounting;

		assert_int_equal(begin_format(&session, format), 0);
		play_rounds(&session, 3);
		play_on_failing_disk(&session);
		assert_int_equal(end_run(&session, &accounting), 1);
		assert_true(accounting.lost_output[SIFTR_IN] > 10);
		assert_int_equal(accounting__unexplained(&accounting), 0);
		assert_int_equal(count_in(scratch_log, "\n"), lines_in_log(format, &accounting));
		unlink(scratch_log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FULL_DISK_TEST(a_second_run_in_a_file_is_refused),
		FULL_DISK_TEST(a_rotation_goes_on_in_a_file_that_was_not_renamed),
		FULL_DISK_TEST(packets_are_numbered_anew_in_each_file),
		FULL_DISK_TEST(lines_that_a_failing_disk_loses_are_counted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
