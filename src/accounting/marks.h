/* SPDX-License-Identifier: BSD-2-Clause */
/* Notes of the experiment that a client of the control socket makes during a run. */
#ifndef SIFTR_ACCOUNTING_MARKS_H
#define SIFTR_ACCOUNTING_MARKS_H

#include <stddef.h>
#include <stdio.h>

#include "format/row.h"

#define MARKS_MAX      1000 /* of a run */
#define MARK_BYTES_MAX 256  /* of a text, without its NUL */

struct mark {
	struct siftr_time time; /* by the clock of the lines */
	char text[MARK_BYTES_MAX + 1];
};

/* All zeros: none yet. */
struct marks {
	struct mark *of; /* in the order in which they were made */
	size_t count;
};

/*
 * Whether a text can be a mark: UTF-8 without control characters, not empty and not too long. NULL,
 * or what is wrong, as the end of a sentence about the text.
 */
const char *marks__refusal(const char *text);

/*
 * Adds a mark with a text for which marks__refusal() is NULL. 0, -ENOSPC if there are MARKS_MAX, or
 * -ENOMEM.
 */
int marks__add(struct marks *marks, struct siftr_time time, const char *text);

/* Prints each as a line below the packet accounting; `marks` may be NULL. */
void marks__print(const struct marks *marks, FILE *stream);

/* Writes an array of objects; `marks` may be NULL. */
void marks__write_json(const struct marks *marks, FILE *stream);

void marks__free(struct marks *marks);

#endif
