// SPDX-License-Identifier: BSD-2-Clause
/* argv to a command, and the process-wide settings every command relies on. */
#include <signal.h>
#include <stdio.h>

#include "commands/commands.h"
#include "options.h"
#include "report.h"

static int print_help(void)
{
	options__print_help(stdout);
	return fflush(stdout) ? EXIT_OUTPUT : EXIT_CLEAN;
}

static int print_version(void)
{
	puts("siftr-bpf " SIFTR_BPF_VERSION);
	return fflush(stdout) ? EXIT_OUTPUT : EXIT_CLEAN;
}

int main(int argc, char **argv)
{
	struct options options;

	/* A closed pipe and a file-size limit are errors of write(2), not deaths. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (options__parse(argc, argv, &options))
		return EXIT_USAGE;
	if (options.quiet)
		report_set_level(REPORT_QUIET);
	if (options.verbose)
		report_set_level(REPORT_VERBOSE);
	report_init_libbpf();
	switch (options.command) {
	case COMMAND_TRACE:
		return command_trace(&options);
	case COMMAND_FIELDS:
		return command_fields();
	case COMMAND_DOCTOR:
		return command_doctor();
	case COMMAND_HELP:
		return print_help();
	case COMMAND_VERSION:
		return print_version();
	}
	return EXIT_USAGE;
}
