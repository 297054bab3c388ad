/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of a request: separated by blanks, or in double quotes, within which a backslash stands
 * before a quote or a backslash.
 */
#ifndef SIFTR_CONTROL_WORDS_H
#define SIFTR_CONTROL_WORDS_H

#include <stddef.h>

#define WORDS_MAX 128

struct words {
	size_t count;
	char *of[WORDS_MAX]; /* point into the line */
};

/*
 * Splits `line` in place. 0; -EINVAL for a quote without its end or behind a letter, or a control
 * character; -E2BIG for more than WORDS_MAX words.
 */
int words__split(char *line, struct words *words);

/*
 * Writes `word` so that words__split() reads it as one: in quotes if it needs them. Returns the
 * length; -E2BIG if it does not fit into `bytes` with its NUL, -EINVAL if it has a control
 * character.
 */
int words__quote(const char *word, char *out, size_t bytes);

#endif
