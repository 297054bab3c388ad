/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values of several columns over time, in bounded memory: when there are more rows than the limit,
 * time is divided into equal parts, and of each part the first and last row are kept and those with
 * the least and greatest value of each column. So no extreme is lost, and a picture whose columns
 * of pixels are as wide as the parts is the same as that of all rows.
 */
#ifndef SIFTR_PLOT_SAMPLES_H
#define SIFTR_PLOT_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

/* The most columns. */
#define SAMPLES_COLUMNS 32

struct samples {
	size_t nr_columns; /* set by the caller, as is limit */
	size_t limit;	   /* the most rows that are kept, at least 4 * (nr_columns + 1) */
	size_t count;	   /* rows */
	__u64 added;	   /* rows that samples__add() was given */
	__u64 part_us;	   /* length of a part; 0: all rows were kept */
	double *rows;	   /* of each row the time, then the values; NAN: not known */
	size_t room;
	bool unordered; /* a row is older than one before it */
};

/* Adds a row, whose values may be NAN. 0 or -ENOMEM. */
int samples__add(struct samples *samples, __u64 time_us, const double values[]);

/* Orders the rows by time. To be called after the last row, before the functions below. */
void samples__finish(struct samples *samples);

/* Thins the rows, which must be ordered, with parts of at least this length. */
void samples__thin(struct samples *samples, __u64 part_us);

/* Thins further until at most `limit` rows are left; a smaller limit is kept from now on. */
void samples__set_limit(struct samples *samples, size_t limit);

/* Copies the rows to *copy, thinned with parts of at least `part_us`. 0 or -ENOMEM. */
int samples__copy(const struct samples *samples, struct samples *copy, __u64 part_us);

void samples__free(struct samples *samples);

/* A row: its time in microseconds, then its values. */
static inline const double *samples__row(const struct samples *samples, size_t row)
{
	return samples->rows + row * (samples->nr_columns + 1);
}

/* Whether the column has a value in any row. */
bool samples__has_value(const struct samples *samples, size_t column);
/* The greatest value of a column; 0 if there is none. */
double samples__max(const struct samples *samples, size_t column);

#endif
