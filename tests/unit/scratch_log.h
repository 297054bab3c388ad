/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A scratch directory with one log file, and what the writer's tests ask of it.
 */
#ifndef SIFTR_TESTS_SCRATCH_LOG_H
#define SIFTR_TESTS_SCRATCH_LOG_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "output/writer.h"

static char scratch_directory[64];
static char scratch_log[96];
static const struct preallocate_limits no_limits;

static inline int make_scratch(void **state)
{
	(void)state;
	strcpy(scratch_directory, "/tmp/siftr-writer-XXXXXX");
	if (!mkdtemp(scratch_directory))
		return -1;
	snprintf(scratch_log, sizeof(scratch_log), "%s/log", scratch_directory);
	return 0;
}

static inline int remove_scratch(void **state)
{
	(void)state;
	unlink(scratch_log);
	return rmdir(scratch_directory);
}

/* NULL: stdout. What writer__open() says. */
static inline int open_writer_at(const char *path, struct writer **writer)
{
	struct log_path log;
	int err;

	if (!path)
		return writer__open(NULL, &no_limits, writer);
	*writer = NULL;
	err = log_path__find(&log, path, "the log");
	if (err)
		return err;
	err = writer__open(&log, &no_limits, writer);
	log_path__close(&log);
	return err;
}

static inline struct writer *open_writer(const char *path)
{
	struct writer *writer;

	assert_int_equal(open_writer_at(path, &writer), 0);
	assert_non_null(writer);
	return writer;
}

/* Runs with `fd` as stdout while the writer is opened; the test's own output waits. */
static inline struct writer *open_writer_on(int fd)
{
	struct writer *writer;
	int saved;

	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	dup2(fd, STDOUT_FILENO);
	writer = open_writer(NULL);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	return writer;
}

static inline void put(struct writer *writer, const char *text)
{
	size_t length = strlen(text);
	char *room = writer__reserve(writer, length);

	memcpy(room, text, length);
	writer__commit(writer, room + length);
}

static inline void put_lines(struct writer *writer, int count, const char *line)
{
	for (int i = 0; i < count; i++)
		put(writer, line);
}

static inline void assert_lost(const struct writer *writer, __u64 in, __u64 out)
{
	__u64 lost[SIFTR_DIRECTIONS];

	writer__lost_lines(writer, lost);
	assert_int_equal(lost[SIFTR_IN], in);
	assert_int_equal(lost[SIFTR_OUT], out);
}

static inline void fill_log(const char *text)
{
	FILE *file = fopen(scratch_log, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* What the log holds, terminated; the caller frees. */
static inline char *read_log(size_t *bytes)
{
	FILE *file = fopen(scratch_log, "r");
	struct stat status;
	char *text;

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &status), 0);
	text = calloc(1, (size_t)status.st_size + 1);
	assert_non_null(text);
	*bytes = fread(text, 1, (size_t)status.st_size, file);
	assert_int_equal(*bytes, status.st_size);
	fclose(file);
	return text;
}

static inline void assert_log(const char *expected)
{
	size_t bytes;
	char *text = read_log(&bytes);

	assert_string_equal(text, expected);
	free(text);
}

#endif
