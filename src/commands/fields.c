// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf fields`: prints the table of captured kernel fields. */
#include <stdio.h>
#include <string.h>

#include <linux/types.h>

#include <siftr/array_size.h>

#include "commands/commands.h"
#include "report/report.h"

/* Turn the `read` expression of a field into text: the kernel members that it reads. */
#define READ(pointer, member)		 pointer->member
#define COMPUTED(expression, members...) members
#define TEXT(read...)			 TEXT_EXPANDED(read)
#define TEXT_EXPANDED(read...)		 #read

enum field_column {
	COLUMN_NAME,
	COLUMN_TYPE,
	COLUMN_UNIT,
	COLUMN_MEMBER,
	COLUMN_HELP,
	NR_COLUMNS,
};

static const char *const titles[NR_COLUMNS] = {"NAME", "TYPE", "UNIT", "KERNEL MEMBER", "MEANING"};

static const char *const fields[][NR_COLUMNS] = {
#define FIELD(name, type, unit, read, help) {#name, &#type[2], unit, TEXT(read), help},
#include <siftr/fields.def>
#undef FIELD
};

#define NR_FIELDS ARRAY_SIZE(fields)

static const char *cell(size_t field, enum field_column column)
{
	const char *text = fields[field][column];

	return *text ? text : "-";
}

static int width_of(enum field_column column)
{
	size_t width = strlen(titles[column]);

	for (size_t i = 0; i < NR_FIELDS; i++)
		if (strlen(cell(i, column)) > width)
			width = strlen(cell(i, column));
	return (int)width;
}

int command_fields(void)
{
	int width[NR_COLUMNS];

	for (int column = 0; column < COLUMN_HELP; column++) {
		width[column] = width_of(column);
		printf("%-*s  ", width[column], titles[column]);
	}
	puts(titles[COLUMN_HELP]);
	for (size_t i = 0; i < NR_FIELDS; i++) {
		for (int column = 0; column < COLUMN_HELP; column++)
			printf("%-*s  ", width[column], cell(i, column));
		puts(cell(i, COLUMN_HELP));
	}
	return report_flush() ? EXIT_OUTPUT : EXIT_CLEAN;
}
