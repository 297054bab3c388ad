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
 * Opens `file` as safely as trace opens its log; a regular file must be new or empty. NULL means
 * stdout. 0, or a negative errno, reported: then there is nothing to close.
 */
int convert_output__open(struct convert_output *output, const char *file,
			 const struct log_encoding *encoding);

/*
 * Returns room for `bytes` of text, at most CONVERT_OUTPUT_BYTES, after writing buffered text if
 * there is too little. Never fails: after a write error the buffered text is dropped.
 */
char *convert_output__reserve(struct convert_output *output, size_t bytes);
/* Adds the text written to the reserved room, up to `end`, to what is to be written. */
void convert_output__commit(struct convert_output *output, const char *end);

/*
 * Writes the rest, syncs a regular file and closes. 0 or the first negative errno, reported unless
 * the reader of a pipe has left, which is -EPIPE.
 */
int convert_output__close(struct convert_output *output);

#endif
