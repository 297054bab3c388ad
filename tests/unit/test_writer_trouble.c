// SPDX-License-Identifier: BSD-2-Clause
/*
 * When writes fail, a file ends with a complete line, every data line is either in it or counted,
 * and logging resumes by itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "../lib/writer_fixture.h"

#include "output/writer_switch.h"

#define IN_LINE	     "i,1700000000.000001,10.0.0.1,1,10.0.0.2,2,3,4,5\n"
#define OUT_LINE     "o,1700000000.000001,10.0.0.1,1,10.0.0.2,2,3,4,5\n"
#define LINE_BYTES   (sizeof(IN_LINE) - 1)
#define HEADER	     "enable_time_secs=1\tipmode=6\n"
#define HEADER_BYTES (sizeof(HEADER) - 1)
#define FOOTER	     "disable_time_secs=2\tflow_list=\n"

/* Limits the size of files, so that the disk seems full at that size. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static int unlimited_scratch(void **state)
{
	limit_files(RLIM_INFINITY);
	return remove_scratch(state);
}

static void a_full_disk_leaves_complete_lines_and_counts_the_others(void **state)
{
	struct writer *writer = open_writer(scratch_log);

	(void)state;
	put(writer, HEADER);
	put_lines(writer, 10, IN_LINE);
	put_lines(writer, 10, OUT_LINE);
	limit_files(HEADER_BYTES + 2 * LINE_BYTES + 20);
	assert_int_equal(writer__flush(writer), -EFBIG);
	assert_int_equal(writer__trouble(writer), -EFBIG);
	assert_lost(writer, 8, 10);
	assert_file(scratch_log, HEADER IN_LINE IN_LINE);
	limit_files(RLIM_INFINITY);
	/* writer__close() does not fail for lines that have been counted as lost. */
	assert_int_equal(writer__close(writer), 0);
	assert_file(scratch_log, HEADER IN_LINE IN_LINE);
}

static void logging_resumes_when_space_returns(void **state)
{
	struct writer *writer = open_writer(scratch_log);

	(void)state;
	put(writer, HEADER OUT_LINE);
	assert_int_equal(writer__flush(writer), 0);
	limit_files(HEADER_BYTES + LINE_BYTES + 1);
	for (int i = 0; i < 3; i++) {
		put(writer, IN_LINE OUT_LINE OUT_LINE);
		assert_int_equal(writer__flush(writer), -EFBIG);
		assert_file(scratch_log, HEADER OUT_LINE);
	}
	assert_lost(writer, 3, 6);
	limit_files(RLIM_INFINITY);
	put(writer, IN_LINE);
	assert_int_equal(writer__flush(writer), 0);
	assert_int_equal(writer__trouble(writer), 0);
	put(writer, FOOTER);
	assert_lost(writer, 3, 6);
	assert_int_equal(writer__close(writer), 0);
	assert_file(scratch_log, HEADER OUT_LINE IN_LINE FOOTER);
}

static void a_header_that_did_not_fit_still_comes_first(void **state)
{
	struct writer *writer = open_writer(scratch_log);

	(void)state;
	limit_files(HEADER_BYTES / 2);
	put(writer, HEADER IN_LINE);
	assert_int_equal(writer__flush(writer), -EFBIG);
	assert_file(scratch_log, "");
	put(writer, OUT_LINE);
	assert_int_equal(writer__flush(writer), -EFBIG);
	assert_lost(writer, 1, 1);
	limit_files(RLIM_INFINITY);
	put(writer, IN_LINE FOOTER);
	assert_int_equal(writer__close(writer), 0);
	assert_file(scratch_log, HEADER IN_LINE FOOTER);
}

static void every_line_is_in_the_file_or_counted(void **state)
{
	__u64 lost[SIFTR_DIRECTIONS];
	struct writer *writer = open_writer(scratch_log);
	size_t bytes;
	char *text;

	(void)state;
	for (rlim_t round = 0; round < 400; round++) {
		limit_files(round % 3 ? 1000 * round + 13 * round : RLIM_INFINITY);
		put_lines(writer, 40, round % 2 ? IN_LINE : OUT_LINE);
		writer__flush(writer);
	}
	limit_files(RLIM_INFINITY);
	put_lines(writer, 1, IN_LINE);
	writer__flush(writer);
	writer__lost_lines(writer, lost);
	assert_int_equal(writer__close(writer), 0);
	text = read_file(scratch_log, &bytes);
	for (size_t at = 0; at < bytes; at += LINE_BYTES)
		assert_true(!memcmp(text + at, IN_LINE, LINE_BYTES) ||
			    !memcmp(text + at, OUT_LINE, LINE_BYTES));
	assert_int_equal(bytes / LINE_BYTES + lost[SIFTR_IN] + lost[SIFTR_OUT], 16001);
	assert_in_range(lost[SIFTR_IN], 1, 16000);
	free(text);
}

static void half_a_footer_is_taken_back(void **state)
{
	struct writer *writer = open_writer(scratch_log);

	(void)state;
	put(writer, HEADER IN_LINE "disable_time_secs=2\tflow_list=");
	limit_files(700 * 1024);
	put_lines(writer, 60000, "10.0.0.1;1-10.0.0.2;2,");
	assert_int_equal(writer__trouble(writer), -EFBIG);
	limit_files(RLIM_INFINITY);
	put_lines(writer, 20000, "10.0.0.1;1-10.0.0.2;2,");
	put(writer, "\n");
	assert_lost(writer, 0, 0);
	assert_int_equal(writer__close(writer), -EFBIG);
	assert_file(scratch_log, HEADER IN_LINE);
}

static void the_rest_of_a_footer_taken_back_is_not_written(void **state)
{
	struct writer *writer = open_writer(scratch_log);
	struct stat status;

	(void)state;
	put(writer, HEADER IN_LINE "disable_time_secs=2\tflow_list=");
	put_lines(writer, 20000, "10.0.0.1;1-10.0.0.2;2,");
	assert_int_equal(writer__flush(writer), 0);
	assert_int_equal(stat(scratch_log, &status), 0);
	limit_files((rlim_t)status.st_size + 5);
	put(writer, "10.0.0.1;1-10.0.0.2;2,");
	assert_int_equal(writer__flush(writer), -EFBIG);
	limit_files(RLIM_INFINITY);
	assert_file(scratch_log, HEADER IN_LINE);
	put(writer, "10.0.0.1;1-10.0.0.2;2,\n");
	assert_int_equal(writer__close(writer), -EFBIG);
	assert_file(scratch_log, HEADER IN_LINE);
}

static void a_footer_given_up_does_not_spoil_the_next_run(void **state)
{
	struct writer *writer = open_writer(scratch_log);

	(void)state;
	put(writer, HEADER IN_LINE);
	limit_files(HEADER_BYTES + LINE_BYTES);
	put(writer, "disable_time_secs=2\tflow_list=");
	put_lines(writer, 100000, "10.0.0.1;1-10.0.0.2;2,");
	put(writer, "\n" HEADER);
	limit_files(RLIM_INFINITY);
	put(writer, OUT_LINE FOOTER);
	/* The first footer is lost for good. */
	assert_int_equal(writer__close(writer), -EIO);
	assert_file(scratch_log, HEADER IN_LINE HEADER OUT_LINE FOOTER);
}

static void stdout_that_does_not_append_resumes_without_a_hole(void **state)
{
	struct writer *writer;
	int fd;

	(void)state;
	fd = open(scratch_log, O_WRONLY | O_CREAT, 0600);
	writer = open_writer_on(fd);
	close(fd);
	limit_files(LINE_BYTES + 20);
	put(writer, IN_LINE OUT_LINE);
	assert_int_equal(writer__flush(writer), -EFBIG);
	assert_file(scratch_log, IN_LINE);
	limit_files(RLIM_INFINITY);
	put(writer, FOOTER);
	assert_int_equal(writer__close(writer), 0);
	assert_file(scratch_log, IN_LINE FOOTER);
}

static void a_file_shortened_by_others_does_not_grow_back(void **state)
{
	struct writer *writer = open_writer(scratch_log);

	(void)state;
	put_lines(writer, 100, IN_LINE);
	assert_int_equal(writer__flush(writer), 0);
	assert_int_equal(truncate(scratch_log, LINE_BYTES), 0);
	put(writer, OUT_LINE OUT_LINE);
	limit_files(2 * LINE_BYTES + 7);
	assert_int_equal(writer__flush(writer), -EFBIG);
	assert_lost(writer, 0, 1);
	assert_file(scratch_log, IN_LINE OUT_LINE);
	writer_switch__restart_file(writer);
	assert_file(scratch_log, IN_LINE);
	writer__close(writer);
}

/* A footer's counts show what is missing; a format without one may have complete lines only. */
static void a_line_cut_short_is_kept_in_a_format_with_a_footer(void **state)
{
	static const struct format *const written[] = {&format_siftr, &format_siftr2, &format_csv};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(written); i++) {
		const struct log_encoding encoding = {.format = written[i]};
		struct writer *writer;
		struct log_path log;

		assert_int_equal(log_path__find(&log, scratch_log, "the log"), 0);
		assert_int_equal(writer__open(&log, &no_limits, &encoding, &writer), 0);
		log_path__close(&log);
		put(writer, "one\ntwo\n");
		assert_int_equal(writer__flush(writer), 0);
		assert_int_equal(truncate(scratch_log, strlen("one\ntw")), 0);
		assert_int_equal(writer__check_file(writer), OUTPUT_SHORTENED);
		writer_switch__restart_file(writer);
		put(writer, "header\n");
		assert_int_equal(writer__close(writer), 0);
		assert_file(scratch_log,
			    format__has_footer(written[i]) ? "one\ntw\nheader\n" : "one\nheader\n");
		assert_int_equal(unlink(scratch_log), 0);
	}
}

static void a_full_device_costs_no_memory_and_every_line_is_counted(void **state)
{
	struct writer *writer = open_writer("/dev/full");

	(void)state;
	put(writer, HEADER);
	put_lines(writer, 200000, IN_LINE);
	put_lines(writer, 100000, OUT_LINE);
	assert_int_equal(writer__flush(writer), -ENOSPC);
	assert_int_equal(writer__trouble(writer), -ENOSPC);
	assert_lost(writer, 200000, 100000);
	put(writer, FOOTER);
	assert_int_equal(writer__close(writer), -ENOSPC);
}

static void a_text_too_long_for_a_full_device_is_given_up(void **state)
{
	struct writer *writer = open_writer("/dev/full");

	(void)state;
	put_lines(writer, 100000, "10.0.0.1;1-10.0.0.2;2,");
	put(writer, "\n");
	put_lines(writer, 20000, HEADER);
	put(writer, IN_LINE);
	assert_int_equal(writer__flush(writer), -ENOSPC);
	assert_lost(writer, 1, 0);
	assert_int_equal(writer__close(writer), -ENOSPC);
}

#define TROUBLE_TEST(test) cmocka_unit_test_setup_teardown(test, make_scratch, unlimited_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TROUBLE_TEST(a_full_disk_leaves_complete_lines_and_counts_the_others),
		TROUBLE_TEST(logging_resumes_when_space_returns),
		TROUBLE_TEST(a_header_that_did_not_fit_still_comes_first),
		TROUBLE_TEST(every_line_is_in_the_file_or_counted),
		TROUBLE_TEST(half_a_footer_is_taken_back),
		TROUBLE_TEST(the_rest_of_a_footer_taken_back_is_not_written),
		TROUBLE_TEST(a_footer_given_up_does_not_spoil_the_next_run),
		TROUBLE_TEST(stdout_that_does_not_append_resumes_without_a_hole),
		TROUBLE_TEST(a_file_shortened_by_others_does_not_grow_back),
		TROUBLE_TEST(a_line_cut_short_is_kept_in_a_format_with_a_footer),
		TROUBLE_TEST(a_full_device_costs_no_memory_and_every_line_is_counted),
		TROUBLE_TEST(a_text_too_long_for_a_full_device_is_given_up),
	};

	/* As the program does: reaching the limit is an error of write(2) and no signal. */
	signal(SIGXFSZ, SIG_IGN);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
