// SPDX-License-Identifier: BSD-2-Clause
#include "options/table.h"

#include <string.h>

#include <siftr/array_size.h>

#define MEMBER(name) offsetof(struct options, name)
#define TRACE	     COMMAND_BIT(COMMAND_TRACE)
#define CHECK	     COMMAND_BIT(COMMAND_CHECK)
#define REPAIR	     COMMAND_BIT(COMMAND_REPAIR)
#define EVERY	     (~0U)
#define ANY	     (~0ULL)

#define KIB (1ULL << 10)
#define MIB (1ULL << 20)
#define GIB (1ULL << 30)
#define TIB (1ULL << 40)

/* clang-format off */
const struct option_row option_table[] = {
	{"output", 'o', "FILE", OPTION_FILE, MEMBER(output), .commands = TRACE | REPAIR,
	 .help = "append the log to FILE, not to stdout; of repair: leave the log, write a new FILE"},
	{"config", 0, "FILE", OPTION_FILE, MEMBER(config), .commands = TRACE | REPAIR,
	 .only_in_words = true, .help = "read further options from FILE, as NAME = VALUE"},
	{"port", 0, "N", OPTION_WHOLE32, MEMBER(port), 1, 65535, .commands = TRACE,
	 .several = "leave it out and choose by the columns of the log",
	 .help = "only connections with port N at either end"},
	{"ppl", 0, "N", OPTION_WHOLE32, MEMBER(ppl), 1, ~(__u32)0, 1, TRACE | CHECK,
	 .help = "packets per log: of each flow, every N-th"},
	{"duration", 0, "S", OPTION_SECONDS, MEMBER(duration_ms), 1, 1000000000000ULL,
	 .commands = TRACE, .help = "stop after S seconds (fractions allowed)"},
	{"count", 0, "N", OPTION_WHOLE64, MEMBER(count), 1, ANY, .commands = TRACE,
	 .help = "stop after N lines"},
	{"ring-size", 0, "SIZE", OPTION_SIZE, MEMBER(ring_bytes), 4 * KIB, 4 * GIB, 16 * MIB, TRACE,
	 .help = "memory of the ring buffers together"},
	{"max-size", 0, "SIZE", OPTION_SIZE, MEMBER(max_bytes), 64 * KIB, 16 * TIB,
	 .commands = TRACE, .needs = "output",
	 .help = "begin a new FILE before it grows beyond SIZE"},
	{"rotate", 0, "N", OPTION_WHOLE32, MEMBER(rotate), 1, 1000, 1, TRACE, .needs = "max-size",
	 .help = "keep N old logs, FILE.1 the newest"},
	{"min-free", 0, "SIZE", OPTION_SIZE, MEMBER(min_free_bytes), 4 * KIB, 16 * TIB,
	 .commands = TRACE, .needs = "output",
	 .help = "leave SIZE of FILE's disk free"},
	{"stats", 0, "FILE", OPTION_FILE, MEMBER(stats), .commands = TRACE, .alias = "books",
	 .help = "write the packet accounting to FILE as JSON when tracing ends"},
	{"strict", 0, NULL, OPTION_FLAG, MEMBER(strict), .commands = TRACE,
	 .help = "exit with 5 when a packet was lost or missed"},
	{"set-aside", 0, NULL, OPTION_FLAG, MEMBER(set_aside), .commands = TRACE | REPAIR,
	 .help = "rename the log of a killed run instead of appending to it"},
	{"quiet", 'q', NULL, OPTION_FLAG, MEMBER(quiet), .commands = EVERY,
	 .help = "say nothing on stderr but errors"},
	{"verbose", 'v', NULL, OPTION_FLAG, MEMBER(verbose), .commands = EVERY,
	 .help = "tell what is loaded and how"},
	{"test-config", 0, NULL, OPTION_FLAG, MEMBER(test_config), .commands = TRACE,
	 .only_in_words = true, .help = "do not trace; tell whether the options are good"},
	{"help", 'h', NULL, OPTION_FLAG, MEMBER(help), .commands = EVERY, .only_in_words = true,
	 .help = "this text"},
	{"version", 'V', NULL, OPTION_FLAG, MEMBER(version), .commands = EVERY, .only_in_words = true,
	 .help = "the version"},
	{},
};
_Static_assert(ARRAY_SIZE(option_table) <= OPTIONS_MAX, "one bit each");

const struct command_row command_table[] = {
	{"trace", COMMAND_TRACE, 0, "[trace] [OPTION]...",
	 "log the state of TCP connections, packet by packet"},
	{"check", COMMAND_CHECK, 2, "check [--ppl N] FILE...",
	 "are these logs whole and well-formed? -: stdin"},
	{"repair", COMMAND_REPAIR, 1, "repair [-o NEW] FILE...",
	 "give the logs of killed runs their footers"},
	{"doctor", COMMAND_DOCTOR, 0, "doctor", "show what this host offers and what it lacks"},
	{"fields", COMMAND_FIELDS, 0, "fields", "list the captured kernel fields"},
	{},
};
/* clang-format on */

const struct option_row *option_table__find(const char *name)
{
	for (const struct option_row *row = option_table; row->name; row++)
		if (!strcmp(row->name, name) || (row->alias && !strcmp(row->alias, name)))
			return row;
	return NULL;
}

const struct command_row *command_table__find(const char *name)
{
	for (const struct command_row *row = command_table; row->name; row++)
		if (!strcmp(row->name, name))
			return row;
	return NULL;
}
