/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences on a terminal: lines that end between words. */
#ifndef SIFTR_REPORT_WRAPPED_TEXT_H
#define SIFTR_REPORT_WRAPPED_TEXT_H

#include <stddef.h>
#include <stdio.h>

/*
 * The bytes of `text` that a line of `width` columns has room for: all of it, or up to a blank,
 * which is not counted. A word that is wider than a line is not parted.
 */
size_t wrapped_text__line(const char *text, int width);

/*
 * Prints `text` as text__print() does, and a line end. `printed` columns of its first line are
 * there already; its others begin with `indent` blanks. No line has more than `width` columns, but
 * for words that are wider, unless that is 0: then there is one line.
 */
void wrapped_text__print(FILE *stream, const char *text, int printed, int indent, int width);

#endif
