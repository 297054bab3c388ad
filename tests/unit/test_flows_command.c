// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf flows`: logs of every format, its three outputs, sorting, and what it refuses. */
#include <stdlib.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "report/text_width.h"

#include "../lib/command_line.h"
#include "../lib/findings.h"
#include "../lib/sample_siftr2.h"
#include "../lib/scratch.h"

/* The line of a flow begins with these columns. */
#define FLOW_1 "305419896,10.0.0.1,443,192.168.100.20,51234,,,,1700000000.001000,1499000,1,1,"
#define FLOW_2                                                                                \
	"1,2001:db8::1,22,fe80::a00:27ff:fe4e:66a1,60000,,,,1700000001.000001,0,1,0,,,,,,,,," \
	"5712,5712,5712,0,1101,1,0,,0,,,,,,0,,5712,,,,,,"

static void run(const char *line, int status)
{
	int got = run_command(line);

	if (got != status)
		fail_msg("exit status %d: %s", got, captured_stderr);
}

/* The text of the Nth line of what was printed, from 0. */
static const char *line_of(int number)
{
	const char *line = captured_stdout;

	for (; number && *line; number--) {
		const char *end = strchr(line, '\n');

		line = end ? end + 1 : line + strlen(line);
	}
	return line;
}

static void assert_line(int number, const char *beginning)
{
	assert_int_equal(strncmp(line_of(number), beginning, strlen(beginning)), 0);
}

static void every_flow_is_a_line(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	run("flows --format csv a.log", 0);
	assert_line(0, "flowid,laddr,lport,faddr,fport,comm,pid,cc_name,begin,duration_us,"
		       "lines_in,lines_out,bytes_sent,bytes_acked,bytes_received,"
		       "retransmissions,srtt_min,");
	assert_line(1, FLOW_1);
	assert_line(2, FLOW_2);
	assert_string_equal(line_of(3), "");
	/* Three packets of handshakes have no line, as in any log. */
	assert_string_equal(captured_stderr, "");
}

static void lost_packets_are_reported(void **state)
{
	char log[] = LOG, *count = strstr(log, "inbound_skipped_pkts_malloc=0");

	(void)state;
	count[strlen("inbound_skipped_pkts_malloc=")] = '2';
	write_file("a.log", log);
	run("flows a.log", 0);
	assert_string_equal(captured_stderr, "siftr-bpf: a.log: 2 packets of the run were lost, so "
					     "flows may have gaps\n");
}

/* The same rows in other formats give the same line. */
static void every_format_is_read(void **state)
{
	static const char *const formats[] = {"csv", "jsonl", "siftr-1.2"};
	char line[64], expected[sizeof(captured_stdout)];

	(void)state;
	write_file("a.log", LOG);
	run("flows --format csv a.log", 0);
	snprintf(expected, sizeof(expected), "%s", captured_stdout);
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		unlink("b.log");
		snprintf(line, sizeof(line), "convert -q --to %s -o b.log --compress zstd a.log",
			 formats[i]);
		run(line, 0);
		run("flows --format csv b.log", 0);
		if (i < 2)
			assert_string_equal(captured_stdout, expected);
		else
			assert_line(1, FLOW_1);
	}
}

static void siftr2_has_payload_and_names(void **state)
{
	(void)state;
	write_file("a.log", SIFTR2_LOG);
	run("flows --format jsonl a.log", 0);
	assert_non_null(strstr(captured_stdout, "\"cc_name\":\"cubic\""));
	assert_null(strstr(captured_stdout, "\"bytes_sent\":null"));
}

static void a_second_run_has_flows_of_its_own(void **state)
{
	(void)state;
	write_file("a.log", LOG LOG);
	run("flows -q --format csv a.log a.log", 0);
	for (int i = 0; i < 8; i++)
		assert_line(1 + i, i % 2 ? FLOW_2 : FLOW_1);
	assert_string_equal(line_of(9), "");
}

static void flows_are_sorted_chosen_and_cut(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	run("flows -q --format csv --sort inflight_max --top 1 a.log", 0);
	assert_line(1, FLOW_1);
	assert_string_equal(line_of(2), "");
	run("flows -q --format csv --sort lport a.log", 0);
	assert_line(1, FLOW_1);
	/* A value that is not known comes last. */
	run("flows -q --format csv --sort srtt_min a.log", 0);
	assert_line(2, FLOW_2);
	run("flows -q --format csv --sort laddr a.log", 0);
	assert_line(2, FLOW_2);
	run("flows -q --format csv --port 22 a.log", 0);
	assert_line(1, FLOW_2);
	assert_string_equal(line_of(2), "");
}

static void the_table_is_aligned(void **state)
{
	const char *title, *value;

	(void)state;
	write_file("a.log", LOG);
	run("flows -q a.log", 0);
	assert_line(0, "FLOW       LOCAL             FOREIGN ");
	title = strstr(captured_stdout, "INFLIGHT MAX");
	value = strstr(captured_stdout, "2.8KiB  ");
	assert_non_null(title);
	assert_non_null(value);
	assert_int_equal(title - line_of(0), value - line_of(1));
	assert_non_null(strstr(line_of(2), "[2001:db8::1]:22  "));
	assert_non_null(strstr(line_of(0), "  BEGIN 2023-11-14 UTC  "));
	assert_non_null(strstr(line_of(1), "  22:13:20.001000       "));
	assert_non_null(strstr(line_of(2), "  22:13:21.000001       "));
}

/* Names of processes and congestion controls are of any characters, or of none. */
static void names_of_any_characters_leave_it_aligned(void **state)
{
	int column = 0;

	(void)state;
	write_file("a.csv", "time,direction,laddr,lport,faddr,fport,flowid,comm,cc_name\n"
			    "1700000000.001000,o,10.0.0.1,1,10.0.0.2,2,7,sshd,cubic\n"
			    "1700000000.001000,o,10.0.0.1,1,10.0.0.2,3,8,d\xc3\xb6ner,x\xffy\n"
			    "1700000000.001000,o,10.0.0.1,1,10.0.0.2,4,9,\x1b[2J,\xe7\x95\x8c\n"
			    "1700000000.001000,o,10.0.0.1,1,10.0.0.2,5,6,e\xcc\x81,bbr\n");
	run("flows -q a.csv", 0);
	assert_non_null(strstr(line_of(3), "  \\x1b[2J  "));
	for (int i = 0; i < 5; i++) {
		char *line = strndup(line_of(i), strcspn(line_of(i), "\n"));
		char *begin = strstr(line, i ? "22:13:20" : "BEGIN");

		assert_non_null(begin);
		*begin = '\0';
		if (!i)
			column = text_width__columns(line);
		assert_int_equal(text_width__columns(line), column);
		free(line);
	}
}

/* The second connection begins a day later. */
static void connections_of_several_days_have_their_dates(void **state)
{
	char *text = edited(LOG, "1700000001.000001", "1700086401.000001");

	(void)state;
	write_file("a.log", text);
	free(text);
	run("flows -q a.log", 0);
	assert_non_null(strstr(line_of(0), "  BEGIN UTC   "));
	assert_non_null(strstr(line_of(1), "  2023-11-14 22:13:20.001000  "));
	assert_non_null(strstr(line_of(2), "  2023-11-15 22:13:21.000001  "));
}

/* An end of the log that is missing takes nothing away from what is there. */
static void an_incomplete_log_is_read_as_far_as_it_goes(void **state)
{
	(void)state;
	write_file("a.log", HEADER LINE_1 LINE_2 LINE_3);
	run("flows --format csv a.log", 1);
	assert_line(1, FLOW_1);
	assert_line(2, FLOW_2);
	assert_non_null(strstr(captured_stderr, "a.log: the run that began in line 1 has no "
						"footer: read as far as it goes"));
	write_file("a.log", "no log\n");
	run("flows a.log", 4);
	assert_non_null(strstr(captured_stderr, "are read"));
	run("flows missing.log", 4);
}

static void what_it_cannot_do_is_refused(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	run("flows --sort rtt a.log", 2);
	assert_non_null(strstr(captured_stderr, "such as duration_us, not 'rtt'"));
	run("flows --format siftr a.log", 2);
	assert_non_null(strstr(captured_stderr,
			       "flows prints --format table, csv or jsonl, not a log in siftr"));
	run("--format table", 2);
	assert_non_null(strstr(captured_stderr, "--format table is for flows"));
	run("convert --to table a.log", 2);
	run("flows --top 0 a.log", 2);
	run("flows", 2);
	assert_string_equal(captured_stdout, "");
}

#define FLOWS_TEST(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		FLOWS_TEST(every_flow_is_a_line),
		FLOWS_TEST(lost_packets_are_reported),
		FLOWS_TEST(every_format_is_read),
		FLOWS_TEST(siftr2_has_payload_and_names),
		FLOWS_TEST(a_second_run_has_flows_of_its_own),
		FLOWS_TEST(flows_are_sorted_chosen_and_cut),
		FLOWS_TEST(the_table_is_aligned),
		FLOWS_TEST(names_of_any_characters_leave_it_aligned),
		FLOWS_TEST(connections_of_several_days_have_their_dates),
		FLOWS_TEST(an_incomplete_log_is_read_as_far_as_it_goes),
		FLOWS_TEST(what_it_cannot_do_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
