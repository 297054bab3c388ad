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

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

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

/*
 * Removes the '\r' of each "\r\n" from `text` and returns how many bytes are left. A '\r' that ends
 * the text is removed and remembered in held_return, because the byte after it is not known yet.
 */
static size_t drop_returns(struct buffered_reader *reader, char *text, size_t bytes)
{
	const char *at = text, *end = text + bytes, *found;
	char *out = text;

	while ((found = memchr(at, '\r', (size_t)(end - at)))) {
		bool drop = found + 1 == end || found[1] == '\n';
		size_t kept = (size_t)(found - at) + !drop;

		memmove(out, at, kept);
		out += kept;
		at = found + 1;
		reader->held_return = at == end;
	}
	memmove(out, at, (size_t)(end - at));
	return (size_t)(out - text) + (size_t)(end - at);
}

void buffered_reader__drop_returns(struct buffered_reader *reader)
{
	size_t bytes = buffered_reader__available(reader);

	if (bytes >= sizeof(BYTE_ORDER_MARK) - 1 &&
	    !memcmp(reader->at, BYTE_ORDER_MARK, sizeof(BYTE_ORDER_MARK) - 1))
		reader->at += sizeof(BYTE_ORDER_MARK) - 1;
	reader->drops_returns = true;
	bytes = buffered_reader__available(reader);
	memmove(reader->buffer, reader->at, bytes);
	reader->at = reader->buffer;
	reader->end = reader->buffer + drop_returns(reader, reader->buffer, bytes);
	reader->read = buffered_reader__available(reader);
	memset(reader->end, 0, ZERO_BYTES);
}

/*
 * Reads as read_more() does, without the '\r' of each "\r\n". A held '\r' is put before the bytes
 * read now, the first of which decides whether it is dropped. If nothing is left of what was read,
 * reads on, because 0 would mean the end of the input.
 */
static ssize_t read_without_returns(struct buffered_reader *reader, size_t room)
{
	char *text = reader->end;
	size_t held, left = 0;

	while (!left) {
		ssize_t n;

		held = reader->held_return;
		if (held)
			*reader->end++ = '\r';
		n = read_more(reader, room - held);
		reader->end = text;
		if (n < 0)
			return n;
		reader->held_return = false;
		if (n == 0)
			return (ssize_t)held;
		left = drop_returns(reader, text, (size_t)n + held);
	}
	return (ssize_t)left;
}

int buffered_reader__fill_window(struct buffered_reader *reader)
{
	size_t bytes = buffered_reader__available(reader);

	memmove(reader->buffer, reader->at, bytes);
	reader->at = reader->buffer;
	reader->end = reader->buffer + bytes;
	while (bytes < READER_WINDOW_BYTES && !reader->ended) {
		ssize_t n = reader->drops_returns
				    ? read_without_returns(reader, BUFFER_BYTES - bytes)
				    : read_more(reader, BUFFER_BYTES - bytes);

		if (n == -EINTR)
			continue;
		if (n == -EAGAIN && reader->is_live)
			break;
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
