// SPDX-License-Identifier: BSD-2-Clause
#include "options/request_table.h"

#include <stdio.h>
#include <string.h>

const struct request_row request_table[] = {
	{"get", REQUEST_GET, 0, "get [KEY]...", "the settings, or those of KEY"},
	{"set", REQUEST_SET, 0, "set KEY=VALUE...", "change settings, all of them or none"},
	{"stats", REQUEST_STATS, 1, "stats", "the packet accounting of the moment"},
	{"flows", REQUEST_FLOWS, 1, "flows", "the connections that are known"},
	{"mark", REQUEST_MARK, 0, "mark TEXT", "a note of the experiment, with the time of day"},
	{"trigger", REQUEST_TRIGGER, 2, "trigger FLOW|all", "log what the flight recorder keeps"},
	{"rotate", REQUEST_ROTATE, 1, "rotate", "go on in another file, as by SIGHUP"},
	{"follow", REQUEST_FOLLOW, 0, "follow", "print the lines from now on"},
	{"stop", REQUEST_STOP, 1, "stop", "end the run; the answer comes when the log is complete"},
	{"version", REQUEST_VERSION, 1, "version", "the versions of the protocol and the program"},
	{},
};

const struct request_row *request_table__find(const char *name)
{
	for (const struct request_row *row = request_table; row->name; row++)
		if (!strcmp(row->name, name))
			return row;
	return NULL;
}

void request_table__list(char *text, size_t bytes)
{
	size_t used = 0;

	for (const struct request_row *row = request_table; row->name && used < bytes; row++)
		used += (size_t)snprintf(text + used, bytes - used, "%s%s", used ? ", " : "",
					 row->name);
}
