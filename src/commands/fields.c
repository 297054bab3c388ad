// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf fields`: lists what --fields takes, the columns of SIFTR and the fields that can be
 * asked for by group, each with its type, unit, kernel members and meaning.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <siftr/array_size.h>

#include "commands/commands.h"
#include "convert/field_table.h"
#include "format/column_table.h"
#include "report/line_width.h"
#include "report/plural.h"
#include "report/report.h"
#include "report/wrapped_text.h"

enum field_column {
	COLUMN_NAME,
	COLUMN_GROUP,
	COLUMN_TYPE,
	COLUMN_UNIT,
	COLUMN_MEMBER,
	COLUMN_LACKING,
	COLUMN_HELP,
	NR_COLUMNS,
};

static const char *const titles[NR_COLUMNS] = {"NAME",		"GROUP",	"TYPE",	  "UNIT",
					       "KERNEL MEMBER", "NOT IN LINUX", "MEANING"};
static const char *const keys[NR_COLUMNS] = {"name",	      "group",	      "type",	"unit",
					     "kernel_member", "not_in_linux", "meaning"};

#define NR_NAMES (ROW_COLUMNS + SIFTR_FIELDS)

#define GAP	 2  /* blanks between columns */
#define HELP_MIN 28 /* the least width of the meaning beside columns that it can do without */

static const char *text_of_column(const struct column_entry *entry, enum field_column column)
{
	switch (column) {
	case COLUMN_NAME:
		return entry->name;
	case COLUMN_GROUP:
		return COLUMN_TABLE_GROUP;
	case COLUMN_TYPE:
		return entry->type;
	case COLUMN_UNIT:
		return entry->unit;
	case COLUMN_MEMBER:
		return entry->member;
	case COLUMN_LACKING:
		return "";
	default:
		return entry->help;
	}
}

static const char *text_of_field(const struct field_row *row, enum field_column column)
{
	switch (column) {
	case COLUMN_NAME:
		return row->name;
	case COLUMN_GROUP:
		return field_groups[row->group].name;
	case COLUMN_TYPE:
		return row->type;
	case COLUMN_UNIT:
		return row->unit;
	case COLUMN_MEMBER:
		return row->member;
	case COLUMN_LACKING:
		return row->lacking;
	default:
		return row->help;
	}
}

static const char *text_of(size_t number, enum field_column column)
{
	return number < ROW_COLUMNS ? text_of_column(&column_table[number], column)
				    : text_of_field(&field_table[number - ROW_COLUMNS], column);
}

static const char *cell(size_t number, enum field_column column)
{
	const char *text = text_of(number, column);

	return *text ? text : "-";
}

static int width_of(enum field_column column)
{
	size_t width = strlen(titles[column]);

	for (size_t i = 0; i < NR_NAMES; i++)
		if (*text_of(i, COLUMN_NAME) && strlen(cell(i, column)) > width)
			width = strlen(cell(i, column));
	return (int)width;
}

/* What is printed of a row: the widths of its columns, 0 without, and of what is before the last.
 */
struct layout {
	int width[NR_COLUMNS], indent;
	int line; /* what a line has room for; 0: anything */
	unsigned int left_out;
};

/* Leaves out columns until there is room for the meaning. */
static void lay_out(struct layout *layout)
{
	static const enum field_column dispensable[] = {COLUMN_LACKING, COLUMN_MEMBER, COLUMN_TYPE,
							COLUMN_UNIT, COLUMN_GROUP};

	*layout = (struct layout){.line = line_width__of_terminal()};
	for (int column = 0; column < COLUMN_HELP; column++) {
		layout->width[column] = width_of(column);
		layout->indent += layout->width[column] + GAP;
	}
	for (size_t i = 0; i < ARRAY_SIZE(dispensable); i++) {
		int *width = &layout->width[dispensable[i]];

		if (!layout->line || layout->indent + HELP_MIN <= layout->line)
			break;
		layout->indent -= *width + GAP;
		*width = 0;
		layout->left_out++;
	}
}

static void print_row(const struct layout *layout, const char *const cells[NR_COLUMNS])
{
	for (int column = 0; column < COLUMN_HELP; column++)
		if (layout->width[column])
			printf("%-*s%*s", layout->width[column], cells[column], GAP, "");
	wrapped_text__print(stdout, cells[COLUMN_HELP], layout->indent, layout->indent,
			    layout->line);
}

static void print_table(void)
{
	struct layout layout;

	lay_out(&layout);
	print_row(&layout, titles);
	for (size_t i = 0; i < NR_NAMES; i++) {
		const char *cells[NR_COLUMNS];

		if (!*text_of(i, COLUMN_NAME))
			continue;
		for (int column = 0; column < NR_COLUMNS; column++)
			cells[column] = cell(i, column);
		print_row(&layout, cells);
	}
	fflush(stdout);
	if (layout.left_out)
		report_notice("%u column%s did not fit into the %d of the terminal: a pipe, as to "
			      "less -S, gets all",
			      layout.left_out, plural__ending(layout.left_out), layout.line);
}

/* An array of objects, each on its line. No text of the tables needs an escape. */
static void print_json(void)
{
	for (size_t i = 0; i < NR_NAMES; i++) {
		if (!*text_of(i, COLUMN_NAME))
			continue;
		for (int column = 0; column < NR_COLUMNS; column++)
			printf("%s\"%s\":\"%s\"",
			       column ? ","
			       : i    ? ",\n{"
				      : "[{",
			       keys[column], text_of(i, column));
		putchar('}');
	}
	puts("]");
}

int command_fields(const struct options *options)
{
	if (options->json)
		print_json();
	else
		print_table();
	return report_flush() ? EXIT_OUTPUT : EXIT_CLEAN;
}
