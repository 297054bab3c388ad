// SPDX-License-Identifier: BSD-2-Clause
/*
 * argv to struct options, by the tables. Each message names the option, what it
 * got and what it takes.
 */
#include "options/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "options/file.h"
#include "options/table.h"
#include "options/value.h"
#include "report/report.h"

#define NAME_BYTES 32

/* What getopt calls an option without a letter: its row behind all characters. */
#define NO_LETTER 256

struct getopt_tables {
	struct option longs[OPTIONS_MAX];
	char shorts[2 * OPTIONS_MAX + 2];
};

static int getopt_value(const struct option_row *row)
{
	return row->letter ? row->letter : NO_LETTER + (row - option_table);
}

/* NULL for what getopt does not know either. */
static const struct option_row *find_row(int value)
{
	for (const struct option_row *row = option_table; row->name; row++)
		if (getopt_value(row) == value)
			return row;
	return NULL;
}

/* The colon in front makes getopt tell a missing value from an unknown option. */
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

/* getopt's complaints, in this program's words; optopt is 0 for an unknown long option. */
static int bad_option(int kind, char **argv)
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

static int refuse_repetition(const struct option_row *row, const char *first, const char *second)
{
	report_message("--%s takes one value, not both '%s' and '%s': give it once%s%s", row->name,
		       first, second, row->several ? ", or " : "",
		       row->several ? row->several : "");
	return -EINVAL;
}

/*
 * `values` are those given before. A flag may be repeated, as in -vv; of two values one
 * would count and the other be ignored.
 */
static int parse_option(const struct option_row *row, const char *value, const char *values[],
			__u64 *given, struct options *options)
{
	size_t i = row - option_table;
	char name[NAME_BYTES];

	if (values[i])
		return refuse_repetition(row, values[i], value);
	values[i] = value;
	snprintf(name, sizeof(name), "--%s", row->name);
	*given |= 1ULL << i;
	return value__parse(row, name, value, options);
}

/*
 * getopt takes any beginning of a name that fits one option only. A script that relies on
 * it would break, or mean something else, when a later version has more options.
 */
static int refuse_abbreviation(const struct option_row *row, const char *name, char **argv)
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

static int parse_options(int argc, char **argv, __u64 *given, struct options *options)
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
			err = refuse_abbreviation(row, tables.longs[long_index].name, argv);
		if (!err)
			err = row ? parse_option(row, optarg, values, given, options)
				  : bad_option(option, argv);
	}
	return err;
}

static int unknown_command(const char *word)
{
	char known[128] = "";

	for (const struct command_row *row = command_table; row->name; row++) {
		size_t used = strlen(known);

		snprintf(known + used, sizeof(known) - used, "%s%s",
			 row == command_table ? "" : (row[1].name ? ", " : " and "), row->name);
	}
	report_message("unknown command '%s'; commands are %s", word, known);
	return -EINVAL;
}

static int parse_command(int argc, char **argv, const struct command_row **command,
			 struct options *options)
{
	*command = command_table;
	if (optind < argc) {
		*command = command_table__find(argv[optind]);
		if (!*command)
			return unknown_command(argv[optind]);
		optind++;
	}
	options->command = options->test_config ? COMMAND_TEST_CONFIG : (*command)->command;
	options->files = (const char *const *)argv + optind;
	options->nr_files = argc - optind;
	if ((*command)->takes_files && !options->nr_files && !options->config) {
		report_message("%s takes at least one FILE%s", (*command)->name,
			       (*command)->takes_files > 1 ? ", or - for standard input" : "");
		return -EINVAL;
	}
	if (!(*command)->takes_files && options->nr_files) {
		report_message("unexpected word '%s' behind the command", argv[optind]);
		return -EINVAL;
	}
	return 0;
}

static bool is_given(__u64 given, const struct option_row *row)
{
	return given >> (row - option_table) & 1;
}

static __u64 option_bit(const char *name)
{
	return 1ULL << (option_table__find(name) - option_table);
}

static int check_command(const struct command_row *command, __u64 given)
{
	for (const struct option_row *row = option_table; row->name; row++) {
		if (!is_given(given, row) || row->commands & COMMAND_BIT(command->command))
			continue;
		report_message("--%s is not an option of %s", row->name, command->name);
		return -EINVAL;
	}
	return 0;
}

static int check_company(__u64 given, const struct options *options)
{
	for (const struct option_row *row = option_table; row->name; row++) {
		if (!is_given(given, row) || !row->needs ||
		    is_given(given, option_table__find(row->needs)))
			continue;
		report_message("--%s needs --%s as well", row->name, row->needs);
		return -EINVAL;
	}
	if (options->quiet && options->verbose) {
		report_message("-q and -v exclude each other");
		return -EINVAL;
	}
	return 0;
}

/* "-" is standard output, as it is without the option; a file of that name is ./- */
static void take_stdout(__u64 *given, struct options *options)
{
	if (!options->output || strcmp(options->output, "-") != 0)
		return;
	options->output = NULL;
	*given &= ~option_bit("output");
}

/* A command on logs that is given no FILE takes the log of the configuration. */
static int read_file(const struct command_row *command, __u64 *given, struct options *options)
{
	int err;

	/* -v on the command line overrules quiet = yes, and -q verbose = yes. */
	if (options->quiet || options->verbose)
		*given |= option_bit("quiet") | option_bit("verbose");
	err = options_file__read(options->config, given, options);
	take_stdout(given, options);
	if (err || !command->takes_files || options->nr_files)
		return err;
	if (!options->output) {
		report_message("%s names no output: %s takes at least one FILE", options->config,
			       command->name);
		return -EINVAL;
	}
	options->files = &options->output;
	options->nr_files = 1;
	options->file_of_config = true;
	return 0;
}

/* To a command on logs it is where the one it makes goes. */
static int take_output(const struct command_row *command, struct options *options)
{
	if (!command->takes_files || !options->output)
		return 0;
	if (options->nr_files != 1 || options->set_aside || !strcmp(options->output, "-")) {
		report_message("%s --output takes a file, one FILE, and no --set-aside",
			       command->name);
		return -EINVAL;
	}
	options->repaired = options->output;
	options->output = NULL;
	return 0;
}

static int parse_words(int argc, char **argv, struct options *options)
{
	const struct command_row *command;
	__u64 given = 0;
	int err = parse_options(argc, argv, &given, options);

	if (err)
		return err;
	if (options->help || options->version) {
		options->command = options->help ? COMMAND_HELP : COMMAND_VERSION;
		return 0;
	}
	err = parse_command(argc, argv, &command, options);
	if (!err)
		err = check_command(command, given);
	if (!err)
		err = take_output(command, options);
	if (options->test_config && !options->config)
		options->config = OPTIONS_CONFIG_FILE;
	if (!err && options->config)
		err = read_file(command, &given, options);
	take_stdout(&given, options);
	if (!err)
		err = check_company(given, options);
	options->ppl_given = is_given(given, option_table__find("ppl"));
	return err;
}

int options__parse(int argc, char **argv, struct options *options)
{
	int err;

	*options = (struct options){};
	value__set_initial(options);
	err = parse_words(argc, argv, options);
	if (err)
		report_message("see siftr-bpf --help");
	return err;
}
