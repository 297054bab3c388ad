// SPDX-License-Identifier: BSD-2-Clause
/*
 * A pipe gets every byte once however slowly it is read, and once its reader has ended, every line
 * that was not written is counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/writer_fixture.h"

#define IN_LINE	     "i,1700000000.000001,10.0.0.1,1,10.0.0.2,2,3,4,5\n"
#define OUT_LINE     "o,1700000000.000001,10.0.0.1,1,10.0.0.2,2,3,4,5\n"
#define LINE_BYTES   (sizeof(IN_LINE) - 1)
#define HEADER	     "enable_time_secs=1\tipmode=6\n"
#define HEADER_BYTES (sizeof(HEADER) - 1)
/* The default capacity of a pipe; see pipe(7). */
#define PIPE_BYTES 65536
#define FOOTER	   "disable_time_secs=2\tflow_list=\n"

static void ignore_signal(int number)
{
	(void)number;
}

/* Starts a child that reads slowly at first and exits with 0 if it got `lines` times IN_LINE. */
static pid_t slow_reader(const int ends[2], size_t lines)
{
	size_t bytes = 0;
	char buffer[4096];
	ssize_t n;
	pid_t child = fork();

	if (child)
		return child;
	close(ends[1]);
	for (int i = 0; (n = read(ends[0], buffer, sizeof(buffer))) > 0; i++) {
		for (ssize_t k = 0; k < n; k++, bytes++)
			if (buffer[k] != IN_LINE[bytes % strlen(IN_LINE)])
				_exit(1);
		if (i < 50)
			usleep(1000);
	}
	_exit(bytes == lines * strlen(IN_LINE) ? 0 : 2);
}

/*
 * Writes to a slowly read pipe, opened with `flags`, while signals interrupt the writer all the
 * time.
 */
static void write_to_slow_pipe(int flags)
{
	const struct sigaction action = {.sa_handler = ignore_signal};
	const struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
	struct writer *writer;
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = slow_reader(ends, 20000);
	close(ends[0]);
	assert_int_equal(fcntl(ends[1], F_SETFL, flags), 0);
	writer = open_writer_on(ends[1]);
	close(ends[1]);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	put_lines(writer, 20000, IN_LINE);
	assert_int_equal(writer__flush(writer), 0);
	setitimer(ITIMER_REAL, &never, NULL);
	assert_lost(writer, 0, 0);
	assert_int_equal(writer__close(writer), 0);
	while (waitpid(child, &status, 0) < 0)
		assert_int_equal(errno, EINTR);
	assert_int_equal(status, 0);
}

static void a_slow_pipe_gets_every_byte_once_despite_signals(void **state)
{
	(void)state;
	write_to_slow_pipe(0);
}

static void a_slow_non_blocking_pipe_gets_every_byte_once(void **state)
{
	(void)state;
	write_to_slow_pipe(O_NONBLOCK);
}

/* Opens a writer to a pipe; *reader gets the reading end. */
static struct writer *open_pipe(int *reader)
{
	struct writer *writer;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	writer = open_writer_on(ends[1]);
	close(ends[1]);
	*reader = ends[0];
	return writer;
}

static void a_reader_that_has_gone_ends_it_for_good(void **state)
{
	struct writer *writer;
	char text[HEADER_BYTES + LINE_BYTES];
	int reader;

	(void)state;
	writer = open_pipe(&reader);
	put(writer, HEADER IN_LINE);
	assert_int_equal(writer__flush(writer), 0);
	assert_int_equal(read(reader, text, sizeof(text)), sizeof(text));
	close(reader);
	put(writer, IN_LINE OUT_LINE OUT_LINE);
	assert_int_equal(writer__flush(writer), -EPIPE);
	assert_lost(writer, 1, 2);
	put_lines(writer, 100000, OUT_LINE);
	assert_int_equal(writer__flush(writer), -EPIPE);
	assert_int_equal(writer__trouble(writer), -EPIPE);
	assert_lost(writer, 1, 100002);
	put(writer, FOOTER);
	assert_int_equal(writer__close(writer), -EPIPE);
}

static void another_reader_does_not_get_half_a_log(void **state)
{
	struct writer *writer;
	char byte;
	int reader, fifo;

	(void)state;
	assert_int_equal(mkfifo(scratch_log, 0600), 0);
	reader = open(scratch_log, O_RDONLY | O_NONBLOCK);
	fifo = open(scratch_log, O_WRONLY | O_NONBLOCK);
	writer = open_writer_on(fifo);
	close(fifo);
	close(reader);
	put(writer, HEADER);
	assert_int_equal(writer__flush(writer), -EPIPE);
	reader = open(scratch_log, O_RDONLY | O_NONBLOCK);
	put(writer, OUT_LINE);
	assert_int_equal(writer__flush(writer), -EPIPE);
	assert_lost(writer, 0, 1);
	assert_int_equal(writer__close(writer), -EPIPE);
	assert_int_equal(read(reader, &byte, 1), 0);
	close(reader);
}

/* The reader never reads: in the end the pipe holds complete lines, and all are counted. */
static void a_stalled_reader_is_left_with_complete_lines(void **state)
{
	static const volatile sig_atomic_t hurry = 1;
	static char text[2 * PIPE_BYTES];
	__u64 lost[SIFTR_DIRECTIONS];
	struct writer *writer;
	ssize_t bytes;
	int reader;

	(void)state;
	writer = open_pipe(&reader);
	writer__hurry_when(writer, &hurry);
	put_lines(writer, 5000, IN_LINE);
	assert_int_equal(writer__flush(writer), -ETIMEDOUT);
	writer__lost_lines(writer, lost);
	writer__close(writer);
	bytes = read(reader, text, sizeof(text));
	assert_in_range(bytes, PIPE_BYTES / 2, PIPE_BYTES);
	assert_int_equal(bytes % LINE_BYTES, 0);
	assert_int_equal(bytes / LINE_BYTES + lost[SIFTR_IN], 5000);
	close(reader);
}

static void lines_that_the_pipe_took_are_not_lost(void **state)
{
	__u64 lost[SIFTR_DIRECTIONS];
	struct writer *writer;
	char text[8192];
	pid_t child;
	int reader;

	(void)state;
	writer = open_pipe(&reader);
	put_lines(writer, 5000, IN_LINE);
	child = fork();
	if (child == 0) {
		/* The parent fills the pipe meanwhile; the child reads a little and exits. */
		for (size_t taken = 0; taken < sizeof(text);) {
			ssize_t n = read(reader, text, sizeof(text) - taken);

			if (n <= 0)
				_exit(1);
			taken += (size_t)n;
		}
		_exit(0);
	}
	close(reader);
	assert_int_equal(writer__flush(writer), -EPIPE);
	writer__lost_lines(writer, lost);
	assert_in_range(lost[SIFTR_IN], 5000 - (sizeof(text) + PIPE_BYTES) / LINE_BYTES,
			5000 - sizeof(text) / LINE_BYTES);
	writer__close(writer);
	waitpid(child, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slow_pipe_gets_every_byte_once_despite_signals),
		cmocka_unit_test(a_slow_non_blocking_pipe_gets_every_byte_once),
		cmocka_unit_test(a_reader_that_has_gone_ends_it_for_good),
		cmocka_unit_test_setup_teardown(another_reader_does_not_get_half_a_log,
						make_scratch, remove_scratch),
		cmocka_unit_test(a_stalled_reader_is_left_with_complete_lines),
		cmocka_unit_test(lines_that_the_pipe_took_are_not_lost),
	};

	/* As the program does: writing to a closed pipe is an error of write(2) and no signal. */
	signal(SIGPIPE, SIG_IGN);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
