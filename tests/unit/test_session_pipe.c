// SPDX-License-Identifier: BSD-2-Clause
/*
 * The end of a log on a pipe whose reader ends first, is ended by the same signal as the run, or
 * reads slowly.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zstd.h>
#include <zstd_errors.h>

#include "output/frames.h"
#include "output/lines.h"

#include "../lib/piped_run.h"

static const volatile sig_atomic_t always = 1;
static int messages[2]; /* the pipe that receives stderr of the run */

static bool has_reported(const char *text)
{
	char words[4096];
	ssize_t bytes;

	fflush(stderr);
	bytes = read(messages[0], words, sizeof(words) - 1);
	words[bytes > 0 ? bytes : 0] = '\0';
	return strstr(words, text) != NULL;
}

static void begin_with(struct session *session, bool zstd, int *reader)
{
	const struct options options = {.zstd = zstd};

	assert_int_equal(begin_piped(session, &options, reader), 0);
}

static void begin_into_pipe(struct session *session, int *reader)
{
	begin_with(session, false, reader);
}

static void wait_for_bytes(int fd, int bytes)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	int unread = 0;

	while (ioctl(fd, FIONREAD, &unread) == 0 && unread < bytes)
		poll(&ready, 1, 1);
}

static void a_reader_that_leaves_by_itself_is_a_clean_end(void **state)
{
	struct session session;
	struct accounting accounting;
	int reader;

	(void)state;
	begin_into_pipe(&session, &reader);
	send_packets(&session, 10);
	close(reader);
	send_packets(&session, 10);
	assert_true(session__is_over(&session));
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_false(has_reported("lost"));
	assert_int_equal(accounting__unexplained(&accounting), 0);
}

static void a_reader_that_ends_with_the_run_costs_the_footer(void **state)
{
	(void)state;
	for (int noticed = 0; noticed < 2; noticed++) {
		struct session session;
		struct accounting accounting;
		int reader;

		begin_into_pipe(&session, &reader);
		send_packets(&session, 10);
		close(reader);
		if (noticed)
			session__flush(&session);
		session.stopped = 1;
		assert_int_equal(end_run(&session, &accounting), 1);
		assert_true(has_reported("its reader ended first"));
	}
}

/* The footer is in the pipe when the reader ends, so that nobody reads it. */
static void a_footer_that_nobody_has_read_is_lost(void **state)
{
	struct session session;
	struct accounting accounting;
	int reader, unread;
	pid_t child;

	(void)state;
	begin_into_pipe(&session, &reader);
	send_packets(&session, 10);
	assert_int_equal(ioctl(reader, FIONREAD, &unread), 0);
	fflush(NULL);
	child = fork();
	if (!child) {
		wait_for_bytes(reader, unread + 1);
		_exit(0);
	}
	close(reader);
	session.stopped = 1;
	assert_int_equal(end_run(&session, &accounting), 1);
	assert_true(has_reported("its reader ended first"));
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void a_reader_that_takes_all_is_waited_for(void **state)
{
	struct session session;
	struct accounting accounting;
	int reader, unread;
	pid_t child;

	(void)state;
	begin_into_pipe(&session, &reader);
	send_packets(&session, 10);
	assert_int_equal(ioctl(reader, FIONREAD, &unread), 0);
	fflush(NULL);
	child = fork();
	if (!child) {
		char text[4096];

		close(writer__reader_fd(session.output.writer));
		wait_for_bytes(reader, unread + 1);
		while (read(reader, text, sizeof(text)) > 0)
			;
		_exit(0);
	}
	close(reader);
	session.stopped = 1;
	assert_int_equal(end_run(&session, &accounting), 0);
	assert_false(has_reported("lost"));
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static int open_messages(void **state)
{
	(void)state;
	if (pipe2(messages, O_CLOEXEC | O_NONBLOCK))
		return -1;
	return dup2(messages[1], STDERR_FILENO) < 0 ? -1 : 0;
}

static void a_compressed_log_reaches_a_pipe_with_its_seek_table(void **state)
{
	static char packed[PIPE_BYTES], text[FRAMES_TEXT_MAX];
	struct session session;
	struct accounting accounting;
	size_t bytes, n;
	int reader;

	(void)state;
	begin_with(&session, true, &reader);
	fcntl(reader, F_SETPIPE_SZ, PIPE_BYTES);
	send_packets(&session, 300);
	assert_int_equal(end_run(&session, &accounting), 0);
	bytes = read_pipe(reader, packed);
	assert_memory_equal(packed + bytes - 4, "\xb1\xea\x92\x8f", 4);
	n = ZSTD_decompress(text, sizeof(text), packed, bytes);
	assert_false(ZSTD_isError(n));
	assert_memory_equal(text, "enable_time_secs=", 17);
	assert_int_equal(text[n - 1], '\n');
	assert_non_null(memmem(text, n, "\ndisable_time_secs=", 19));
}

/*
 * Counts the data lines in the complete frames of `packed`. What follows these frames can only be a
 * part of another.
 */
static __u64 lines_of_complete_frames(const char *packed, size_t bytes)
{
	static char text[FRAMES_TEXT_MAX];
	size_t length;
	__u64 lines = 0;

	for (size_t at = 0; at < bytes; at += length) {
		size_t n;

		length = ZSTD_findFrameCompressedSize(packed + at, bytes - at);
		if (ZSTD_isError(length)) {
			assert_int_equal(ZSTD_getErrorCode(length), ZSTD_error_srcSize_wrong);
			break;
		}
		n = ZSTD_decompress(text, sizeof(text), packed + at, length);
		assert_false(ZSTD_isError(n));
		for (size_t i = 0; i < n; i += lines__first(text + i, n - i))
			lines += lines__direction(&format_siftr, text + i, n - i) != 0;
	}
	return lines;
}

static void a_frame_that_a_stalled_reader_does_not_take_is_lost(void **state)
{
	static char packed[PIPE_BYTES];
	struct session session;
	struct accounting accounting;
	size_t bytes;
	int reader;

	(void)state;
	begin_with(&session, true, &reader);
	fcntl(reader, F_SETPIPE_SZ, 16384);
	writer__hurry_when(session.output.writer, &always);
	for (int i = 0; i < 20; i++)
		send_packets(&session, 1000);
	assert_int_equal(end_run(&session, &accounting), 1);
	assert_int_equal(accounting__unexplained(&accounting), 0);
	assert_true(accounting.lost_output[SIFTR_IN] > 0);
	bytes = read_pipe(reader, packed);
	assert_int_equal(lines_of_complete_frames(packed, bytes),
			 accounting.lines[SIFTR_IN] + accounting.lines[SIFTR_OUT]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reader_that_leaves_by_itself_is_a_clean_end),
		cmocka_unit_test(a_reader_that_ends_with_the_run_costs_the_footer),
		cmocka_unit_test(a_footer_that_nobody_has_read_is_lost),
		cmocka_unit_test(a_reader_that_takes_all_is_waited_for),
		cmocka_unit_test(a_compressed_log_reaches_a_pipe_with_its_seek_table),
		cmocka_unit_test(a_frame_that_a_stalled_reader_does_not_take_is_lost),
	};

	signal(SIGPIPE, SIG_IGN);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_messages, NULL);
}
