/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A text that may have any characters, as a cell of csv and as a string of JSON. Both come out as
 * UTF-8: each byte of the text that is not part of a character becomes a question mark.
 */
#ifndef SIFTR_FORMAT_QUOTED_TEXT_H
#define SIFTR_FORMAT_QUOTED_TEXT_H

#include <siftr/groups.h>

/*
 * Length of the longest cell, whose text is quotes alone, and of the longest string, whose text is
 * control characters alone.
 */
#define QUOTED_TEXT_CSV_MAX  (2 * SIFTR_TEXT_MAX + 2)
#define QUOTED_TEXT_JSON_MAX (6 * SIFTR_TEXT_MAX + 2)

/*
 * Writes `text` as a cell, in quotes if RFC 4180 demands them, each CR and LF as a question mark.
 * Returns the end.
 */
char *quoted_text__csv(char *out, const char *text);
/* Writes `text` in quotes, with the escapes that RFC 8259 demands. Returns the end. */
char *quoted_text__json(char *out, const char *text);

#endif
