/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Measurements: series of one value a round, and the figures derived from them with their bounds.
 * Printed as one table and as JSON. Exits when there are more than fit.
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

/* `asked` and `stretch` are bounds: lower ones if `at_least`, else upper ones; 0 is none. */
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

/* A new series, owned by the results. */
struct series *results__series(struct results *results, const char *contest, const char *name);
void series__add(struct series *series, double value);
struct spread series__spread(const struct series *series);

/* The ratio of two series measured in the same rounds. */
void results__ratio(struct results *results, struct figure figure, const struct series *top,
		    const struct series *bottom);

/* A figure with one value. */
void results__value(struct results *results, struct figure figure, double value);

void results__print(const struct results *results, FILE *file, const char *unit);
void results__print_json(const struct results *results, FILE *file, const char *unit);

#endif
