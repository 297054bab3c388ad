// SPDX-License-Identifier: BSD-2-Clause
/*
 * Prints the words that the completion of a shell offers, as a function of bash: from the tables of
 * commands, options, formats and fields that --help and `siftr-bpf fields` print, and of triggers.
 * It runs where siftr-bpf is built, which may be another machine than the one siftr-bpf is built
 * for.
 */
#include <stdio.h>
#include <string.h>

#include "convert/field_table.h"
#include "format/column_table.h"
#include "format/selection.h"
#include "options/command_table.h"
#include "options/format_names.h"
#include "options/option_table.h"
#include "options/request_table.h"
#include "recorder/trigger_names.h"

/* What completes the value of an option; NULL: nothing does, as with a number. */
static const char *kind_of_value(const struct option_row *row)
{
	switch (row->kind) {
	case OPTION_FILE:
		return "file";
	case OPTION_FORMAT:
		return "format";
	case OPTION_LIST:
		return row->completes ?: "field";
	case OPTION_ZSTD:
		return "compression";
	case OPTION_WHEN:
		return "when";
	default:
		return NULL;
	}
}

static void print_commands(void)
{
	fputs("\tcommand) words='", stdout);
	for (const struct command_row *row = command_table; row->name; row++)
		printf(" %s", row->name);
	fputs("' ;;\n", stdout);
	for (const struct command_row *row = command_table; row->name; row++)
		if (row->takes_files)
			printf("\targument:%s) words='file' ;;\n", row->name);
		else if (row->takes_words)
			printf("\targument:%s) words='request' ;;\n", row->name);
	fputs("\trequest) words='", stdout);
	for (const struct request_row *row = request_table; row->name; row++)
		printf(" %s", row->name);
	fputs("' ;;\n", stdout);
}

static void print_options(void)
{
	for (const struct command_row *command = command_table; command->name; command++) {
		/* Without a command it is the first one's options that may follow. */
		printf(command == command_table ? "\toption: | option:%s) words='"
						: "\toption:%s) words='",
		       command->name);
		for (const struct option_row *row = option_table; row->name; row++)
			if (row->commands & COMMAND_BIT(command->command))
				printf(" --%s", row->name);
		fputs("' ;;\n", stdout);
	}
	for (const struct option_row *row = option_table; row->name; row++) {
		if (row->letter)
			printf("\tname:-%c) words='--%s' ;;\n", row->letter, row->name);
		if (row->alias)
			printf("\tname:--%s) words='--%s' ;;\n", row->alias, row->name);
		if (row->metavar)
			printf("\tvalue:--%s) words='%s' ;;\n", row->name,
			       kind_of_value(row) ?: "other");
	}
}

static void print_formats(void)
{
	fputs("\tformat) words='", stdout);
	for (const struct format_name *row = format_names; row->name; row++)
		printf(" %s", row->name);
	fputs("' ;;\n", stdout);
	for (const struct option_row *row = option_table; row->name; row++)
		if (row->kind == OPTION_ZSTD)
			printf("\tcompression) words='%s' ;;\n", row->metavar);
	fputs("\twhen) words='yes no auto' ;;\n", stdout);
	fputs("\tmatch) words='ports order' ;;\n", stdout);
}

static void print_fields(void)
{
	printf("\tfield) words='%s %s", SELECTION_ANSWERS, COLUMN_TABLE_GROUP);
	for (int group = 0; group < SIFTR_GROUPS; group++)
		printf(" %s", field_groups[group].name);
	for (int column = 0; column < ROW_COLUMNS; column++)
		printf(" %s", column_table[column].name);
	for (int field = 0; field < SIFTR_FIELDS; field++)
		if (*field_table[field].name)
			printf(" %s", field_table[field].name);
	fputs("' ;;\n", stdout);
}

/* Two triggers with the same name are one word. */
static void print_triggers(void)
{
	const char *last = "";

	fputs("\ttrigger) words='", stdout);
	for (int kind = 0; kind < TRIGGER_KINDS; kind++) {
		const struct trigger_name *trigger = &trigger_names[kind];

		if (strcmp(trigger->name, last) != 0)
			printf(" %s%s", trigger->name, trigger->has_value ? ":" : "");
		last = trigger->name;
	}
	fputs("' ;;\n", stdout);
}

int main(void)
{
	fputs("\n# Sets words to those of the kind $1.\n_siftr_bpf_words()\n{\n\tcase $1 in\n",
	      stdout);
	print_commands();
	print_options();
	print_formats();
	print_fields();
	print_triggers();
	fputs("\t*) words='' ;;\n\tesac\n}\n", stdout);
	return fflush(stdout) || ferror(stdout);
}
