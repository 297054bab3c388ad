// SPDX-License-Identifier: BSD-2-Clause
#include "options/option_table.h"

#include <string.h>

#include <siftr/array_size.h>

#include "options/command_table.h"
#include "options/format_names.h"
#include "options/options.h"

#define MEMBER(name) offsetof(struct options, name)
#define TRACE	     COMMAND_BIT(COMMAND_TRACE)
#define CHECK	     COMMAND_BIT(COMMAND_CHECK)
#define REPAIR	     COMMAND_BIT(COMMAND_REPAIR)
#define CONVERT	     COMMAND_BIT(COMMAND_CONVERT)
#define FLOWS	     COMMAND_BIT(COMMAND_FLOWS)
#define WHY	     COMMAND_BIT(COMMAND_WHY)
#define DIFF	     COMMAND_BIT(COMMAND_DIFF)
#define PLOT	     COMMAND_BIT(COMMAND_PLOT)
#define REPORT	     COMMAND_BIT(COMMAND_REPORT)
#define TOP	     COMMAND_BIT(COMMAND_TOP)
#define CTL	     COMMAND_BIT(COMMAND_CTL)
#define FIELDS	     COMMAND_BIT(COMMAND_FIELDS)
#define FILTER(kind) OPTION_FILTER, MEMBER(filter), .filter = (kind)
#define EVERY	     (~0U)
#define ANY	     (~0ULL)

#define KIB (1ULL << 10)
#define MIB (1ULL << 20)
#define GIB (1ULL << 30)
#define TIB (1ULL << 40)

/* clang-format off */
const struct option_row option_table[] = {
	{"output", 'o', "FILE", OPTION_FILE, MEMBER(output),
	 .commands = TRACE | REPAIR | CONVERT | PLOT | REPORT | TOP,
	 .help = "append the log to FILE, not to stdout; of repair and convert: write a new FILE; of plot: FILE.svg or .png; of report: FILE.html; of top: where w writes"},
	{"format", 0, "NAME", OPTION_FORMAT, MEMBER(format), .commands = TRACE | FLOWS | CTL,
	 .max = FORMAT_TABLE,
	 .help = "write the log in the format NAME (default siftr), see below; of flows: table, csv or jsonl"},
	{"compress", 0, "zstd", OPTION_ZSTD, MEMBER(zstd), .commands = TRACE | CONVERT, .max = 1,
	 .help = "compress the output, in frames that zstd and most readers of tables read"},
	{"config", 0, "FILE", OPTION_FILE, MEMBER(config), .commands = TRACE | REPAIR,
	 .command_line_only = true, .help = "read further options from FILE, as NAME = VALUE"},
	{"to", 0, "FORMAT", OPTION_FORMAT, MEMBER(to), .commands = CONVERT, .max = FORMAT_TABLE - 1,
	 .command_line_only = true, .help = "the format to convert to, see below"},
	{"fields", 0, "LIST", OPTION_LIST, MEMBER(fields), .commands = TRACE | CONVERT | CTL,
	 .several = "separate the names with commas",
	 .help = "of csv and jsonl: write these fields and groups, see siftr-bpf fields"},
	{"sort", 0, "KEY", OPTION_LIST, MEMBER(sort), .commands = FLOWS | TOP, .command_line_only = true,
	 .several = "sort by one column", .completes = "other",
	 .help = "by this column of csv, the largest first, instead of in the order of the log; of top: by this column of its own (default limit)"},
	{"top", 0, "N", OPTION_U32, MEMBER(top), 1, ~(__u32)0, .commands = FLOWS | WHY | TOP,
	 .command_line_only = true, .help = "print the first N connections only (of top: 20)"},
	{"flow", 0, "ID", OPTION_U32, MEMBER(flow), 1, ~(__u32)0,
	 .commands = FLOWS | WHY | DIFF | PLOT | REPORT,
	 .command_line_only = true, .help = "only the connection with this flowid"},
	{"events", 0, NULL, OPTION_FLAG, MEMBER(events), .commands = WHY, .command_line_only = true,
	 .help = "also list what happened, the costliest first"},
	{"match", 0, "HOW", OPTION_LIST, MEMBER(match), .commands = DIFF,
	 .command_line_only = true, .several = "pair by one of them", .completes = "match",
	 .help = "pair the connections by ports or order, and compare the pairs as well"},
	{"fail-if", 0, "EXPR", OPTION_TEXTS, MEMBER(fail_if), .commands = DIFF,
	 .command_line_only = true,
	 .help = "exit with 1 if B compares so with A, as 'srtt_p95 > +10%'; may be repeated"},
	{"a-manifest", 0, "FILE", OPTION_FILE, MEMBER(manifest_a), .commands = DIFF,
	 .command_line_only = true, .needs = "b-manifest",
	 .help = "the manifest of A's run: show the facts that differ"},
	{"b-manifest", 0, "FILE", OPTION_FILE, MEMBER(manifest_b), .commands = DIFF,
	 .command_line_only = true, .needs = "a-manifest", .help = "the manifest of B's run"},
	{"interval", 0, "TIME", OPTION_TIME, MEMBER(interval_ns), 100000000, 1000000000000000ULL,
	 1000000000, TOP, .command_line_only = true,
	 .help = "show the connections once in TIME"},
	{"once", 0, NULL, OPTION_FLAG, MEMBER(once), .commands = TOP, .command_line_only = true,
	 .help = "end after the first interval"},
	{"replay", 0, "FILE", OPTION_FILE, MEMBER(replay), .commands = TOP,
	 .command_line_only = true, .help = "do not trace; show the connections of this log"},
	{"columns", 0, "LIST", OPTION_LIST, MEMBER(columns), .commands = PLOT,
	 .command_line_only = true, .several = "separate the names with commas",
	 .help = "what to plot (default cwnd,ssthresh,srtt), see siftr-bpf fields"},
	{"json", 0, NULL, OPTION_FLAG, MEMBER(json), .commands = FIELDS | DIFF | TOP | CTL, .command_line_only = true,
	 .help = "print JSON"},
	{"port", 0, "PORTS", FILTER(FILTER_PORT), .commands = TRACE | TOP | FLOWS | WHY | DIFF | REPORT | PLOT | CTL,
	 .help = "only connections with one of PORTS, as 80,8000-8100 or !22, at either end"},
	{"lport", 0, "PORTS", FILTER(FILTER_LPORT), .commands = TRACE | TOP | FLOWS | WHY | DIFF | REPORT | PLOT | CTL,
	 .help = "only connections with a local port of PORTS"},
	{"fport", 0, "PORTS", FILTER(FILTER_FPORT), .commands = TRACE | TOP | FLOWS | WHY | DIFF | REPORT | PLOT | CTL,
	 .help = "only connections with a foreign port of PORTS"},
	{"host", 0, "ADDRS", FILTER(FILTER_HOST), .commands = TRACE | TOP | FLOWS | WHY | DIFF | REPORT | PLOT | CTL,
	 .help = "only connections with one of ADDRS, as 10.0.0.0/8 or !::1, at either end"},
	{"laddr", 0, "ADDRS", FILTER(FILTER_LADDR), .commands = TRACE | TOP | FLOWS | WHY | DIFF | REPORT | PLOT | CTL,
	 .help = "only connections with a local address of ADDRS"},
	{"faddr", 0, "ADDRS", FILTER(FILTER_FADDR), .commands = TRACE | TOP | FLOWS | WHY | DIFF | REPORT | PLOT | CTL,
	 .help = "only connections with a foreign address of ADDRS"},
	{"ip", 0, "4|6", FILTER(FILTER_IP), .commands = TRACE | TOP | FLOWS | WHY | DIFF | REPORT | PLOT | CTL,
	 .help = "only IPv4, IPv4-mapped included, or only IPv6"},
	{"netns", 0, "NETNS", FILTER(FILTER_NETNS), .commands = TRACE | TOP,
	 .help = "only connections in the namespaces NETNS: names, paths, process numbers or self"},
	{"pid", 0, "PIDS", FILTER(FILTER_PID), .commands = TRACE | TOP,
	 .help = "only connections that a process of PIDS owns"},
	{"comm", 0, "NAMES", FILTER(FILTER_COMM), .commands = TRACE | TOP,
	 .help = "only connections that a process with one of NAMES owns"},
	{"cgroup", 0, "CGROUPS", FILTER(FILTER_CGROUP), .commands = TRACE | TOP,
	 .help = "only sockets made in CGROUPS, given by path, or below"},
	{"iface", 0, "IFACES", FILTER(FILTER_IFACE), .commands = TRACE | TOP,
	 .help = "only connections that send through an interface of IFACES"},
	{"uid", 0, "USERS", FILTER(FILTER_UID), .commands = TRACE | TOP,
	 .help = "only sockets of USERS, names or numbers"},
	{"mark", 0, "MARKS", FILTER(FILTER_MARK), .commands = TRACE | TOP,
	 .help = "only sockets with a mark of MARKS, as 7 or 0x10/0xf0"},
	{"cc", 0, "CONTROLS", FILTER(FILTER_CC), .commands = TRACE | TOP,
	 .help = "only while the congestion control is one of CONTROLS"},
	{"dir", 0, "in|out", FILTER(FILTER_DIR), .commands = TRACE | TOP,
	 .help = "only received or only sent packets"},
	{"ppl", 0, "N", OPTION_U32, MEMBER(ppl), 1, ~(__u32)0, 1, TRACE | CHECK,
	 .help = "packets per log: of each flow, every N-th"},
	{"sampled", 0, NULL, OPTION_FLAG, MEMBER(sampled), .commands = CHECK,
	 .command_line_only = true,
	 .help = "the log was made with --every, --on-change, --keep or --max-rate"},
	{"every", 0, "TIME", OPTION_TIME, MEMBER(every_ns), 1000, 1000000000000000ULL,
	 .commands = TRACE,
	 .help = "of each flow, a line per TIME at most, such as 100ms or 500us"},
	{"on-change", 0, "LIST", OPTION_NAMES, MEMBER(on_change), .commands = TRACE,
	 .names = name_list__watched, .several = "separate the names with commas",
	 .help = "of each flow, a line when one of these values has changed"},
	{"keep", 0, "LIST", OPTION_NAMES, MEMBER(keep), .commands = TRACE,
	 .names = name_list__kept, .several = "separate the names with commas",
	 .help = "never leave out loss, zero-window, open, close, rst"},
	{"max-rate", 0, "LINES", OPTION_U64, MEMBER(max_rate), 1, 1000000000, .commands = TRACE,
	 .help = "raise ppl while there are more LINES than this a second"},
	{"trigger", 0, "LIST", OPTION_LIST, MEMBER(trigger), .commands = TRACE,
	 .several = "separate the triggers with commas", .completes = "trigger",
	 .help = "log a flow only around these events: rto, recovery, rst, ..., see siftr-bpf(8)"},
	{"before", 0, "SPAN", OPTION_SPAN, MEMBER(before), .commands = TRACE, .needs = "trigger",
	 .help = "packets of a flow to log before a trigger, or a time such as 5s (default 100)"},
	{"after", 0, "SPAN", OPTION_SPAN, MEMBER(after), .commands = TRACE, .needs = "trigger",
	 .help = "packets of a flow to log after a trigger, or a time (default 100)"},
	{"recorder-memory", 0, "SIZE", OPTION_SIZE, MEMBER(recorder_bytes), 64 * KIB, 64 * GIB,
	 64 * MIB, TRACE, .needs = "trigger",
	 .help = "memory for the packets before a trigger, of all flows"},
	{"duration", 0, "S", OPTION_SECONDS, MEMBER(duration_ms), 1, 1000000000000ULL,
	 .commands = TRACE | TOP, .help = "stop after S seconds (fractions allowed)"},
	{"burst", 0, "ON/PERIOD", OPTION_BURSTS, MEMBER(bursts), .commands = TRACE,
	 .help = "trace for the first ON of every PERIOD only, such as 10s/5m"},
	{"count", 0, "N", OPTION_U64, MEMBER(count), 1, ANY, .commands = TRACE,
	 .help = "stop after N lines"},
	{"ring-size", 0, "SIZE", OPTION_SIZE, MEMBER(ring_bytes), 4 * KIB, 4 * GIB, 16 * MIB, TRACE | TOP,
	 .help = "memory of the ring buffers together"},
	{"max-size", 0, "SIZE", OPTION_SIZE, MEMBER(max_bytes), 64 * KIB, 16 * TIB,
	 .commands = TRACE, .needs = "output",
	 .help = "begin a new FILE before it grows beyond SIZE"},
	{"rotate", 0, "N", OPTION_U32, MEMBER(rotate), 1, 1000, 1, TRACE, .needs = "max-size",
	 .help = "keep N old logs, FILE.1 the newest"},
	{"min-free", 0, "SIZE", OPTION_SIZE, MEMBER(min_free_bytes), 4 * KIB, 16 * TIB,
	 .commands = TRACE, .needs = "output",
	 .help = "leave SIZE of FILE's disk free"},
	{"stats", 0, "FILE", OPTION_FILE, MEMBER(stats), .commands = TRACE, .alias = "books",
	 .help = "write the packet accounting to FILE as JSON when tracing ends"},
	{"manifest", 0, "FILE", OPTION_FILE, MEMBER(manifest), .commands = TRACE | REPORT,
	 .help = "write kernel, command line, sysctls, devices and the accounting to FILE as JSON; of report: show FILE"},
	{"control", 0, "SOCKET", OPTION_FILE, MEMBER(control), .commands = TRACE | CTL | TOP,
	 .help = "listen at SOCKET for siftr-bpf ctl; of ctl: the tracer's SOCKET (default " CONTROL_PATH "); of top: watch that tracer"},
	{"control-group", 0, "GROUP", OPTION_NAME, MEMBER(control_group), .commands = TRACE,
	 .needs = "control", .help = "let the members of GROUP use the control socket"},
	{"strict", 0, NULL, OPTION_FLAG, MEMBER(strict), .commands = TRACE,
	 .help = "exit with 5 when a packet was lost or missed"},
	{"summary", 0, "WHEN", OPTION_WHEN, MEMBER(summary), .commands = TRACE, .max = WHEN_NO,
	 .help = "show at the end which connections were held up longest: yes, no, auto (on a terminal)"},
	{"set-aside", 0, NULL, OPTION_FLAG, MEMBER(set_aside), .commands = TRACE | REPAIR,
	 .help = "rename the log of a killed run instead of appending to it"},
	{"quiet", 'q', NULL, OPTION_FLAG, MEMBER(quiet), .commands = EVERY,
	 .help = "print only errors to stderr"},
	{"verbose", 'v', NULL, OPTION_FLAG, MEMBER(verbose), .commands = EVERY,
	 .help = "show what is loaded and how"},
	{"test-config", 0, NULL, OPTION_FLAG, MEMBER(test_config), .commands = TRACE,
	 .command_line_only = true, .help = "do not trace; check the options and the configuration file"},
	{"help", 'h', NULL, OPTION_FLAG, MEMBER(help), .commands = EVERY, .command_line_only = true,
	 .help = "this text"},
	{"version", 'V', NULL, OPTION_FLAG, MEMBER(version), .commands = EVERY, .command_line_only = true,
	 .help = "the version"},
	{},
};
/* clang-format on */

_Static_assert(ARRAY_SIZE(option_table) <= OPTIONS_MAX, "a set of options has a place for each");

const struct option_row *option_table__find(const char *name)
{
	for (const struct option_row *row = option_table; row->name; row++)
		if (!strcmp(row->name, name) || (row->alias && !strcmp(row->alias, name)))
			return row;
	return NULL;
}
