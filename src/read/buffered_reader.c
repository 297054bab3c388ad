// SPDX-License-Identifier: BSD-2-Clause
/*
 * Zeros follow the last byte, so that a parser that stops at the first unexpected byte needs no
 * check for the end of the buffer.
 */
#include "read/buffered_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_BYTES (256 * 1024)
#define ZERO_BYTES   64

int buffered_reader__open(struct buffered_reader *reader, int fd)
{
	*reader =
		(struct buffered_reader){.fd = fd, .buffer = calloc(1, BUFFER_BYTES + ZERO_BYTES)};
	if (!reader->buffer)
		return -ENOMEM;
	reader->at = reader->end = reader->buffer;
	return 0;
}

void buffered_reader__close(struct buffered_reader *reader)
{
	free(reader->buffer);
	reader->buffer = NULL;
}

int buffered_reader__fill_window(struct buffered_reader *reader)
{
	size_t bytes = buffered_reader__available(reader);

	memmove(reader->buffer, reader->at, bytes);
	reader->at = reader->buffer;
	reader->end = reader->buffer + bytes;
	while (bytes < READER_WINDOW_BYTES && !reader->ended) {
		ssize_t n = read(reader->fd, reader->end, BUFFER_BYTES - bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		reader->ended = n == 0;
		reader->end += n;
		reader->read += (__u64)n;
		bytes += (size_t)n;
	}
	memset(reader->end, 0, ZERO_BYTES);
	return 0;
}
