// SPDX-License-Identifier: BSD-2-Clause
#include "plot/scale.h"

#include <stdio.h>
#include <siftr/array_size.h>

struct unit {
	const char *name;
	double factor;
};

/* Of each quantity its units, the largest first. */
static const struct unit bytes[] = {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}};
static const struct unit rates[] = {
	{"GiB/s", 1 << 30}, {"MiB/s", 1 << 20}, {"KiB/s", 1 << 10}, {"B/s", 1}};
static const struct unit times[] = {{"s", 1e6}, {"ms", 1e3}, {"us", 1}};
static const struct unit counts[] = {{"", 1}};

static const struct unit *const units[] = {
	[QUANTITY_BYTES] = bytes,
	[QUANTITY_RATE] = rates,
	[QUANTITY_TIME] = times,
	[QUANTITY_COUNT] = counts,
};

/* The smallest of 1, 2 and 5 times a power of ten that is at least `least`. */
static double round_up(double least)
{
	static const double digits[] = {1, 2, 5};
	double power = 1;

	while (power > least)
		power /= 10;
	while (10 * power <= least)
		power *= 10;
	for (size_t i = 0; i < ARRAY_SIZE(digits); i++)
		if (digits[i] * power >= least * (1 - 1e-9))
			return digits[i] * power;
	return 10 * power;
}

/* The decimals that a step needs. */
static int decimals_of(double step)
{
	int decimals = 0;

	while (step < 1 - 1e-9) {
		step *= 10;
		decimals++;
	}
	return decimals;
}

struct scale scale__choose(enum quantity quantity, double max, int most_ticks)
{
	const struct unit *unit = units[quantity];
	struct scale scale;

	if (!(max > 0))
		max = 1;
	while (unit->factor > 1 && max < 2 * unit->factor)
		unit++;
	scale = (struct scale){.factor = unit->factor, .unit = unit->name};
	scale.step = round_up(max / unit->factor / most_ticks);
	scale.decimals = decimals_of(scale.step);
	scale.top = max;
	scale.nr_ticks = (int)(max / unit->factor / scale.step * (1 + 1e-9));
	return scale;
}

const char *scale__number(const struct scale *scale, int tick, char text[SCALE_NUMBER_BYTES])
{
	snprintf(text, SCALE_NUMBER_BYTES, "%.*f", scale->decimals, tick * scale->step);
	return text;
}

double scale__place(const struct scale *scale, int tick)
{
	return tick * scale->step * scale->factor / scale->top;
}
