// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf flows`: one line for each flow of finished logs. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/analyse_logs.h"
#include "commands/commands.h"
#include "commands/flow_choice.h"
#include "commands/flow_columns.h"
#include "commands/flow_lines.h"
#include "commands/flow_rows.h"
#include "format/format.h"
#include "options/format_names.h"
#include "report/line_width.h"
#include "report/plural.h"
#include "report/report.h"

struct sorted_flow {
	const struct flow_analysis *flow;
	struct flow_cell cell; /* by which it is sorted */
	size_t index;	       /* equal ones stay in the order of their first lines */
};

/* Numbers from the largest, texts from A on, what is not known at the end. */
static int compare(const void *one, const void *other)
{
	const struct sorted_flow *a = one, *b = other;
	bool a_known = a->cell.kind != FLOW_CELL_UNKNOWN,
	     b_known = b->cell.kind != FLOW_CELL_UNKNOWN;
	int order = 0;

	if (a_known != b_known)
		return a_known ? -1 : 1;
	if (a->cell.kind == FLOW_CELL_TEXT)
		order = strcmp(a->cell.text, b->cell.text);
	else if (a->cell.number != b->cell.number)
		order = a->cell.number > b->cell.number ? -1 : 1;
	if (order)
		return order;
	return a->index < b->index ? -1 : 1;
}

static void sort(const struct flow_analysis *flows[], size_t count, int column,
		 struct sorted_flow *sorted)
{
	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct sorted_flow){flows[i], flow_columns__cell(flows[i], column), i};
	qsort(sorted, count, sizeof(*sorted), compare);
	for (size_t i = 0; i < count; i++)
		flows[i] = sorted[i].flow;
}

/* On a terminal lines are as wide as it. 0 or -ENOMEM. */
static int print_table(const struct flow_analysis *const flows[], size_t count)
{
	struct flow_fit fit = {.width = (size_t)line_width__of_terminal()};
	int err = flow_lines__print(stdout, FLOW_TABLE_FULL, fit.width ? &fit : NULL, flows, count);

	fflush(stdout);
	if (fit.left_out)
		report_notice("%u column%s did not fit into the %zu of the terminal: a pipe, as to "
			      "less -S, gets all",
			      fit.left_out, plural__ending(fit.left_out), fit.width);
	return err;
}

/* 0 or -ENOMEM. */
static int print(const struct options *options, const struct flow_analysis *const flows[],
		 size_t count)
{
	if (options->top && count > options->top)
		count = options->top;
	if (options->format == FORMAT_csv)
		flow_rows__print_csv(flows, count);
	else if (options->format == FORMAT_jsonl)
		flow_rows__print_jsonl(flows, count);
	else if (count)
		return print_table(flows, count);
	return 0;
}

/* 0 or -ENOMEM. */
static int print_sorted(const struct options *options, const struct analysis *analysis, int column)
{
	size_t count = analysis__count(analysis);
	const struct flow_analysis **flows = analysis__list(analysis);
	struct sorted_flow *sorted = column < 0 ? NULL : calloc(count + 1, sizeof(*sorted));
	int err = !flows || (column >= 0 && !sorted) ? -ENOMEM : 0;

	if (!err && sorted)
		sort(flows, count, column, sorted);
	if (!err)
		err = print(options, flows, count);
	free(sorted);
	free(flows);
	return err;
}

int command_flows(const struct options *options)
{
	int column = options->sort ? flow_columns__find(options->sort) : -1, status, err = 0;
	struct analysis *analysis;
	bool is_empty;

	if (options->sort && column < 0) {
		report_message("--sort takes a name that flows --format csv prints in its first "
			       "line, such as duration_us, not '%s'",
			       options->sort);
		return EXIT_USAGE;
	}
	if (options->format != FORMAT_TABLE && options->format != FORMAT_csv &&
	    options->format != FORMAT_jsonl) {
		report_message("flows prints --format table, csv or jsonl, not a log in %s",
			       formats[options->format]->name);
		return EXIT_USAGE;
	}
	status = analyse_logs(options, &analysis);
	if (analysis)
		err = print_sorted(options, analysis, column);
	is_empty = analysis && !analysis__count(analysis);
	analysis__free(analysis);
	if (err)
		report_error(err, "list the flows");
	if (err && status < EXIT_FAILED)
		status = EXIT_FAILED;
	if (is_empty && status < EXIT_OUTPUT)
		status |= flow_choice__report_none(options, NULL, "", false);
	return report_flush() ? EXIT_OUTPUT : status;
}
