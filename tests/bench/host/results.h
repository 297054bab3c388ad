/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Measurements: series of one value for each round, and the figures derived from them with their
 * bounds. They are printed as one table and as JSON. The functions exit if there are more series,
 * rounds or figures than fit.
 */
#ifndef SIFTR_BENCH_RESULTS_H
#define SIFTR_BENCH_RESULTS_H

#include <stdio.h>

#define RESULTS_ROUNDS_MAX 31

struct series {
	char name[64];
	int rounds;
	double values[RESULTS_ROUNDS_MAX];
};

struct spread {
	double median, min, max;
};

/*
 * `asked` is the bound that a figure should meet, `stretch` a stricter one. Both are lower bounds
 * if `at_least`, else upper ones; 0 means no bound.
 */
struct figure {
	const char *what;
	const char *unit;
	double asked;
	double stretch;
	int at_least;
};

struct results;

struct results *results__new(void);
void results__free(struct results *results);

/* Returns a new series, which results__free() frees. */
struct series *results__series(struct results *results, const char *contest, const char *name);
void series__add(struct series *series, double value);
struct spread series__spread(const struct series *series);

/*
 * Adds the ratio of two series as a figure, taken in each round; both need the same number of
 * rounds.
 */
void results__ratio(struct results *results, struct figure figure, const struct series *top,
		    const struct series *bottom);

/* Adds a figure that has one value. */
void results__value(struct results *results, struct figure figure, double value);

void results__print(const struct results *results, FILE *file, const char *unit);
void results__print_json(const struct results *results, FILE *file, const char *unit);

#endif
