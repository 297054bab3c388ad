// SPDX-License-Identifier: BSD-2-Clause
#include "options/command_table.h"

#include <string.h>

/* clang-format off */
const struct command_row command_table[] = {
	{"trace", COMMAND_TRACE, false, false, false, "[trace] [OPTION]...",
	 "log the state of TCP connections, packet by packet"},
	{"check", COMMAND_CHECK, true, true, false, "check [--ppl N | --sampled] FILE...",
	 "are these logs complete and well-formed? -: stdin"},
	{"repair", COMMAND_REPAIR, true, false, false, "repair [-o NEW] FILE...",
	 "give the logs of killed runs their footers"},
	{"convert", COMMAND_CONVERT, true, true, false, "convert --to FORMAT FILE...",
	 "write logs in another format; -: stdin"},
	{"flows", COMMAND_FLOWS, true, true, false, "flows [OPTION]... FILE...",
	 "one line for each connection of logs; -: stdin"},
	{"why", COMMAND_WHY, true, true, false, "why [OPTION]... FILE...",
	 "what made the connections of logs slow; -: stdin"},
	{"diff", COMMAND_DIFF, true, true, false, "diff [OPTION]... A B",
	 "compare the connections of two logs, or of sets: A... vs B..."},
	{"plot", COMMAND_PLOT, true, true, false, "plot [OPTION]... FILE...",
	 "draw columns of a connection over time; -: stdin"},
	{"report", COMMAND_REPORT, true, true, false, "report [OPTION]... FILE...",
	 "write a page that shows logs, to open in a browser; -: stdin"},
	{"top", COMMAND_TOP, false, false, false, "top [OPTION]...",
	 "show what the connections do now, and what limits them"},
	{"doctor", COMMAND_DOCTOR, false, false, false, "doctor", "check whether this host can be traced, and how to make it so"},
	{"ctl", COMMAND_CTL, false, false, true, "ctl [OPTION]... [REQUEST]...",
	 "ask a running tracer, such as ctl stats, or steer it"},
	{"fields", COMMAND_FIELDS, false, false, false, "fields [--json]", "list what --fields takes"},
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
