/* SPDX-License-Identifier: BSD-2-Clause */
/* Draws a figure with the characters of a terminal. */
#ifndef SIFTR_PLOT_TERMINAL_H
#define SIFTR_PLOT_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

#include "plot/figure.h"

/* Lines of a panel, its legend and axis not counted. */
#define TERMINAL_HEIGHT	     10
#define TERMINAL_VALUE_TICKS 4
/* Widths that a drawing may have: as long as its numbers fit, and as long as rows do. */
#define TERMINAL_WIDTH_MIN 40
#define TERMINAL_WIDTH_MAX 240

struct terminal {
	int width;    /* characters of a line */
	bool colour;  /* lines of different colours, by escape sequences; else different characters
		       */
	bool unicode; /* lines of dots, where the colours tell them apart; else ASCII */
};

/* Ticks that fit the time axis of a terminal so wide. */
static inline int terminal__time_ticks(int width)
{
	return width / 12;
}

/* 0 or -ENOMEM. An error of writing is left in `stream`. */
int terminal__write(FILE *stream, const struct figure *figure, const struct terminal *terminal);

#endif
