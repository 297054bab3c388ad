// SPDX-License-Identifier: BSD-2-Clause
#include "command_line.h"

#include <getopt.h>

#include "test.h"

#include "commands/commands.h"
#include "options/command_line.h"
#include "report/report.h"

#define WORDS_MAX 16

static int parse_words(const char *line, struct options *options)
{
	static char words[256], *argv[WORDS_MAX + 2] = {"siftr-bpf"};
	int argc = 1;

	snprintf(words, sizeof(words), "%s", line);
	for (char *word = strtok(words, " "); word && argc <= WORDS_MAX; word = strtok(NULL, " "))
		argv[argc++] = strcmp(word, "''") ? word : "";
	argv[argc] = NULL;
	/* Makes glibc's getopt start from the beginning. */
	optind = 0;
	return command_line__parse(argc, argv, options);
}

int parse(const char *line, struct options *options)
{
	int err;

	capture_begin();
	err = parse_words(line, options);
	capture_end();
	return err;
}

void assert_parse_refused(const char *line, const char *named, const char *got)
{
	struct options options;

	assert_true(parse(line, &options) < 0);
	if (!strstr(captured_stderr, named) || !strstr(captured_stderr, got))
		fail_msg("'%s' was answered with: %s", line, captured_stderr);
}

static int run(const struct options *options)
{
	report_set_level(options->quiet	    ? REPORT_QUIET
			 : options->verbose ? REPORT_VERBOSE
					    : REPORT_NORMAL);
	switch (options->command) {
	case COMMAND_CHECK:
		return command_check(options);
	case COMMAND_REPAIR:
		return command_repair(options);
	case COMMAND_CONVERT:
		return command_convert(options);
	case COMMAND_FLOWS:
		return command_flows(options);
	case COMMAND_WHY:
		return command_why(options);
	case COMMAND_DIFF:
		return command_diff(options);
	case COMMAND_PLOT:
		return command_plot(options);
	case COMMAND_REPORT:
		return command_report(options);
	case COMMAND_TOP:
		return command_top(options);
	default:
		return EXIT_USAGE;
	}
}

int run_command(const char *line)
{
	struct options options;
	int status;

	capture_begin();
	status = parse_words(line, &options) ? EXIT_USAGE : run(&options);
	capture_end();
	return status;
}

int repair(const char *file)
{
	char line[256];

	snprintf(line, sizeof(line), "repair %s", file);
	return run_command(line);
}

void plain_terminal(void)
{
	setenv("LC_ALL", "C", 1);
	setenv("COLUMNS", "72", 1);
}
