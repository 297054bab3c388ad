// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf --test-config`: command_line__parse() has rejected what a line alone shows to be bad;
 * left is what a run refuses where its parts meet.
 */
#include <stdio.h>

#include "commands/commands.h"
#include "commands/session.h"
#include "report/report.h"

int command_test_config(const struct options *options)
{
	struct session session = {};

	if (session__choose(&session, options))
		return EXIT_USAGE;
	if (!options->quiet)
		printf("%s: good\n", options->config);
	return report_flush() ? EXIT_OUTPUT : EXIT_CLEAN;
}
