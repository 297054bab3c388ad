/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A window that slides over a file or a stream, in bulk reads. Its memory does
 * not depend on the size of what is read.
 */
#ifndef SIFTR_LOG_INPUT_H
#define SIFTR_LOG_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

/* The most that input__fill() can be asked for. */
#define INPUT_WINDOW 4096

struct input {
	int fd;
	bool ended;	/* nothing comes behind `end` */
	__u64 read;	/* bytes, all in all */
	const char *at; /* the next byte */
	char *end;	/* behind the last byte read; 64 zeros follow */
	char *buffer;
};

/* Does not take over `fd`. 0 or -ENOMEM. */
int input__open(struct input *input, int fd);
void input__close(struct input *input);

/* Reads until the window has INPUT_WINDOW bytes or the input ends. 0 or a negative errno. */
int input__fill_window(struct input *input);

static inline size_t input__bytes(const struct input *input)
{
	return (size_t)(input->end - input->at);
}

/* Where `at` is in the input. */
static inline __u64 input__offset(const struct input *input)
{
	return input->read - input__bytes(input);
}

static inline int input__fill(struct input *input)
{
	if (input__bytes(input) >= INPUT_WINDOW || input->ended)
		return 0;
	return input__fill_window(input);
}

#endif
