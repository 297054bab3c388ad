// SPDX-License-Identifier: BSD-2-Clause
/*
 * While writes succeed, every committed byte reaches the output once and in order; what cannot be
 * an output is refused when it is opened.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "../lib/writer_fixture.h"

#define IN_LINE	 "i,1700000000.000001,10.0.0.1,1,10.0.0.2,2,3,4,5\n"
#define OUT_LINE "o,1700000000.000001,10.0.0.1,1,10.0.0.2,2,3,4,5\n"
#define HEADER                                                                          \
	"enable_time_secs=1\tenable_time_usecs=000000\tsiftrver=1.3.0\tsysname=Linux\t" \
	"sysver=6001000\tipmode=6\n"
#define FOOTER "disable_time_secs=2\tflow_list=\n"

static void lines_reach_the_file_once_and_in_order(void **state)
{
	struct writer *writer = open_writer(scratch_log);
	size_t bytes, at = 0;
	char line[64];
	char *text;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		snprintf(line, sizeof(line), "i,%d,line\n", i);
		put(writer, line);
		if (i % 7777 == 0)
			assert_int_equal(writer__flush(writer), 0);
	}
	assert_int_equal(writer__trouble(writer), 0);
	assert_lost(writer, 0, 0);
	assert_int_equal(writer__close(writer), 0);
	text = read_file(scratch_log, &bytes);
	for (int i = 0; i < 50000; i++) {
		snprintf(line, sizeof(line), "i,%d,line\n", i);
		assert_memory_equal(text + at, line, strlen(line));
		at += strlen(line);
	}
	assert_int_equal(at, bytes);
	free(text);
}

static void a_new_file_is_not_for_everybody(void **state)
{
	mode_t mask = umask(0);
	struct stat status;

	(void)state;
	assert_int_equal(writer__close(open_writer(scratch_log)), 0);
	umask(mask);
	assert_int_equal(stat(scratch_log, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
	assert_int_equal(status.st_size, 0);
}

static void runs_follow_each_other_in_one_file(void **state)
{
	(void)state;
	for (int run = 0; run < 2; run++) {
		struct writer *writer = open_writer(scratch_log);

		put(writer, HEADER IN_LINE FOOTER);
		assert_int_equal(writer__close(writer), 0);
	}
	assert_file(scratch_log, HEADER IN_LINE FOOTER HEADER IN_LINE FOOTER);
}

static void a_run_after_a_truncated_line_starts_a_line_of_its_own(void **state)
{
	struct writer *writer;

	(void)state;
	write_file(scratch_log, HEADER IN_LINE "o,17000");
	writer = open_writer(scratch_log);
	put(writer, HEADER FOOTER);
	assert_int_equal(writer__close(writer), 0);
	assert_file(scratch_log, HEADER IN_LINE "o,17000\n" HEADER FOOTER);
}

static void a_line_longer_than_the_buffer_stays_one_line(void **state)
{
	struct writer *writer = open_writer(scratch_log);
	size_t bytes;
	char *text;

	(void)state;
	put(writer, HEADER IN_LINE "disable_time_secs=2\tflow_list=");
	put_lines(writer, 100000, "10.0.0.1;1-10.0.0.2;2,");
	put(writer, "\n");
	assert_int_equal(writer__close(writer), 0);
	text = read_file(scratch_log, &bytes);
	assert_int_equal(bytes, strlen(HEADER IN_LINE "disable_time_secs=2\tflow_list=\n") +
					100000 * strlen("10.0.0.1;1-10.0.0.2;2,"));
	assert_ptr_equal(strchr(strstr(text, "disable"), '\n'), text + bytes - 1);
	free(text);
}

static void a_flush_leaves_no_truncated_line_in_the_file(void **state)
{
	struct writer *writer = open_writer(scratch_log);

	(void)state;
	put(writer, IN_LINE "o,17");
	assert_int_equal(writer__flush(writer), 0);
	assert_file(scratch_log, IN_LINE);
	put(writer, "00\n");
	assert_int_equal(writer__close(writer), 0);
	assert_file(scratch_log, IN_LINE "o,1700\n");
}

static void write_to_stdout(int fd)
{
	struct writer *writer = open_writer_on(fd);

	put(writer, HEADER OUT_LINE);
	assert_int_equal(writer__close(writer), 0);
	assert_int_not_equal(fcntl(STDOUT_FILENO, F_GETFD), -1);
}

static void no_path_means_stdout_wherever_it_stands(void **state)
{
	int fd;

	(void)state;
	write_file(scratch_log, "another program's words\n");
	fd = open(scratch_log, O_WRONLY);
	lseek(fd, 0, SEEK_END);
	write_to_stdout(fd);
	close(fd);
	assert_file(scratch_log, "another program's words\n" HEADER OUT_LINE);
}

static void stdout_after_a_truncated_line_starts_a_line_of_its_own(void **state)
{
	int fd;

	(void)state;
	write_file(scratch_log, "o,17");
	fd = open(scratch_log, O_WRONLY | O_APPEND);
	write_to_stdout(fd);
	close(fd);
	assert_file(scratch_log, "o,17\n" HEADER OUT_LINE);
}

static void a_closed_stdout_is_refused(void **state)
{
	struct writer *writer = NULL;
	int saved, err;

	(void)state;
	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	close(STDOUT_FILENO);
	err = open_writer_at(NULL, &writer);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	assert_int_equal(err, -EBADF);
	assert_null(writer);
}

static void assert_refused(const char *path, int err)
{
	struct writer *writer = (struct writer *)scratch_log;

	assert_int_equal(open_writer_at(path, &writer), err);
	assert_null(writer);
}

static void what_cannot_be_a_log_is_refused(void **state)
{
	char path[160];

	(void)state;
	assert_int_equal(mkdir(scratch_log, 0700), 0);
	assert_refused(scratch_log, -EISDIR);
	assert_int_equal(rmdir(scratch_log), 0);
	snprintf(path, sizeof(path), "%s/absent/log", scratch_directory);
	assert_refused(path, -ENOENT);
	write_file(scratch_log, "");
	snprintf(path, sizeof(path), "%s/log", scratch_log);
	assert_refused(path, -ENOTDIR);
	assert_refused("", -ENOENT);
}

/* A file that is no log of SIFTR 1.3.0 was named by mistake, or is the log of another program. */
static void what_is_no_siftr_log_is_not_appended_to(void **state)
{
	static const char *const others[] = {
		"127.0.0.1\tlocalhost\n",
		"no end of line",
		"\n",
		IN_LINE FOOTER,
		"\x1f\x8b\x08 compressed",
		"\xef\xbb\xbf" HEADER,
		"enable_time_secs=1\tenable_time_usecs=000000\tsiftrver=1.2.4\thz=1000\n",
		"enable_time_secs=1\tenable_time_usecs=000000\tsiftrver=2.5\trec_fmt=txt\n",
		("enable_time_secs=1\tenable_time_usecs=000000\tsiftrver=1.3.0\tsysname=Linux\t"
		 "sysver=6001000\tipmode=6\r\n"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		write_file(scratch_log, others[i]);
		assert_refused(scratch_log, -EBADMSG);
		assert_file(scratch_log, others[i]);
	}
}

static void a_log_that_was_cut_short_is_appended_to(void **state)
{
	static const char *const ours[] = {"", HEADER, "enable_time_secs=17", HEADER "i,17"};
	char expected[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ours); i++) {
		struct writer *writer;
		size_t bytes = strlen(ours[i]);

		write_file(scratch_log, ours[i]);
		writer = open_writer(scratch_log);
		put(writer, HEADER FOOTER);
		assert_int_equal(writer__close(writer), 0);
		snprintf(expected, sizeof(expected), "%s%s" HEADER FOOTER, ours[i],
			 bytes && ours[i][bytes - 1] != '\n' ? "\n" : "");
		assert_file(scratch_log, expected);
	}
}

static void a_file_we_may_not_write_is_refused(void **state)
{
	uid_t user = geteuid();

	(void)state;
	write_file(scratch_log, "");
	assert_int_equal(chmod(scratch_log, 0444), 0);
	assert_int_equal(chmod(scratch_directory, 0755), 0);
	/* Permissions do not bind root, so the test becomes nobody for a moment. */
	if (user == 0)
		assert_int_equal(seteuid(65534), 0);
	assert_refused(scratch_log, -EACCES);
	assert_int_equal(seteuid(user), 0);
}

static void closing_nothing_is_fine(void **state)
{
	(void)state;
	assert_int_equal(writer__close(NULL), 0);
}

#define WRITER_TEST(test) cmocka_unit_test_setup_teardown(test, make_scratch, remove_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WRITER_TEST(lines_reach_the_file_once_and_in_order),
		WRITER_TEST(a_new_file_is_not_for_everybody),
		WRITER_TEST(runs_follow_each_other_in_one_file),
		WRITER_TEST(a_run_after_a_truncated_line_starts_a_line_of_its_own),
		WRITER_TEST(a_line_longer_than_the_buffer_stays_one_line),
		WRITER_TEST(a_flush_leaves_no_truncated_line_in_the_file),
		WRITER_TEST(no_path_means_stdout_wherever_it_stands),
		WRITER_TEST(stdout_after_a_truncated_line_starts_a_line_of_its_own),
		WRITER_TEST(a_closed_stdout_is_refused),
		WRITER_TEST(what_cannot_be_a_log_is_refused),
		WRITER_TEST(what_is_no_siftr_log_is_not_appended_to),
		WRITER_TEST(a_log_that_was_cut_short_is_appended_to),
		WRITER_TEST(a_file_we_may_not_write_is_refused),
		WRITER_TEST(closing_nothing_is_fine),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
