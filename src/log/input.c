// SPDX-License-Identifier: BSD-2-Clause
/*
 * Bulk reads into one buffer. Zeros stand behind the last byte, so that a
 * scanner that stops at the first byte it does not know needs no end to watch.
 */
#include "log/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_BYTES (256 * 1024)
#define ZERO_BYTES   64

int input__open(struct input *input, int fd)
{
	*input = (struct input){.fd = fd, .buffer = calloc(1, BUFFER_BYTES + ZERO_BYTES)};
	if (!input->buffer)
		return -ENOMEM;
	input->at = input->end = input->buffer;
	return 0;
}

void input__close(struct input *input)
{
	free(input->buffer);
	input->buffer = NULL;
}

int input__fill_window(struct input *input)
{
	size_t bytes = input__bytes(input);

	memmove(input->buffer, input->at, bytes);
	input->at = input->buffer;
	input->end = input->buffer + bytes;
	while (bytes < INPUT_WINDOW && !input->ended) {
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
