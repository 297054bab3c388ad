/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a fuzzer's input piece by piece; after its end there are zeros. */
#ifndef SIFTR_TESTS_STEPS_H
#define SIFTR_TESTS_STEPS_H

#include <string.h>

struct steps {
	const unsigned char *at, *end;
};

static inline int steps__at_end(const struct steps *steps)
{
	return steps->at == steps->end;
}

static inline unsigned char steps__byte(struct steps *steps)
{
	return steps__at_end(steps) ? 0 : *steps->at++;
}

static inline void steps__bytes(struct steps *steps, void *out, size_t bytes)
{
	size_t left = (size_t)(steps->end - steps->at), taken = bytes < left ? bytes : left;

	memset(out, 0, bytes);
	memcpy(out, steps->at, taken);
	steps->at += taken;
}

#endif
