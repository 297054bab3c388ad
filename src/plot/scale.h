/* SPDX-License-Identifier: BSD-2-Clause */
/* An axis that begins at 0: the unit of its numbers, and the steps between its ticks. */
#ifndef SIFTR_PLOT_SCALE_H
#define SIFTR_PLOT_SCALE_H

#include <stddef.h>

enum quantity {
	QUANTITY_BYTES, /* in B, KiB, MiB or GiB */
	QUANTITY_RATE,	/* bytes a second, likewise */
	QUANTITY_TIME,	/* microseconds, in us, ms or s */
	QUANTITY_COUNT, /* as it is */
};

struct scale {
	double top;	  /* the value at the axis' end, in the unit of the values */
	double factor;	  /* what a number at the axis is multiplied by to be such a value */
	const char *unit; /* of the numbers at the axis; "" for a count */
	double step;	  /* between two ticks, as a number at the axis: 1, 2 or 5 times 10^n */
	int decimals;	  /* that its numbers need */
	int nr_ticks;	  /* without that at 0 */
};

/* An axis for values of 0 to `max` with at most `most_ticks` ticks, that at 0 not counted. */
struct scale scale__choose(enum quantity quantity, double max, int most_ticks);

/* Enough for a number at the axis, with its NUL. */
#define SCALE_NUMBER_BYTES 32

/* Writes the number at a tick, counted from 0, to `text`; returns `text`. */
const char *scale__number(const struct scale *scale, int tick, char text[SCALE_NUMBER_BYTES]);
/* Where that tick is: 0 at the axis' beginning, 1 at its end. */
double scale__place(const struct scale *scale, int tick);

#endif
