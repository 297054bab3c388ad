// SPDX-License-Identifier: BSD-2-Clause
#include "output/partial_line.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

size_t partial_line__bytes(const struct output *output)
{
	char link[64], text[PARTIAL_LINE_MAX];
	const char *last;
	ssize_t bytes;
	off_t from;
	int reader;

	if (!output->regular || !output->position)
		return 0;
	/*
	 * The descriptor may be write-only, so the file is opened again, through /proc, which finds
	 * it whatever its name is.
	 */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", output->fd);
	reader = open(link, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (reader < 0)
		return 0;
	from = output->position > sizeof(text) ? (off_t)(output->position - sizeof(text)) : 0;
	bytes = pread(reader, text, (size_t)((off_t)output->position - from), from);
	close(reader);
	if (bytes <= 0)
		return 0;
	last = memrchr(text, '\n', (size_t)bytes);
	return last ? (size_t)(text + bytes - last) - 1 : (size_t)bytes;
}
