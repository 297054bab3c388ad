/* SPDX-License-Identifier: BSD-2-Clause */
/* Draws a figure as SVG, for a paper or a page: lines differ in colour and in dashes. */
#ifndef SIFTR_PLOT_SVG_H
#define SIFTR_PLOT_SVG_H

#include <stdio.h>

#include "plot/figure.h"

/* Ticks that fit the axes of the drawing. */
#define SVG_TIME_TICKS	8
#define SVG_VALUE_TICKS 5

/* 0 or -ENOMEM. An error of writing is left in `stream`. */
int svg__write(FILE *stream, const struct figure *figure);

/*
 * Likewise as part of a page, which has the style of classes g, a, l and of text, and whose
 * background the drawing has.
 */
int svg__write_inline(FILE *stream, const struct figure *figure);

#endif
