/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A page of HTML that needs no other file: text, style and script are in it, and its content
 * security policy lets nothing else run or load. Data blocks go between beginning and end. An
 * error of writing is left in the stream.
 */
#ifndef SIFTR_PAGE_PAGE_H
#define SIFTR_PAGE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Whether this build has the library that draws plots; if not, a flow needs figures instead. */
bool page__has_plots(void);

void page__begin(FILE *stream);

/* What is written between these two is JSON, which the script finds by `name` and `number`. */
void page__begin_data(FILE *stream, const char *name, size_t number);
void page__end_data(FILE *stream);

/* What is written between these two is HTML, which the script shows for flow `number`. */
void page__begin_figures(FILE *stream, size_t number);
void page__end_figures(FILE *stream);

void page__end(FILE *stream);

#endif
