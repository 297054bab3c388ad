/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text as lines: where they end, and which of them are data lines, each of which
 * stands for a packet.
 */
#ifndef SIFTR_OUTPUT_LINES_H
#define SIFTR_OUTPUT_LINES_H

#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

/* Where the last line that is whole in `text` ends; 0 if none is. */
size_t lines__whole(const char *text, size_t bytes);

/* Where the first line of `text` ends; `bytes` if it does not. */
size_t lines__first(const char *text, size_t bytes);

/* 'i' or 'o' if `text` begins with a data line, else 0. */
char lines__direction(const char *text, size_t bytes);

/* One more of the lines of a direction, as lines__direction() gives it; 0 is none. */
void lines__count(char direction, __u64 counts[SIFTR_DIRECTIONS]);

/*
 * Takes the whole data lines out of `text`, counts them, and moves what is left
 * together. A last line without its end stays, whatever it is. Returns the bytes left.
 */
size_t lines__drop_data(char *text, size_t bytes, __u64 dropped[SIFTR_DIRECTIONS]);

#endif
