/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds lines in text, and which of them are data lines: one packet each. */
#ifndef SIFTR_OUTPUT_LINES_H
#define SIFTR_OUTPUT_LINES_H

#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

/* End of the last complete line in `text`; 0 if there is none. */
size_t lines__complete(const char *text, size_t bytes);

/* End of the first line of `text`; `bytes` if it is incomplete. */
size_t lines__first(const char *text, size_t bytes);

/* 'i' or 'o' if `text` begins with a data line, else 0. */
char lines__direction(const char *text, size_t bytes);

/* Counts a line of a direction returned by lines__direction(); 0 counts nothing. */
void lines__count(char direction, __u64 counts[SIFTR_DIRECTIONS]);

/*
 * Removes the complete data lines from `text` and counts them. An incomplete last line stays.
 * Returns the number of bytes left.
 */
size_t lines__drop_data(char *text, size_t bytes, __u64 dropped[SIFTR_DIRECTIONS]);

#endif
