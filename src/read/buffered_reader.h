/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A window that slides over a file or a stream, in bulk reads. Its memory does
 * not depend on the size of what is read.
 */
#ifndef SIFTR_READ_BUFFERED_READER_H
#define SIFTR_READ_BUFFERED_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

/* The most that buffered_reader__fill() can be asked for. */
#define READER_WINDOW_BYTES 4096

struct buffered_reader {
	int fd;
	bool ended;	/* nothing comes behind `end` */
	__u64 read;	/* bytes, all in all */
	const char *at; /* the next byte */
	char *end;	/* behind the last byte read; 64 zeros follow */
	char *buffer;
};

/* Does not take over `fd`. 0 or -ENOMEM. */
int buffered_reader__open(struct buffered_reader *input, int fd);
void buffered_reader__close(struct buffered_reader *input);

/* Reads until the window has READER_WINDOW_BYTES bytes or the input ends. 0 or a negative errno. */
int buffered_reader__fill_window(struct buffered_reader *input);

static inline size_t buffered_reader__available(const struct buffered_reader *input)
{
	return (size_t)(input->end - input->at);
}

/* Where `at` is in the input. */
static inline __u64 buffered_reader__offset(const struct buffered_reader *input)
{
	return input->read - buffered_reader__available(input);
}

static inline int buffered_reader__fill(struct buffered_reader *input)
{
	if (buffered_reader__available(input) >= READER_WINDOW_BYTES || input->ended)
		return 0;
	return buffered_reader__fill_window(input);
}

#endif
