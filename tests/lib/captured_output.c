// SPDX-License-Identifier: BSD-2-Clause
#include "captured_output.h"

#include <unistd.h>

#include "test.h"

char captured_stdout[65536], captured_stderr[8192];

static struct capture {
	int saved_fd;
	FILE *file;
} captures[2];

static void redirect(int fd, struct capture *capture)
{
	capture->saved_fd = dup(fd);
	capture->file = tmpfile();
	assert_non_null(capture->file);
	dup2(fileno(capture->file), fd);
}

static void restore(int fd, const struct capture *capture, char *text, size_t size)
{
	size_t bytes;

	dup2(capture->saved_fd, fd);
	close(capture->saved_fd);
	rewind(capture->file);
	bytes = fread(text, 1, size - 1, capture->file);
	text[bytes] = '\0';
	fclose(capture->file);
}

void capture_begin(void)
{
	fflush(stdout);
	fflush(stderr);
	redirect(STDOUT_FILENO, &captures[0]);
	redirect(STDERR_FILENO, &captures[1]);
}

void capture_end(void)
{
	fflush(stdout);
	fflush(stderr);
	restore(STDOUT_FILENO, &captures[0], captured_stdout, sizeof(captured_stdout));
	restore(STDERR_FILENO, &captures[1], captured_stderr, sizeof(captured_stderr));
}
