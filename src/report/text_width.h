/* SPDX-License-Identifier: BSD-2-Clause */
/* How wide text is on a terminal: tables are aligned by it, not by bytes. */
#ifndef SIFTR_REPORT_TEXT_WIDTH_H
#define SIFTR_REPORT_TEXT_WIDTH_H

#include <stddef.h>

/*
 * Reads what characters are wide or take no room. To be called where text_width__columns() is first
 * needed when files can no longer be opened; else that calls it.
 */
void text_width__load(void);

/*
 * The columns that `text` takes on a terminal when text__print() has printed it. Where this host
 * does not have the locale C.UTF-8, each character counts as one.
 */
int text_width__columns(const char *text);

/* Likewise of its first bytes, up to its end or where a character ends. */
int text_width__of(const char *text, size_t bytes);

#endif
