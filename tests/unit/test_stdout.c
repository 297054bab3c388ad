// SPDX-License-Identifier: BSD-2-Clause
/* Why standard output could not be written is reported, however early that was. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/scratch.h"

#include <siftr/array_size.h>

#include "report/report.h"

#define LINE	   "a line of a report\n"
#define MANY_LINES 10000

static int open_full(void)
{
	return open("/dev/full", O_WRONLY | O_CLOEXEC);
}

/* A file that may have no more than a quarter of the lines. */
static int open_limited(void)
{
	const struct rlimit limit = {MANY_LINES * 4, MANY_LINES * 4};

	setrlimit(RLIMIT_FSIZE, &limit);
	return open("limited", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}

/* A pipe that nobody reads, and whose writer does not wait. */
static int open_pipe(void)
{
	int ends[2];

	return pipe2(ends, O_NONBLOCK | O_CLOEXEC) ? -1 : ends[1];
}

/* A pipe whose reader has left. */
static int open_left(void)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	close(ends[0]);
	return ends[1];
}

static void write_line_by_line(void)
{
	for (int i = 0; i < MANY_LINES; i++)
		fputs(LINE, stdout);
}

static void write_at_once(void)
{
	static char lines[MANY_LINES * (sizeof(LINE) - 1)];

	for (int i = 0; i < MANY_LINES; i++)
		memcpy(lines + i * (sizeof(LINE) - 1), LINE, sizeof(LINE) - 1);
	fwrite(lines, 1, sizeof(lines), stdout);
}

static void flush_before(void)
{
	write_line_by_line();
	fflush(stdout);
}

/* Writes lines to what `open_stdout` opens, in a child; `text` gets what it reports. */
static void report_from(int (*open_stdout)(void), void (*write_lines)(void), char text[256])
{
	int ends[2], status;
	FILE *messages;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	fflush(stdout);
	child = fork();
	if (!child) {
		signal(SIGPIPE, SIG_IGN);
		signal(SIGXFSZ, SIG_IGN);
		if (dup2(ends[1], STDERR_FILENO) < 0 || dup2(open_stdout(), STDOUT_FILENO) < 0)
			_exit(2);
		write_lines();
		_exit(report_flush() ? 1 : 0);
	}
	close(ends[1]);
	messages = fdopen(ends[0], "r");
	assert_non_null(messages);
	text[fread(text, 1, 255, messages)] = '\0';
	fclose(messages);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, *text ? 1 << 8 : 0);
}

static void the_cause_is_named_however_early_it_was(void **state)
{
	static const struct {
		int (*open_stdout)(void);
		const char *text;
	} cases[] = {
		{open_full, "siftr-bpf: cannot write stdout: No space left on device\n"},
		{open_limited, "siftr-bpf: cannot write stdout: File too large\n"},
		{open_pipe, "siftr-bpf: cannot write stdout: Resource temporarily unavailable\n"},
		{open_left, ""},
	};
	static void (*const ways[])(void) = {write_line_by_line, write_at_once, flush_before};
	char text[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases) * ARRAY_SIZE(ways); i++) {
		report_from(cases[i / ARRAY_SIZE(ways)].open_stdout, ways[i % ARRAY_SIZE(ways)],
			    text);
		assert_string_equal(text, cases[i / ARRAY_SIZE(ways)].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_cause_is_named_however_early_it_was,
						enter_scratch, leave_scratch),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("stdout", tests, NULL, NULL);
}
