/* SPDX-License-Identifier: BSD-2-Clause */
/* The file or stream that convert writes, in large parts. */
#ifndef SIFTR_COMMANDS_CONVERT_OUTPUT_H
#define SIFTR_COMMANDS_CONVERT_OUTPUT_H

#include <stddef.h>

#include "output/frames.h"
#include "output/output.h"

/* The most that can be reserved at once. */
#define CONVERT_OUTPUT_BYTES FRAMES_TEXT_MAX

struct convert_output {
	struct output output;
	const char *name; /* for messages; the caller's */
	char *buffer;
	size_t used;
	int error; /* 0, or the first negative errno of a write; later text is dropped */
};

/*
 * Opens `file`, which must not exist or be empty, as safely as trace opens its log; NULL means
 * stdout. 0 or a negative errno, reported.
 */
int convert_output__open(struct convert_output *output, const char *file,
			 const struct log_encoding *encoding);

/* Room for `bytes` of text. */
char *convert_output__reserve(struct convert_output *output, size_t bytes);
/* The text in that room ends at `end`. */
void convert_output__commit(struct convert_output *output, const char *end);

/*
 * Writes the rest, syncs a regular file and closes. 0 or the first negative errno, reported unless
 * the reader of a pipe has left, which is -EPIPE.
 */
int convert_output__close(struct convert_output *output);

#endif
