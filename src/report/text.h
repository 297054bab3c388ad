/* SPDX-License-Identifier: BSD-2-Clause */
/* Text from elsewhere, which may hold what a terminal would obey. */
#ifndef SIFTR_REPORT_TEXT_H
#define SIFTR_REPORT_TEXT_H

#include <stddef.h>
#include <stdio.h>

/*
 * The bytes of the character that `text` begins with, in UTF-8; 0 where a terminal would
 * obey it rather than print it, where it is not UTF-8, and at the end.
 */
size_t text__character(const char *text);

/* Prints `text`; what is no character to print stands as \xHH, a byte each. */
void text__print(FILE *stream, const char *text);

#endif
