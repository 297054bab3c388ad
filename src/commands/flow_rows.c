// SPDX-License-Identifier: BSD-2-Clause
#include "commands/flow_rows.h"

#include <stdio.h>
#include <siftr/time_units.h>

#include "commands/flow_columns.h"
#include "format/quoted_text.h"

static void print_number(const struct flow_cell *cell)
{
	if (cell->kind == FLOW_CELL_TIME)
		printf("%llu.%06llu", cell->number / USEC_PER_SEC, cell->number % USEC_PER_SEC);
	else
		printf("%llu", cell->number);
}

/* No text is longer than its quoted form has room for: others than names of processes are short. */
static void print_text(const struct flow_cell *cell, bool is_json)
{
	char quoted[sizeof(cell->text) * QUOTED_TEXT_JSON_MAX / SIFTR_TEXT_MAX + 2];

	*(is_json ? quoted_text__json(quoted, cell->text) : quoted_text__csv(quoted, cell->text)) =
		'\0';
	fputs(quoted, stdout);
}

static void print_csv_row(const struct flow_analysis *flow)
{
	for (int column = 0; column < flow_columns__count(); column++) {
		struct flow_cell cell = flow_columns__cell(flow, column);

		if (column)
			putchar(',');
		if (cell.kind == FLOW_CELL_TEXT)
			print_text(&cell, false);
		else if (cell.kind != FLOW_CELL_UNKNOWN)
			print_number(&cell);
	}
	putchar('\n');
}

void flow_rows__print_csv(const struct flow_analysis *const flows[], size_t count)
{
	for (int column = 0; column < flow_columns__count(); column++)
		printf("%s%s", column ? "," : "", flow_columns__name(column));
	putchar('\n');
	for (size_t i = 0; i < count; i++)
		print_csv_row(flows[i]);
}

static void print_object(const struct flow_analysis *flow)
{
	for (int column = 0; column < flow_columns__count(); column++) {
		struct flow_cell cell = flow_columns__cell(flow, column);

		printf("%c\"%s\":", column ? ',' : '{', flow_columns__name(column));
		if (cell.kind == FLOW_CELL_UNKNOWN)
			fputs("null", stdout);
		else if (cell.kind == FLOW_CELL_TEXT)
			print_text(&cell, true);
		else
			print_number(&cell);
	}
	puts("}");
}

void flow_rows__print_jsonl(const struct flow_analysis *const flows[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		print_object(flows[i]);
}
