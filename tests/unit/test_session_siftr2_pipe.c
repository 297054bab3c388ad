// SPDX-License-Identifier: BSD-2-Clause
/*
 * A log of siftr2 that goes to a pipe has the header first and the flow list, with the counts of
 * the lines before it, last: compressed or not, and if the reader did not take all lines.
 */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include <zstd.h>

#include "output/frames.h"

#include "../lib/compressed_run.h"
#include "../lib/findings.h"
#include "../lib/piped_run.h"

static const enum format_id both[] = {FORMAT_siftr2, FORMAT_siftr2_binary};
static const volatile sig_atomic_t always = 1;

/* More than a test sends: all are of two flows, whose list fits into the smallest pipe. */
#define NR_PACKETS 1000000

static char log_bytes[PIPE_BYTES];

static void begin_format_in_pipe(struct session *session, enum format_id format, int *reader)
{
	const struct options options = {.format = format};

	assert_int_equal(begin_piped(session, &options, reader), 0);
}

/* Asserts that the log keeps the rules of siftr2's readers. Returns its number of lines. */
static __u64 lines_of_good_log(const char *log, size_t bytes)
{
	assert_true(bytes > 17);
	assert_memory_equal(log, "enable_time_secs=", 17);
	judge_bytes(log, bytes, 0);
	assert_string_equal(findings.text, "");
	assert_int_equal(findings.result.runs, 1);
	return findings.result.lines;
}

static void a_log_in_a_pipe_is_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		struct session session;
		struct accounting accounting;
		size_t bytes;
		int reader;

		begin_format_in_pipe(&session, both[i], &reader);
		fcntl(reader, F_SETPIPE_SZ, PIPE_BYTES);
		send_packets(&session, 300);
		send_packets(&session, 300);
		assert_int_equal(end_run(&session, &accounting), 0);
		bytes = read_pipe(reader, log_bytes);
		assert_int_equal(lines_of_good_log(log_bytes, bytes), lines_of(&accounting));
	}
}

/* A header is in the pipe before the first packet, for readers that follow the log. */
static void the_header_does_not_wait_for_packets(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		struct session session;
		struct accounting accounting;
		char header[512];
		ssize_t bytes;
		int reader;

		begin_format_in_pipe(&session, both[i], &reader);
		bytes = read(reader, header, sizeof(header));
		assert_true(bytes > 17);
		assert_memory_equal(header, "enable_time_secs=", 17);
		assert_int_equal(header[bytes - 1], '\n');
		assert_int_equal(end_run(&session, &accounting), 0);
		close(reader);
	}
}

static size_t drain_pipe(int reader, size_t filled)
{
	ssize_t n = read(reader, log_bytes + filled, sizeof(log_bytes) - filled);

	return n > 0 ? filled + (size_t)n : filled;
}

/* The reader stops while the pipe takes a part of the lines, and reads on before the end. */
static void what_a_stalled_reader_does_not_take_is_in_no_count_of_a_flow(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		struct session session;
		struct accounting accounting;
		size_t bytes;
		int reader;

		begin_format_in_pipe(&session, both[i], &reader);
		fcntl(reader, F_SETPIPE_SZ, 16384);
		writer__hurry_when(session.output.writer, &always);
		play_flows(&session, 100, NR_PACKETS);
		bytes = drain_pipe(reader, 0);
		assert_int_equal(end_run(&session, &accounting), 1);
		assert_int_equal(accounting__unexplained(&accounting), 0);
		assert_true(accounting.lost_output[SIFTR_IN] > 10);
		bytes += read_pipe(reader, log_bytes + bytes);
		assert_int_equal(lines_of_good_log(log_bytes, bytes), lines_of(&accounting));
	}
}

static void a_compressed_log_is_good(void **state)
{
	static char text[4 * PIPE_BYTES];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		const struct options options = {.format = both[i], .zstd = true};
		struct session session;
		struct accounting accounting;
		size_t bytes;
		int reader;

		assert_int_equal(begin_piped(&session, &options, &reader), 0);
		fcntl(reader, F_SETPIPE_SZ, PIPE_BYTES);
		send_packets(&session, 1000);
		assert_int_equal(end_run(&session, &accounting), 0);
		bytes = read_pipe(reader, log_bytes);
		bytes = ZSTD_decompress(text, sizeof(text), log_bytes, bytes);
		assert_false(ZSTD_isError(bytes));
		assert_int_equal(lines_of_good_log(text, bytes), lines_of(&accounting));
	}
}

/* More records than a frame has room for. */
static void the_frames_of_a_file_are_described(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		__u64 lines = run_compressed(both[i], 400);

		assert_true(lines * 72 > 2 * FRAMES_TEXT_MAX);
		assert_int_equal(good_lines("", 1), lines);
		unlink(scratch_log);
	}
}

static void lines_that_a_failing_disk_loses_leave_complete_frames(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		struct session session;
		struct accounting accounting;

		assert_int_equal(begin_compressed(&session, both[i]), 0);
		play_rounds(&session, 200);
		play_on_failing_disk(&session);
		play_rounds(&session, 200);
		assert_int_equal(end_run(&session, &accounting), 1);
		assert_true(accounting.lost_output[SIFTR_IN] > 10);
		assert_int_equal(good_lines("", 1), lines_of(&accounting));
		unlink(scratch_log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FULL_DISK_TEST(a_log_in_a_pipe_is_good),
		FULL_DISK_TEST(the_header_does_not_wait_for_packets),
		FULL_DISK_TEST(what_a_stalled_reader_does_not_take_is_in_no_count_of_a_flow),
		FULL_DISK_TEST(a_compressed_log_is_good),
		FULL_DISK_TEST(the_frames_of_a_file_are_described),
		FULL_DISK_TEST(lines_that_a_failing_disk_loses_leave_complete_frames),
	};

	signal(SIGPIPE, SIG_IGN);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
