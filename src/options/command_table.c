// SPDX-License-Identifier: BSD-2-Clause
#include "options/command_table.h"

#include <string.h>

#define READ_EXIT_STATUS \
	"0 all is read, 1 not all, or filters chose nothing, 2 usage, 4 a log cannot be read."

/* clang-format off */
const struct command_row command_table[] = {
	{"trace", COMMAND_TRACE, false, false, false, "[trace] [OPTION]...",
	 "log the state of TCP connections, packet by packet",
	 "0 clean, 1 failed while running, 2 usage, 3 this host cannot be traced,\n"
	 "4 the output cannot be used, 5 with --strict: packets were lost or missed."},
	{"check", COMMAND_CHECK, true, true, false, "check [--ppl N | --sampled] FILE...",
	 "are these logs complete and well-formed? -: stdin",
	 "0 all logs are good, 1 defects were found, 2 usage, 4 a log cannot be read."},
	{"repair", COMMAND_REPAIR, true, false, false, "repair [-o NEW] FILE...",
	 "give the logs of killed runs their footers",
	 "0 all logs are complete now, 1 not all, 2 usage, 4 a log cannot be repaired."},
	{"convert", COMMAND_CONVERT, true, true, false, "convert --to FORMAT FILE...",
	 "write logs in another format; -: stdin",
	 "0 all is converted, 1 not all, 2 usage, 4 a log or the output cannot be used."},
	{"flows", COMMAND_FLOWS, true, true, false, "flows [OPTION]... FILE...",
	 "one line for each connection of logs; -: stdin",
	 READ_EXIT_STATUS},
	{"why", COMMAND_WHY, true, true, false, "why [OPTION]... FILE...",
	 "what made the connections of logs slow; -: stdin",
	 READ_EXIT_STATUS},
	{"diff", COMMAND_DIFF, true, true, false, "diff [OPTION]... A B",
	 "compare the connections of two logs, or of sets: A... vs B...",
	 "0 compared, 1 a --fail-if failed, not all is read, or a side has no connection, 2 usage,\n"
	 "4 a log cannot be read."},
	{"plot", COMMAND_PLOT, true, true, false, "plot [OPTION]... FILE...",
	 "draw columns of a connection over time; -: stdin",
	 "0 all is plotted, 1 not all, 2 usage, 4 nothing to plot, or a log or the output cannot be used."},
	{"report", COMMAND_REPORT, true, true, false, "report [OPTION]... FILE...",
	 "write a page that shows logs, to open in a browser; -: stdin",
	 "0 all is read, 1 not all, 2 usage, 4 nothing to report, or a log or the output cannot be used."},
	{"top", COMMAND_TOP, false, false, false, "top [OPTION]...",
	 "show what the connections do now, and what limits them",
	 "0 clean, 1 failed while running, 2 usage, 3 this host cannot be traced, 4 a log cannot be read."},
	{"doctor", COMMAND_DOCTOR, false, false, false, "doctor", "check whether this host can be traced, and how to make it so",
	 "0 tracing works, 3 this host cannot be traced."},
	{"ctl", COMMAND_CTL, false, false, true, "ctl [OPTION]... [REQUEST]...",
	 "ask a running tracer, such as ctl stats, or steer it",
	 "0 done, 1 refused, or no tracer answers, 2 usage."},
	{"fields", COMMAND_FIELDS, false, false, false, "fields [--json]", "list what --fields takes",
	 "0 all is listed, 2 usage, 4 the output cannot be used."},
	{},
};
/* clang-format on */

const struct command_row *command_table__find(const char *name)
{
	for (const struct command_row *row = command_table; row->name; row++)
		if (!strcmp(row->name, name))
			return row;
	return NULL;
}
