// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf top` of a log: its snapshots as text and as JSON, and what it refuses. */
#include <stdlib.h>

#include "report/text_width.h"

#include "../lib/command_line.h"
#include "../lib/findings.h"
#include "../lib/sample_log.h"
#include "../lib/scratch.h"

static void run(const char *line, int status)
{
	int got = run_command(line);

	if (got != status)
		fail_msg("exit status %d: %s", got, captured_stderr);
}

static int count_printed(const char *text)
{
	int count = 0;

	for (const char *at = captured_stdout; (at = strstr(at, text)); at++)
		count++;
	return count;
}

/* The lines of the log are 0.999 s and 1.499 s after the first. */
static void a_snapshot_is_printed_for_each_interval(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	run("top --replay a.log", 0);
	assert_int_equal(count_printed("LIMITED BY"), 2);
	assert_int_equal(count_printed("22:13:21.001000 UTC  2 connections  "), 1);
	assert_int_equal(count_printed("2023-11-14"), 0);
	assert_int_equal(count_printed(" lost  in - bit/s  out - bit/s  3 packets\n"), 1);
	run("top --interval 500ms --replay a.log", 0);
	assert_int_equal(count_printed("LIMITED BY"), 3);
	run("top --interval 1000000s --replay a.log", 0);
	assert_int_equal(count_printed("LIMITED BY"), 1);
	run("top --once --replay a.log", 0);
	assert_int_equal(count_printed("LIMITED BY"), 1);
}

static void a_snapshot_of_another_day_has_its_date(void **state)
{
	char *text = edited(LOG, "1700000001.500000", "1700010001.500000");

	(void)state;
	write_file("a.log", text);
	free(text);
	run("top --interval 7000s --replay a.log", 0);
	assert_int_equal(count_printed("2023-11-15 00:10:00.001000 UTC  "), 1);
}

static void json_has_an_object_a_line(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	run("top --interval 500ms --once --json --replay a.log", 0);
	assert_string_equal(
		captured_stdout,
		"{\"time\":1700000000.501000,\"flows\":1,\"packets\":1,\"lost\":0,"
		"\"forgotten_flows\":0,\"received_rate\":null,\"sent_rate\":null,"
		"\"connections\":[{\"flowid\":305419896,\"laddr\":\"10.0.0.1\",\"lport\":443,"
		"\"faddr\":\"192.168.100.20\",\"fport\":51234,\"comm\":null,\"pid\":null,"
		"\"cc_name\":null,\"state\":\"ESTAB\",\"cwnd\":14480,\"ssthresh\":1073725440,"
		"\"inflight\":2896,\"srtt\":25000,\"min_rtt\":null,\"rto\":204000,"
		"\"sent_rate\":null,\"delivered_rate\":null,\"received_rate\":null,"
		"\"retransmitted_rate\":null,\"limit\":\"unknown\",\"limit_of\":\"sender\","
		"\"limit_share\":1.00}]}\n");
}

/* The widest name, printed with escapes, has more columns than the title has room for. */
static void names_of_any_characters_leave_the_columns_aligned(void **state)
{
	char *line, *end, *limit;
	int column = 0;

	(void)state;
	write_file("a.csv", "time,direction,laddr,lport,faddr,fport,flowid,comm,cc_name\n"
			    "1700000000.001000,o,10.0.0.1,1,10.0.0.2,2,7,d\xc3\xb6ner,cubic\n"
			    "1700000000.001000,o,10.0.0.1,1,10.0.0.2,3,8,\x1b\x1b\x1b\x1b\x1b,bbr\n"
			    "1700000000.001000,o,2001:db8:1111:2222:3333:4444:5555:6666,40001,"
			    "2001:db8:1111:2222:3333:4444:5555:7777,40000,9,"
			    "\xe7\x95\x8c,\xffx\n");
	run("top --once --replay a.csv", 0);
	line = strstr(captured_stdout, "FLOW");
	for (int i = 0; i < 4; i++, line = end + 1) {
		assert_non_null(line);
		end = strchr(line, '\n');
		assert_non_null(end);
		*end = '\0';
		limit = strstr(line, i ? "idle" : "LIMITED");
		assert_non_null(limit);
		*limit = '\0';
		if (!i)
			column = text_width__columns(line);
		assert_int_equal(text_width__columns(line), column);
	}
}

static void connections_are_chosen_and_sorted(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	run("top --replay a.log --interval 1000000s --port 22", 0);
	assert_int_equal(count_printed("1 connection  "), 1);
	assert_int_equal(count_printed("[2001:db8::1]:22 "), 1);
	run("top --replay a.log --interval 1000000s --sort flowid", 0);
	assert_true(strstr(captured_stdout, "\n1 ") < strstr(captured_stdout, "\n305419896 "));
	run("top --replay a.log --interval 1000000s --sort cwnd --top 1", 0);
	assert_int_equal(count_printed("\n305419896 "), 1);
	assert_int_equal(count_printed("\n1 "), 0);
	assert_int_equal(count_printed("\nand 1 more\n"), 1);
}

static void what_it_cannot_do_is_refused(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	run("top --replay a.log --sort lport", 2);
	assert_non_null(strstr(captured_stderr, "top has no column 'lport'; its columns are "));
	run("top --replay a.log --uid 0", 2);
	assert_non_null(strstr(captured_stderr, "--uid is for a top that traces by itself"));
	run("top --replay a.log --dir in", 2);
	run("top --interval 10ms --replay a.log", 2);
	run("top --ppl 3", 2);
	run("top a.log", 2);
	run("top --replay missing.log", 4);
	write_file("a.log", HEADER LINE_1);
	run("top --replay a.log", 1);
	assert_int_equal(count_printed("LIMITED BY"), 1);
	write_file("a.log", "");
	run("top --replay a.log", 0);
	assert_string_equal(captured_stdout, "");
	assert_string_equal(captured_stderr, "siftr-bpf: a.log has no packet of a connection\n");
}

#define TOP_TEST(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TOP_TEST(a_snapshot_is_printed_for_each_interval),
		TOP_TEST(a_snapshot_of_another_day_has_its_date),
		TOP_TEST(json_has_an_object_a_line),
		TOP_TEST(names_of_any_characters_leave_the_columns_aligned),
		TOP_TEST(connections_are_chosen_and_sorted),
		TOP_TEST(what_it_cannot_do_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
