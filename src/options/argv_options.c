// SPDX-License-Identifier: BSD-2-Clause
#include "options/argv_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "options/option_set.h"
#include "options/option_table.h"
#include "options/option_value.h"
#include "options/options.h"
#include "report/report.h"

#define NAME_BYTES 32

/* getopt_long() returns NO_LETTER + row for an option without a letter. */
#define NO_LETTER 256

struct getopt_tables {
	struct option longs[OPTIONS_MAX];
	char shorts[2 * OPTIONS_MAX + 2];
};

static int getopt_value(const struct option_row *row)
{
	return row->letter ? row->letter : NO_LETTER + (row - option_table);
}

/* The option for which getopt_long() returns `value`, or NULL: its errors are '?' and ':'. */
static const struct option_row *find_row(int value)
{
	for (const struct option_row *row = option_table; row->name; row++)
		if (getopt_value(row) == value)
			return row;
	return NULL;
}

/*
 * Fills the tables of getopt_long() from option_table. The list of letters begins with a colon, so
 * that a missing value is returned as ':' and not as '?'.
 */
static void fill_tables(struct getopt_tables *tables)
{
	char *shorts = tables->shorts;
	struct option *option = tables->longs;

	*shorts++ = ':';
	for (const struct option_row *row = option_table; row->name; row++) {
		*option++ =
			(struct option){row->name, row->metavar != NULL, NULL, getopt_value(row)};
		if (row->alias) {
			*option = option[-1];
			option++->name = row->alias;
		}
		if (!row->letter)
			continue;
		*shorts++ = row->letter;
		if (row->metavar)
			*shorts++ = ':';
	}
}

/* Reports an error of getopt_long(), whose `optopt` is 0 for an unknown long option. */
static int report_bad_option(int kind, char **argv)
{
	const struct option_row *row = optopt ? find_row(optopt) : NULL;

	if (row)
		report_message("option --%s %s", row->name,
			       kind == ':' ? "needs a value" : "takes no value");
	else if (optopt)
		report_message("unknown option -%c", optopt);
	else
		report_message("unknown option %s", argv[optind - 1]);
	return -EINVAL;
}

static int report_repetition(const struct option_row *row, const char *first, const char *second)
{
	report_message("--%s takes one value, not both '%s' and '%s': give it once%s%s", row->name,
		       first, second, row->several ? ", or " : "",
		       row->several ? row->several : "");
	return -EINVAL;
}

/*
 * Parses one option. `values` has the values given before, by row of the table. A flag may be
 * repeated, as in -vv, and so may a filter or a text; no other value may, because one of the two
 * would be ignored.
 */
static int parse_option(const struct option_row *row, const char *value, const char *values[],
			struct option_set *given, struct options *options)
{
	size_t i = row - option_table;
	char name[NAME_BYTES];

	if (values[i] && row->kind != OPTION_FILTER && row->kind != OPTION_TEXTS)
		return report_repetition(row, values[i], value);
	values[i] = value;
	snprintf(name, sizeof(name), "--%s", row->name);
	option_set__add(given, row);
	return option_value__parse(row, name, value, options);
}

/*
 * Accepts only complete option names. getopt accepts any unambiguous prefix, and a script that
 * relies on one would break when a later version adds an option.
 */
static int check_not_abbreviated(const struct option_row *row, const char *name, char **argv)
{
	const char *word = argv[optind - 1];
	size_t bytes;

	if (optarg == word)
		word = argv[optind - 2];
	bytes = strcspn(word, "=");
	if (bytes == strlen(name) + 2)
		return 0;
	report_message("unknown option %.*s: names are not abbreviated, write --%s", (int)bytes,
		       word, row->name);
	return -EINVAL;
}

int argv_options__parse(int argc, char **argv, struct option_set *given, struct options *options)
{
	const char *values[OPTIONS_MAX] = {};
	struct getopt_tables tables = {};
	int option, err = 0;

	fill_tables(&tables);
	opterr = 0;
	while (!err) {
		int long_index = -1;
		const struct option_row *row;

		option = getopt_long(argc, argv, tables.shorts, tables.longs, &long_index);
		if (option == -1)
			break;
		row = find_row(option);
		if (row && long_index >= 0)
			err = check_not_abbreviated(row, tables.longs[long_index].name, argv);
		if (!err)
			err = row ? parse_option(row, optarg, values, given, options)
				  : report_bad_option(option, argv);
	}
	return err;
}
