/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text and numbers as parts of a page. Text of a log, such as the name of a process, is any user's:
 * what it comes out as can end no element and no string.
 */
#ifndef SIFTR_PAGE_PAGE_TEXT_H
#define SIFTR_PAGE_PAGE_TEXT_H

#include <stddef.h>
#include <stdio.h>

/*
 * Writes `text` as a string of JSON, in quotes, that may stand in a script element: without '<',
 * '>' and '&'. A byte that is no part of a printable character or line end becomes \ufffd.
 */
void page_text__json(FILE *stream, const char *text);

void page_text__base64(FILE *stream, const void *data, size_t bytes);

#endif
