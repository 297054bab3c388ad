// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf fields`: lists what --fields takes, the columns of SIFTR and the fields that can be
 * asked for by group, each with its type, unit, kernel members and meaning.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "commands/commands.h"
#include "convert/field_table.h"
#include "format/column_table.h"
#include "report/report.h"

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

static void print_table(void)
{
	int width[NR_COLUMNS];

	for (int column = 0; column < COLUMN_HELP; column++) {
		width[column] = width_of(column);
		printf("%-*s  ", width[column], titles[column]);
	}
	puts(titles[COLUMN_HELP]);
	for (size_t i = 0; i < NR_NAMES; i++) {
		if (!*text_of(i, COLUMN_NAME))
			continue;
		for (int column = 0; column < COLUMN_HELP; column++)
			printf("%-*s  ", width[column], cell(i, column));
		puts(cell(i, COLUMN_HELP));
	}
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
