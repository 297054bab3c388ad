// SPDX-License-Identifier: BSD-2-Clause
/* The command line: accepted options, and the message for each error. */
#include <siftr/array_size.h>

#include "options/command_table.h"
#include "format/format.h"
#include "options/option_table.h"

#include "../lib/command_line.h"
#include "../lib/test.h"

static void no_words_mean_trace_everything_to_stdout(void **state)
{
	struct options options;

	(void)state;
	assert_int_equal(parse("", &options), 0);
	assert_int_equal(options.command, COMMAND_TRACE);
	assert_null(options.output);
	assert_int_equal(options.filter.count, 0);
	assert_int_equal(options.ppl, 1);
	assert_int_equal(options.duration_ms, 0);
	assert_int_equal(options.count, 0);
	assert_int_equal(options.ring_bytes, 16 << 20);
	assert_int_equal(options.format, FORMAT_siftr);
}

static void every_option_is_taken(void **state)
{
	struct options options;

	(void)state;
	assert_int_equal(parse("trace -o x.log --port 80 --ppl=10 -v", &options), 0);
	assert_string_equal(options.output, "x.log");
	assert_string_equal(options.filter.of[0].text, "80");
	assert_int_equal(options.ppl, 10);
	assert_true(options.verbose);
	assert_int_equal(parse("--duration 1.5 --count 7 --ring-size 64k -q", &options), 0);
	assert_int_equal(options.duration_ms, 1500);
	assert_int_equal(options.count, 7);
	assert_int_equal(options.ring_bytes, 65536);
	assert_true(options.quiet);
	assert_int_equal(parse("--strict --stats b.json", &options), 0);
	assert_true(options.strict);
	assert_string_equal(options.stats, "b.json");
	assert_int_equal(parse("--books b.json", &options), 0);
	assert_string_equal(options.stats, "b.json");
	assert_int_equal(parse("-o x --max-size 1m --rotate 7 --min-free 2G", &options), 0);
	assert_int_equal(options.max_bytes, 1 << 20);
	assert_int_equal(options.rotate, 7);
	assert_int_equal(options.min_free_bytes, 2ULL << 30);
	assert_int_equal(parse("--format jsonl", &options), 0);
	assert_int_equal(options.format, FORMAT_jsonl);
	assert_int_equal(parse("check --sampled x", &options), 0);
	assert_true(options.sampled);
}

static void the_ends_of_each_range_are_taken(void **state)
{
	struct options options;

	(void)state;
	assert_int_equal(parse("--port 1 --ppl 4294967295", &options), 0);
	assert_int_equal(options.ppl, 4294967295U);
	assert_int_equal(parse("--port 65535 --duration 0.001 --ring-size 4096", &options), 0);
	assert_int_equal(options.duration_ms, 1);
	assert_int_equal(parse("--ring-size 4G --count 18446744073709551615", &options), 0);
	assert_int_equal(options.ring_bytes, 4ULL << 30);
	assert_int_equal(parse("-o x --max-size 16T --min-free 4096", &options), 0);
	assert_int_equal(options.max_bytes, 16ULL << 40);
}

static void commands_are_recognised(void **state)
{
	struct options options;

	(void)state;
	assert_int_equal(parse("fields", &options), 0);
	assert_int_equal(options.command, COMMAND_FIELDS);
	assert_int_equal(parse("--help", &options), 0);
	assert_int_equal(options.command, COMMAND_HELP);
	assert_int_equal(parse("--version", &options), 0);
	assert_int_equal(options.command, COMMAND_VERSION);
}

static void bad_values_are_refused_and_named(void **state)
{
	static const struct {
		const char *line, *named, *got;
	} bad[] = {
		{"--port 0", "--port", "'0'"},
		{"--port 65536", "--port", "'65536'"},
		{"--laddr 10.0.0.0/33", "--laddr", "'10.0.0.0/33'"},
		{"--faddr ::1,localhost", "--faddr", "'::1,localhost'"},
		{"--ip ipv4", "--ip", "'ipv4'"},
		{"--port http", "--port", "'http'"},
		{"--port +80", "--port", "'+80'"},
		{"--port ''", "--port", "''"},
		{"--port 99999999999999999999", "--port", "99999"},
		{"--ppl 0", "--ppl", "'0'"},
		{"--ppl 1x", "--ppl", "'1x'"},
		{"--ppl -1", "--ppl", "'-1'"},
		{"--ppl 4294967296", "--ppl", "4294967295"},
		{"--duration -1", "--duration", "'-1'"},
		{"--duration 0", "--duration", "'0'"},
		{"--duration 1e3", "--duration", "'1e3'"},
		{"--duration 1.2345", "--duration", "1.2345"},
		{"--count 0", "--count", "'0'"},
		{"--count 1.5", "--count", "'1.5'"},
		{"--ring-size 4095", "--ring-size", "4095"},
		{"--ring-size 5G", "--ring-size", "5G"},
		{"--ring-size 4KB", "--ring-size", "4KB"},
		{"--ring-size 16777217T", "--ring-size", "16777217T"},
		{"-o x --max-size 63K", "--max-size", "from 64K to 16T"},
		{"-o x --max-size 17T", "--max-size", "17T"},
		{"-o x --min-free 0", "--min-free", "'0'"},
		{"-o x --max-size 1M --rotate 0", "--rotate", "'0'"},
		{"-o x --rotate 3", "--rotate", "needs --max-size"},
		{"--max-size 1M", "--max-size", "needs --output"},
		{"--min-free 1M", "--min-free", "needs --output"},
		{"doctor --port 80", "--port", "not an option of doctor"},
		{"check --config x a.log", "--config", "not an option of check"},
		{"check", "check", "at least one FILE"},
		{"repair", "repair", "at least one FILE"},
		{"repair --ppl 2 x", "--ppl", "repair"},
		{"-o ''", "--output", "''"},
		{"--stats ''", "--stats", "''"},
		{"--duration 5.", "--duration", "'5.'"},
		{"-o", "--output", "needs a value"},
		{"--port", "--port", "needs a value"},
		{"--nonsense", "--nonsense", "unknown"},
		{"-x", "-x", "unknown"},
		{"-qx", "-x", "unknown"},
		{"--quiet=1", "--quiet", "takes no value"},
		{"record", "'record'",
		 "trace, check, repair, convert, flows, why, diff, plot, report, top, doctor, ctl and fields"},
		{"check --test-config x", "--test-config", "not an option of check"},
		{"trace fields", "'fields'", "unexpected"},
		{"--format xml", "--format",
		 "siftr, siftr-1.2, csv, jsonl, siftr2, siftr2-binary, ttprobe, tcp_probe, not 'xml'"},
		{"-q -v", "-q", "exclude"},
		{"--burst 10/300", "--burst", "ON/PERIOD such as 10s/5m"},
		{"--mark 1/2/3", "--mark", "'1/2/3'"},
		{"--uid root,!no-such-user", "--uid: there is no user", "'no-such-user'"},
		{"--netns nowhere", "--netns: there is no network namespace", "'nowhere'"},
		{"--cc nosuchcontrol", "--cc: there is no congestion control", "'nosuchcontrol'"},
		{"--iface none0", "--iface: there is no network interface", "'none0'"},
		{"--cgroup nowhere", "--cgroup: there is no cgroup", "'nowhere'"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_parse_refused(bad[i].line, bad[i].named, bad[i].got);
		assert_non_null(strstr(captured_stderr, "--help"));
	}
}

/* A value that the option takes; `number` has room for it. */
static const char *value_of(const struct option_row *row, char number[32])
{
	snprintf(number, 32, "%llu%s", row->min, row->kind == OPTION_TIME ? "us" : "");
	if (row->kind == OPTION_NAMES)
		return row->names[0].name;
	if (row->kind == OPTION_BURSTS)
		return "1s/2s";
	if (row->kind == OPTION_ZSTD)
		return "zstd";
	if (row->kind == OPTION_WHEN)
		return "yes";
	return row->kind == OPTION_FORMAT ? "csv" : number;
}

/* Tries every option that takes a value, with each command that takes the option. */
static void a_value_given_twice_is_refused(void **state)
{
	struct options options;
	char line[128], number[32];
	int nr_tried = 0;

	(void)state;
	for (const struct option_row *row = option_table; row->name; row++)
		for (const struct command_row *command = command_table; command->name; command++) {
			if (!row->metavar || row->kind == OPTION_FILTER ||
			    row->kind == OPTION_TEXTS ||
			    !(row->commands & COMMAND_BIT(command->command)))
				continue;
			snprintf(line, sizeof(line), "%s --%s %s --%s=65537", command->name,
				 row->name, value_of(row, number), row->name);
			assert_true(parse(line, &options) < 0);
			if (!strstr(captured_stderr, row->name) ||
			    !strstr(captured_stderr, "give it once"))
				fail_msg("'%s' was answered with: %s", line, captured_stderr);
			nr_tried++;
		}
	assert_true(nr_tried >= 10);
	assert_true(parse("--count 80 --count 443", &options) < 0);
	assert_non_null(
		strstr(captured_stderr, "--count takes one value, not both '80' and '443'"));
	assert_true(parse("-o a --output b", &options) < 0);
	assert_non_null(strstr(captured_stderr, "--output takes one value, not both 'a' and 'b'"));
	assert_int_equal(parse("-v -v --strict --strict", &options), 0);
	assert_int_equal(parse("--port 80 --port !81 --lport 1-9", &options), 0);
	assert_int_equal(options.filter.count, 3);
	assert_int_equal(options.filter.of[1].kind, FILTER_PORT);
	assert_string_equal(options.filter.of[1].text, "!81");
	assert_int_equal(parse("diff --fail-if a>1 --fail-if b>2 c d", &options), 0);
	assert_int_equal(options.fail_if.count, 2);
	assert_string_equal(options.fail_if.of[1], "b>2");
}

static bool begins_several(const char *text)
{
	int count = 0;

	for (const struct option_row *row = option_table; row->name; row++)
		count += !strncmp(row->name, text, strlen(text));
	return count > 1;
}

static void an_abbreviated_name_is_refused(void **state)
{
	struct options options;
	char line[64];

	(void)state;
	for (const struct option_row *row = option_table; row->name; row++) {
		int bytes = strlen(row->name) - 1;

		/*
		 * A single letter begins several names, so that it does not stand for this option.
		 */
		if (bytes < 2)
			continue;
		snprintf(line, sizeof(line), "%.*s", bytes, row->name);
		/* --to is an option of its own; --com begins both --comm and --compress. */
		if (option_table__find(line) || begins_several(line))
			continue;
		snprintf(line, sizeof(line), "--%.*s%s", bytes, row->name,
			 row->metavar ? " 9" : "");
		assert_true(parse(line, &options) < 0);
		if (!strstr(captured_stderr, "names are not abbreviated") ||
		    !strstr(captured_stderr, row->name))
			fail_msg("'%s' was answered with: %s", line, captured_stderr);
	}
	assert_true(parse("--por=80", &options) < 0);
	assert_non_null(strstr(captured_stderr, "unknown option --por: names"));
	assert_int_equal(parse("--port=80 -o --por", &options), 0);
	assert_string_equal(options.output, "--por");
}

/* Escape sequences are escaped in every message. */
static void escape_sequences_are_not_printed(void **state)
{
	struct options options;

	(void)state;
	assert_true(parse("--port \033[31m", &options) < 0);
	assert_non_null(strstr(captured_stderr, "not '\\x1b[31m'"));
	assert_true(parse("rec\033ord", &options) < 0);
	assert_null(strchr(captured_stderr, '\033'));
	assert_true(parse("--x\302\233m", &options) < 0);
	assert_non_null(strstr(captured_stderr, "--x\\xc2\\x9bm"));
	assert_true(parse("--port \303\274\377", &options) < 0);
	assert_non_null(strstr(captured_stderr, "'\303\274\\xff'"));
}

/* "-" is a stream: no file of that name is created. */
static void an_output_of_minus_is_stdout(void **state)
{
	struct options options;

	(void)state;
	assert_int_equal(parse("-o -", &options), 0);
	assert_null(options.output);
	assert_int_equal(parse("--output ./-", &options), 0);
	assert_string_equal(options.output, "./-");
	assert_true(parse("-o - --max-size 1M", &options) < 0);
	assert_non_null(strstr(captured_stderr, "--max-size needs --output as well"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_words_mean_trace_everything_to_stdout),
		cmocka_unit_test(every_option_is_taken),
		cmocka_unit_test(the_ends_of_each_range_are_taken),
		cmocka_unit_test(commands_are_recognised),
		cmocka_unit_test(bad_values_are_refused_and_named),
		cmocka_unit_test(a_value_given_twice_is_refused),
		cmocka_unit_test(an_abbreviated_name_is_refused),
		cmocka_unit_test(escape_sequences_are_not_printed),
		cmocka_unit_test(an_output_of_minus_is_stdout),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
