/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds lines in text, and which of them are data lines: one packet each. */
#ifndef SIFTR_OUTPUT_LINES_H
#define SIFTR_OUTPUT_LINES_H

#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "format/format.h"

/* The length of the complete lines at the start of `text`; 0 if there is none. */
size_t lines__complete(const char *text, size_t bytes);

/* The length of the first line of `text` with its '\n'; `bytes` if it is incomplete. */
size_t lines__first(const char *text, size_t bytes);

/* The direction, 'i' or 'o', if `text` begins with a data line of the format, else 0. */
char lines__direction(const struct format *format, const char *text, size_t bytes);

/* Adds a line to the count of `direction`, as lines__direction() returned it; 0 counts nothing. */
void lines__count(char direction, __u64 counts[SIFTR_DIRECTIONS]);

/* A function to be called with `context` and each data line that is dropped; NULL: none. */
struct lines_observer {
	void (*lost)(void *context, const char *line, size_t bytes);
	void *context;
};

/*
 * Removes the complete data lines from `text`, adds them to the counts `dropped` and calls the
 * function of `observer` with each. Other lines and an incomplete last line stay. Returns the
 * number of bytes left.
 */
size_t lines__drop_data(const struct format *format, char *text, size_t bytes,
			__u64 dropped[SIFTR_DIRECTIONS], const struct lines_observer *observer);

#endif
