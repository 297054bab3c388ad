// SPDX-License-Identifier: BSD-2-Clause
/* Finds the command in the command line and runs it, after settings that all commands rely on. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "commands/commands.h"
#include "options/command_line.h"
#include "options/help.h"
#include "options/options.h"
#include "report/libbpf_log.h"
#include "report/report.h"

static int print_help(const struct options *options)
{
	if (options->help_command)
		help__print_command(stdout, options->help_command);
	else
		help__print(stdout);
	return report_flush() ? EXIT_OUTPUT : EXIT_CLEAN;
}

static int print_version(void)
{
	puts("siftr-bpf " SIFTR_BPF_VERSION);
	return report_flush() ? EXIT_OUTPUT : EXIT_CLEAN;
}

/*
 * Opens descriptors 0 to 2 if they are closed: a log that got such a number would receive
 * messages. Reading the stdin opened here fails, as does writing the stdout.
 */
static void hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_WRONLY);
}

static int run(const struct options *options)
{
	switch (options->command) {
	case COMMAND_TRACE:
		return command_trace(options);
	case COMMAND_FIELDS:
		return command_fields(options);
	case COMMAND_DOCTOR:
		return command_doctor();
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
	case COMMAND_CTL:
		return command_ctl(options);
	case COMMAND_TEST_CONFIG:
		return command_test_config(options);
	case COMMAND_HELP:
		return print_help(options);
	case COMMAND_VERSION:
		return print_version();
	}
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	struct options options;

	hold_standard_descriptors();
	/* Closed pipes and file-size limits become errors of write(2). */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (command_line__parse(argc, argv, &options))
		return EXIT_USAGE;
	if (options.quiet)
		report_set_level(REPORT_QUIET);
	if (options.verbose)
		report_set_level(REPORT_VERBOSE);
	libbpf_log__keep();
	return run(&options);
}
