// SPDX-License-Identifier: BSD-2-Clause
/*
 * The buffer ends with zeros after the last byte read, so that a parser, which stops at the first
 * unexpected byte, need not check for the end of the buffer.
 */
#include "read/buffered_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "read/decompress.h"

#define BUFFER_BYTES DECOMPRESS_INPUT_BYTES
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
	decompress__free(reader->decompress);
	reader->decompress = NULL;
	free(reader->buffer);
	reader->buffer = NULL;
}

int buffered_reader__decompress(struct buffered_reader *reader)
{
	int err = buffered_reader__fill(reader);

	if (err)
		return err;
	err = decompress__open(reader->fd, reader->at, buffered_reader__available(reader),
			       &reader->decompress);
	if (err || !reader->decompress)
		return err;
	reader->read = 0;
	reader->ended = false;
	reader->at = reader->end = reader->buffer;
	return 0;
}

static ssize_t read_more(struct buffered_reader *reader, size_t room)
{
	ssize_t n;

	if (!reader->decompress) {
		n = read(reader->fd, reader->end, room);
		return n < 0 ? -errno : n;
	}
	n = decompress__read(reader->decompress, reader->end, room);
	if (n != -EBADMSG)
		return n;
	reader->damaged = true;
	return 0;
}

int buffered_reader__fill_window(struct buffered_reader *reader)
{
	size_t bytes = buffered_reader__available(reader);

	memmove(reader->buffer, reader->at, bytes);
	reader->at = reader->buffer;
	reader->end = reader->buffer + bytes;
	while (bytes < READER_WINDOW_BYTES && !reader->ended) {
		ssize_t n = read_more(reader, BUFFER_BYTES - bytes);

		if (n == -EINTR)
			continue;
		if (n < 0)
			return (int)n;
		reader->ended = n == 0;
		reader->end += n;
		reader->read += (__u64)n;
		bytes += (size_t)n;
	}
	memset(reader->end, 0, ZERO_BYTES);
	return 0;
}
