// SPDX-License-Identifier: BSD-2-Clause
#include "writer_fixture.h"

#include <unistd.h>

const struct preallocate_limits no_limits;

static const struct log_encoding siftr_log = {.format = &format_siftr};

int open_writer_at(const char *path, struct writer **writer)
{
	struct log_path log;
	int err;

	if (!path)
		return writer__open(NULL, &no_limits, &siftr_log, writer);
	*writer = NULL;
	err = log_path__find(&log, path, "the log");
	if (err)
		return err;
	err = writer__open(&log, &no_limits, &siftr_log, writer);
	log_path__close(&log);
	return err;
}

struct writer *open_writer(const char *path)
{
	struct writer *writer;

	assert_int_equal(open_writer_at(path, &writer), 0);
	assert_non_null(writer);
	return writer;
}

struct writer *open_writer_on(int fd)
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

void put(struct writer *writer, const char *text)
{
	size_t length = strlen(text);
	char *room = writer__reserve(writer, length);

	memcpy(room, text, length);
	writer__commit(writer, room + length);
}

void put_lines(struct writer *writer, int count, const char *line)
{
	for (int i = 0; i < count; i++)
		put(writer, line);
}

void assert_lost(const struct writer *writer, __u64 in, __u64 out)
{
	__u64 lost[SIFTR_DIRECTIONS];

	writer__lost_lines(writer, lost);
	assert_int_equal(lost[SIFTR_IN], in);
	assert_int_equal(lost[SIFTR_OUT], out);
}
