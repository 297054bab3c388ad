// SPDX-License-Identifier: BSD-2-Clause
/* Finds the command, adds the configuration file, and checks that the options agree. */
#include "options/command_line.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "options/argv_options.h"
#include "options/command_table.h"
#include "options/config_file.h"
#include "options/format_names.h"
#include "options/option_set.h"
#include "options/option_table.h"
#include "options/option_value.h"
#include "report/report.h"

static void report_unknown_command(const char *word)
{
	char known[192] = "";

	for (const struct command_row *row = command_table; row->name; row++) {
		size_t used = strlen(known);

		snprintf(known + used, sizeof(known) - used, "%s%s",
			 row == command_table ? "" : (row[1].name ? ", " : " and "), row->name);
	}
	report_message("unknown command '%s'; commands are %s", word, known);
}

/* The command in the next word; the first of all if there is none. NULL if unknown, reported. */
static const struct command_row *find_command(int argc, char **argv)
{
	const struct command_row *command = command_table;

	if (optind >= argc)
		return command;
	command = command_table__find(argv[optind]);
	if (command)
		optind++;
	else
		report_unknown_command(argv[optind]);
	return command;
}

/* Standard input is read once: a second - would be read as an empty log. */
static int check_files(const struct options *options)
{
	int minuses = 0;

	for (int i = 0; i < options->nr_files; i++)
		minuses += !strcmp(options->files[i], "-");
	if (minuses <= 1)
		return 0;
	report_message("- is standard input, which can be read once only: give it once, or files");
	return -EINVAL;
}

static int parse_command(int argc, char **argv, const struct command_row **command,
			 struct options *options)
{
	*command = find_command(argc, argv);
	if (!*command)
		return -EINVAL;
	options->command = options->test_config ? COMMAND_TEST_CONFIG : (*command)->command;
	options->files = (const char *const *)argv + optind;
	options->nr_files = argc - optind;
	if ((*command)->takes_files && !options->nr_files && !options->config) {
		report_message("%s takes at least one FILE%s", (*command)->name,
			       (*command)->takes_stdin ? ", or - for standard input" : "");
		return -EINVAL;
	}
	if (!(*command)->takes_files && !(*command)->takes_words && options->nr_files) {
		report_message("unexpected argument '%s' after the command", argv[optind]);
		return -EINVAL;
	}
	return (*command)->takes_stdin ? check_files(options) : 0;
}

static int check_command(const struct command_row *command, const struct option_set *given)
{
	if (command->command == COMMAND_CONVERT && !option_set__has_name(given, "to")) {
		report_message("convert needs --to FORMAT");
		return -EINVAL;
	}
	for (const struct option_row *row = option_table; row->name; row++) {
		if (!option_set__has(given, row) || row->commands & COMMAND_BIT(command->command))
			continue;
		report_message("--%s is not an option of %s", row->name, command->name);
		return -EINVAL;
	}
	return 0;
}

/* Options of sampling that make no sense together. */
static int check_sampling(const struct option_set *given, const struct options *options)
{
	bool others = options->every_ns || options->on_change;

	if (options->keep && options->ppl == 1 && !others && !options->max_rate) {
		report_message("--keep needs --ppl above 1, --every, --on-change or --max-rate as "
			       "well: without them no packet is left out");
		return -EINVAL;
	}
	if (options->max_rate && others) {
		report_message("--max-rate changes ppl, which does not choose the lines of --every "
			       "and --on-change: give it without them");
		return -EINVAL;
	}
	if (options->sampled && option_set__has_name(given, "ppl")) {
		report_message("--ppl and --sampled exclude each other");
		return -EINVAL;
	}
	return 0;
}

/* Tracing needs all that filters name; repair reads the same configuration file later. */
static int check_filter(const struct options *options)
{
	const struct filter_values *values = &options->filter;
	const char *name = filter__name(values->lacking.kind),
		   *noun = filter__noun(values->lacking.kind), *text = values->lacking.item.text;

	if (!values->lacking.err ||
	    (options->command != COMMAND_TRACE && options->command != COMMAND_TOP))
		return 0;
	if (values->lacking.err == -ENOENT)
		report_message("--%s: there is no %s '%s'", name, noun, text);
	else
		report_message("--%s: the %s '%s': %s", name, noun, text,
			       strerror(-values->lacking.err));
	return -EINVAL;
}

static int check_combination(const struct option_set *given, const struct options *options)
{
	char formats[128];

	for (const struct option_row *row = option_table; row->name; row++) {
		if (!option_set__has(given, row) || !row->needs ||
		    option_set__has_name(given, row->needs))
			continue;
		report_message("--%s needs --%s as well", row->name, row->needs);
		return -EINVAL;
	}
	if (options->command != COMMAND_FLOWS && options->format == FORMAT_TABLE) {
		report_message("--format table is for flows; the formats of a log are %s",
			       format_names__list(formats, sizeof(formats)));
		return -EINVAL;
	}
	if (options->quiet && options->verbose) {
		report_message("-q and -v exclude each other");
		return -EINVAL;
	}
	return check_sampling(given, options);
}

/*
 * --output - selects standard output, the default. A file of that name is ./- Not of plot, which
 * draws with characters by default.
 */
static void resolve_stdout(struct option_set *given, struct options *options)
{
	if (!options->output || strcmp(options->output, "-") != 0 ||
	    options->command == COMMAND_PLOT)
		return;
	options->output = NULL;
	given->has[option_table__find("output") - option_table] = false;
}

/* Reads the configuration file. repair without a FILE takes the log that it names as output. */
static int read_config(const struct command_row *command, struct option_set *given,
		       struct options *options)
{
	int err;

	/* -v on the command line overrides quiet = yes, and -q overrides verbose = yes. */
	if (options->quiet || options->verbose) {
		option_set__add(given, option_table__find("quiet"));
		option_set__add(given, option_table__find("verbose"));
	}
	err = config_file__read(options->config, given, options);
	resolve_stdout(given, options);
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

/* Sets where repair writes: its --output is the new log, not the log to be repaired. */
static int set_repaired(const struct command_row *command, struct options *options)
{
	if (command->command != COMMAND_REPAIR || !options->output)
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

/* What --help is about: the command that is named beside it, or all of them. */
static int parse_help(int argc, char **argv, struct options *options)
{
	const struct command_row *command = NULL;

	options->command = COMMAND_HELP;
	if (optind < argc) {
		command = find_command(argc, argv);
		if (!command)
			return -EINVAL;
		options->help_command = command->name;
	}
	return 0;
}

static int parse_arguments(int argc, char **argv, struct options *options)
{
	const struct command_row *command;
	struct option_set given = {};
	int err = argv_options__parse(argc, argv, &given, options);

	if (err)
		return err;
	if (options->help)
		return parse_help(argc, argv, options);
	if (options->version) {
		options->command = COMMAND_VERSION;
		return 0;
	}
	err = parse_command(argc, argv, &command, options);
	if (!err)
		err = check_command(command, &given);
	if (!err)
		err = set_repaired(command, options);
	if (options->test_config && !options->config)
		options->config = CONFIG_FILE_PATH;
	if (!err && options->config)
		err = read_config(command, &given, options);
	resolve_stdout(&given, options);
	if (!err)
		err = check_combination(&given, options);
	if (!err)
		err = check_filter(options);
	if (options->command == COMMAND_FLOWS && !option_set__has_name(&given, "format"))
		options->format = FORMAT_TABLE;
	options->ppl_given = option_set__has_name(&given, "ppl");
	return err;
}

int command_line__parse(int argc, char **argv, struct options *options)
{
	int err;

	*options = (struct options){};
	option_value__set_initial(options);
	err = parse_arguments(argc, argv, options);
	if (err)
		report_message("see siftr-bpf --help");
	return err;
}
