/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints text that the program did not write itself: escape sequences must not reach a terminal. */
#ifndef SIFTR_REPORT_TEXT_H
#define SIFTR_REPORT_TEXT_H

#include <stddef.h>
#include <stdio.h>

/*
 * Length in bytes of the first UTF-8 character of `text`; 0 if it is a control character, also one
 * that changes the order in which text is shown, or not UTF-8, and at the end of the text.
 */
size_t text__character(const char *text);

/* Length in bytes of the printable characters that `text` begins with. */
size_t text__printable(const char *text);

/* Prints `text`, each byte that is not part of a printable character as \xHH. */
void text__print(FILE *stream, const char *text);

/* Likewise the first bytes of it, up to its end or where a character ends. */
void text__print_bytes(FILE *stream, const char *text, size_t bytes);

/* The name for a command to copy into a shell; "FILE" if it needs quotes or begins with '-'. */
const char *text__shell_word(const char *file);

#endif
