// SPDX-License-Identifier: BSD-2-Clause
/* argv to a command, and the process-wide settings every command relies on. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "commands/commands.h"
#include "options/options.h"
#include "report/libbpf_log.h"
#include "report/report.h"

static int print_help(void)
{
	options__print_help(stdout);
	return report_flush() ? EXIT_OUTPUT : EXIT_CLEAN;
}

/* Options that are not good have been refused before. */
static int print_good(const struct options *options)
{
	if (!options->quiet)
		printf("%s: good\n", options->config);
	return report_flush() ? EXIT_OUTPUT : EXIT_CLEAN;
}

static int print_version(void)
{
	puts("siftr-bpf " SIFTR_BPF_VERSION);
	return report_flush() ? EXIT_OUTPUT : EXIT_CLEAN;
}

/*
 * A descriptor that was closed must not become the first file we open. Reading from a
 * stdin made up this way fails, as does writing to such a stdout.
 */
static void hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_WRONLY);
}

int main(int argc, char **argv)
{
	struct options options;

	hold_standard_descriptors();
	/* A closed pipe and a file-size limit are errors of write(2), not deaths. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (options__parse(argc, argv, &options))
		return EXIT_USAGE;
	if (options.quiet)
		report_set_level(REPORT_QUIET);
	if (options.verbose)
		report_set_level(REPORT_VERBOSE);
	libbpf_log__keep();
	switch (options.command) {
	case COMMAND_TRACE:
		return command_trace(&options);
	case COMMAND_FIELDS:
		return command_fields();
	case COMMAND_DOCTOR:
		return command_doctor();
	case COMMAND_CHECK:
		return command_check(&options);
	case COMMAND_REPAIR:
		return command_repair(&options);
	case COMMAND_TEST_CONFIG:
		return print_good(&options);
	case COMMAND_HELP:
		return print_help();
	case COMMAND_VERSION:
		return print_version();
	}
	return EXIT_USAGE;
}
