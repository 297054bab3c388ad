// SPDX-License-Identifier: BSD-2-Clause
/*
 * Figures are compared with their bounds by their median over the rounds, since other work on the
 * machine makes some rounds slower and none faster.
 */
#include "results.h"

#include <stdlib.h>
#include <string.h>

#define SERIES_MAX  192
#define FIGURES_MAX 128

struct measured_figure {
	struct figure figure;
	struct spread spread;
};

struct results {
	struct series *series[SERIES_MAX];
	int nr_series;
	struct measured_figure figures[FIGURES_MAX];
	int nr_figures;
};

static void need(int there_is_room)
{
	if (there_is_room)
		return;
	fprintf(stderr, "bench: no room for this many results\n");
	exit(1);
}

struct results *results__new(void)
{
	struct results *results = calloc(1, sizeof(*results));

	need(results != NULL);
	return results;
}

void results__free(struct results *results)
{
	for (int i = 0; i < results->nr_series; i++)
		free(results->series[i]);
	free(results);
}

struct series *results__series(struct results *results, const char *contest, const char *name)
{
	struct series *series = calloc(1, sizeof(*series));

	need(series && results->nr_series < SERIES_MAX);
	snprintf(series->name, sizeof(series->name), "%s: %s", contest, name);
	results->series[results->nr_series++] = series;
	return series;
}

void series__add(struct series *series, double value)
{
	need(series->rounds < RESULTS_ROUNDS_MAX);
	series->values[series->rounds++] = value;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

struct spread series__spread(const struct series *series)
{
	double sorted[RESULTS_ROUNDS_MAX];
	int n = series->rounds;

	if (n == 0)
		return (struct spread){0, 0, 0};
	memcpy(sorted, series->values, n * sizeof(sorted[0]));
	qsort(sorted, n, sizeof(sorted[0]), compare);
	return (struct spread){(sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0], sorted[n - 1]};
}

void results__ratio(struct results *results, struct figure figure, const struct series *top,
		    const struct series *bottom)
{
	struct series ratios = {.rounds = top->rounds};

	need(results->nr_figures < FIGURES_MAX && top->rounds == bottom->rounds);
	for (int i = 0; i < ratios.rounds; i++)
		ratios.values[i] = top->values[i] / bottom->values[i];
	results->figures[results->nr_figures++] =
		(struct measured_figure){figure, series__spread(&ratios)};
}

void results__value(struct results *results, struct figure figure, double value)
{
	need(results->nr_figures < FIGURES_MAX);
	results->figures[results->nr_figures++] =
		(struct measured_figure){figure, {value, value, value}};
}

static int holds(const struct figure *figure, double bound, double value)
{
	return figure->at_least ? value >= bound : value <= bound;
}

static const char *verdict(const struct figure *figure, double value)
{
	if (figure->stretch && holds(figure, figure->stretch, value))
		return "stretch";
	if (!figure->asked)
		return "";
	return holds(figure, figure->asked, value) ? "met" : "SHORT";
}

static void print_bound(FILE *file, const struct figure *figure, double bound)
{
	char text[32] = "-";

	if (bound)
		snprintf(text, sizeof(text), "%s %.3g%s", figure->at_least ? ">=" : "<=", bound,
			 figure->unit);
	fprintf(file, " %12s", text);
}

void results__print(const struct results *results, FILE *file, const char *unit)
{
	fprintf(file, "%-58s %10s   (min .. max)\n", unit, "median");
	for (int i = 0; i < results->nr_series; i++) {
		struct spread spread = series__spread(results->series[i]);

		fprintf(file, "%-58s %10.1f   (%.1f .. %.1f)\n", results->series[i]->name,
			spread.median, spread.min, spread.max);
	}
	fprintf(file, "\n%-58s %10s %12s %12s  verdict  (min .. max)\n", "figure", "median",
		"asked", "stretch");
	for (int i = 0; i < results->nr_figures; i++) {
		const struct figure *figure = &results->figures[i].figure;
		struct spread spread = results->figures[i].spread;

		fprintf(file, "%-58s %9.2f%s", figure->what, spread.median, figure->unit);
		print_bound(file, figure, figure->asked);
		print_bound(file, figure, figure->stretch);
		fprintf(file, "  %-7s  (%.2f .. %.2f)\n", verdict(figure, spread.median),
			spread.min, spread.max);
	}
}

static void print_json_spread(FILE *file, struct spread spread)
{
	fprintf(file, "\"median\": %.4f, \"min\": %.4f, \"max\": %.4f", spread.median, spread.min,
		spread.max);
}

void results__print_json(const struct results *results, FILE *file, const char *unit)
{
	fprintf(file, "{\n  \"unit\": \"%s\",\n  \"series\": [\n", unit);
	for (int i = 0; i < results->nr_series; i++) {
		fprintf(file, "    {\"name\": \"%s\", ", results->series[i]->name);
		print_json_spread(file, series__spread(results->series[i]));
		fprintf(file, ", \"rounds\": %d}%s\n", results->series[i]->rounds,
			i + 1 < results->nr_series ? "," : "");
	}
	fprintf(file, "  ],\n  \"figures\": [\n");
	for (int i = 0; i < results->nr_figures; i++) {
		const struct figure *figure = &results->figures[i].figure;

		fprintf(file,
			"    {\"what\": \"%s\", \"asked\": %g, \"stretch\": %g, "
			"\"at_least\": %s, \"verdict\": \"%s\", ",
			figure->what, figure->asked, figure->stretch,
			figure->at_least ? "true" : "false",
			verdict(figure, results->figures[i].spread.median));
		print_json_spread(file, results->figures[i].spread);
		fprintf(file, "}%s\n", i + 1 < results->nr_figures ? "," : "");
	}
	fprintf(file, "  ]\n}\n");
}
