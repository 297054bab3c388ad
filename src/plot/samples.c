// SPDX-License-Identifier: BSD-2-Clause
#include "plot/samples.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_AT_FIRST 16

static size_t row_bytes(const struct samples *samples)
{
	return (samples->nr_columns + 1) * sizeof(double);
}

static int compare_times(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;

	return a < b ? -1 : a > b;
}

void samples__finish(struct samples *samples)
{
	if (samples->unordered)
		qsort(samples->rows, samples->count, row_bytes(samples), compare_times);
	samples->unordered = false;
}

/* The part of time that a row belongs to. */
static __u64 part_of(const struct samples *samples, size_t row, __u64 part_us)
{
	return (__u64)samples__row(samples, row)[0] / part_us;
}

/* Rows of a part to be kept: in their order, each once. */
struct kept_rows {
	size_t count;
	size_t rows[2 * SAMPLES_COLUMNS + 2];
};

static void keep(struct kept_rows *kept, size_t row)
{
	size_t place = kept->count;

	while (place && kept->rows[place - 1] > row)
		place--;
	if (place && kept->rows[place - 1] == row)
		return;
	memmove(kept->rows + place + 1, kept->rows + place,
		(kept->count - place) * sizeof(kept->rows[0]));
	kept->rows[place] = row;
	kept->count++;
}

/* Chooses the rows from `first` to before `end` that a part keeps. */
static void choose_rows(const struct samples *samples, size_t first, size_t end,
			struct kept_rows *kept)
{
	double least[SAMPLES_COLUMNS] = {}, greatest[SAMPLES_COLUMNS] = {};
	size_t least_at[SAMPLES_COLUMNS] = {}, greatest_at[SAMPLES_COLUMNS] = {};

	for (size_t column = 0; column < samples->nr_columns; column++) {
		least[column] = INFINITY;
		greatest[column] = -INFINITY;
		least_at[column] = greatest_at[column] = first;
	}
	for (size_t row = first; row < end; row++) {
		const double *values = samples__row(samples, row) + 1;

		for (size_t column = 0; column < samples->nr_columns; column++) {
			if (values[column] < least[column]) {
				least[column] = values[column];
				least_at[column] = row;
			}
			if (values[column] > greatest[column]) {
				greatest[column] = values[column];
				greatest_at[column] = row;
			}
		}
	}
	kept->count = 0;
	keep(kept, first);
	keep(kept, end - 1);
	for (size_t column = 0; column < samples->nr_columns; column++) {
		if (least_at[column] != first)
			keep(kept, least_at[column]);
		if (greatest_at[column] != first)
			keep(kept, greatest_at[column]);
	}
}

static void move_row(struct samples *samples, size_t from, size_t to)
{
	size_t bytes = row_bytes(samples);

	if (from != to)
		memcpy((char *)samples->rows + to * bytes, (char *)samples->rows + from * bytes,
		       bytes);
}

/* Moves the kept rows of one part to row `to` and those after it. Returns the row after them. */
static size_t move_part(struct samples *samples, size_t first, size_t end, size_t to)
{
	struct kept_rows kept;

	/* The first and the last row are kept in any case. */
	if (end - first <= 2) {
		while (first < end)
			move_row(samples, first++, to++);
		return to;
	}
	choose_rows(samples, first, end, &kept);
	for (size_t i = 0; i < kept.count; i++)
		move_row(samples, kept.rows[i], to++);
	return to;
}

void samples__thin(struct samples *samples, __u64 part_us)
{
	size_t to = 0, end;

	if (part_us < samples->part_us)
		return;
	for (size_t first = 0; first < samples->count; first = end) {
		__u64 part = part_of(samples, first, part_us);

		end = first + 1;
		while (end < samples->count && part_of(samples, end, part_us) == part)
			end++;
		to = move_part(samples, first, end, to);
	}
	samples->part_us = to < samples->count ? part_us : samples->part_us;
	samples->count = to;
}

/* Gives back memory that more rows than the limit would need. */
static void shrink(struct samples *samples)
{
	double *rows;

	if (samples->room <= samples->limit)
		return;
	rows = realloc(samples->rows, samples->limit * row_bytes(samples));
	if (!rows)
		return;
	samples->rows = rows;
	samples->room = samples->limit;
}

/* The least time from a row to the second after it: in shorter parts there is none to leave out. */
static double least_span(const struct samples *samples)
{
	double least = INFINITY;

	for (size_t row = 2; row < samples->count; row++) {
		double span = samples__row(samples, row)[0] - samples__row(samples, row - 2)[0];

		if (span < least)
			least = span;
	}
	return least;
}

/* Thins until at most `limit` rows are left. */
static void thin_to(struct samples *samples, size_t limit)
{
	/* Rows that came since the last time are not thinned yet: the same parts may be enough. */
	__u64 part = samples->part_us ? samples->part_us : 1;
	double span;

	if (samples->count <= limit)
		return;
	span = least_span(samples);
	while ((double)part <= span)
		part *= 2;
	for (; samples->count > limit; part *= 2)
		samples__thin(samples, part);
}

void samples__set_limit(struct samples *samples, size_t limit)
{
	samples__finish(samples);
	thin_to(samples, limit);
	if (limit < samples->limit)
		samples->limit = limit;
	shrink(samples);
}

static int make_room(struct samples *samples)
{
	size_t room = samples->room ? 2 * samples->room : ROOM_AT_FIRST;
	double *rows;

	rows = realloc(samples->rows, room * row_bytes(samples));
	if (!rows)
		return -ENOMEM;
	samples->rows = rows;
	samples->room = room;
	return 0;
}

int samples__add(struct samples *samples, __u64 time_us, const double values[])
{
	double *row;

	if (samples->count >= samples->limit) {
		size_t limit = samples->limit;

		samples__set_limit(samples, limit / 2);
		samples->limit = limit;
	}
	if (samples->count == samples->room && make_room(samples))
		return -ENOMEM;
	row = samples->rows + samples->count * (samples->nr_columns + 1);
	if (samples->count && (double)time_us < row[-(ptrdiff_t)samples->nr_columns - 1])
		samples->unordered = true;
	row[0] = (double)time_us;
	memcpy(row + 1, values, samples->nr_columns * sizeof(*values));
	samples->count++;
	samples->added++;
	return 0;
}

int samples__copy(const struct samples *samples, struct samples *copy, __u64 part_us)
{
	*copy = *samples;
	copy->rows = malloc(samples->count * row_bytes(samples) + 1);
	if (!copy->rows)
		return -ENOMEM;
	copy->room = samples->count;
	if (samples->count)
		memcpy(copy->rows, samples->rows, samples->count * row_bytes(samples));
	samples__thin(copy, part_us);
	return 0;
}

void samples__free(struct samples *samples)
{
	free(samples->rows);
	samples->rows = NULL;
	samples->count = samples->room = 0;
}

bool samples__has_value(const struct samples *samples, size_t column)
{
	for (size_t row = 0; row < samples->count; row++)
		if (!isnan(samples__row(samples, row)[column + 1]))
			return true;
	return false;
}

double samples__max(const struct samples *samples, size_t column)
{
	double max = 0;

	for (size_t row = 0; row < samples->count; row++)
		if (samples__row(samples, row)[column + 1] > max)
			max = samples__row(samples, row)[column + 1];
	return max;
}
