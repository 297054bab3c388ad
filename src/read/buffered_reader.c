// SPDX-License-Identifier: BSD-2-Clause
/*
 * Bulk reads into one buffer. Zeros stand behind the last byte, so that a
 * scanner that stops at the first byte it does not know needs no end to watch.
 */
#include "read/buffered_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_BYTES (256 * 1024)
#define ZERO_BYTES   64

int buffered_reader__open(struct buffered_reader *input, int fd)
{
	*input = (struct buffered_reader){.fd = fd, .buffer = calloc(1, BUFFER_BYTES + ZERO_BYTES)};
	if (!input->buffer)
		return -ENOMEM;
	input->at = input->end = input->buffer;
	return 0;
}

void buffered_reader__close(struct buffered_reader *input)
{
	free(input->buffer);
	input->buffer = NULL;
}

int buffered_reader__fill_window(struct buffered_reader *input)
{
	size_t bytes = buffered_reader__available(input);

	memmove(input->buffer, input->at, bytes);
	input->at = input->buffer;
	input->end = input->buffer + bytes;
	while (bytes < READER_WINDOW_BYTES && !input->ended) {
		ssize_t n = read(input->fd, input->end, BUFFER_BYTES - bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		input->ended = n == 0;
		input->end += n;
		input->read += (__u64)n;
		bytes += (size_t)n;
	}
	memset(input->end, 0, ZERO_BYTES);
	return 0;
}
