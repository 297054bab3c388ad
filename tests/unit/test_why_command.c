// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf why`: what it prints of each connection, which it chooses, and what it refuses. */
#include "../lib/command_line.h"
#include "../lib/findings.h"
#include "../lib/sample_siftr2.h"
#include "../lib/scratch.h"

static void run(const char *line, int status)
{
	int got = run_command(line);

	if (got != status)
		fail_msg("exit status %d: %s", got, captured_stderr);
}

static bool is_printed(const char *text)
{
	return strstr(captured_stdout, text) != NULL;
}

/* Two rows 1.499 s apart with 1448 bytes unsent and room in both windows. */
static void each_connection_has_its_ledger_and_sentences(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	run("why a.log", 0);
	assert_true(
		is_printed("10.0.0.1:443 > 192.168.100.20:51234, flow 305419896: 1.499s from "
			   "2023-11-14 22:13:20.001000 UTC\n"
			   "  as sender    unknown           100.0 %  1.499s\n"
			   "  as receiver  sender            100.0 %  1.499s\n"
			   "  1. Data waited 1.499s (100 %) with room in both windows: pacing or "
			   "this host's queue, which --fields +rate tells apart.\n"
			   "  Without --fields +rate, 1.499s could not be decided"));
	assert_true(is_printed("\n\n[2001:db8::1]:22 > [fe80::a00:27ff:fe4e:66a1]:60000, flow 1: "
			       "0us from 2023-11-14 22:13:21.000001 UTC\n"
			       "  One moment is too little to say anything.\n"));
	assert_false(is_printed("No events"));
	run("why --events a.log", 0);
	assert_true(is_printed("  TIME (UTC)            COST "));
	assert_true(is_printed("\n  22:13:20.001000  "));
	assert_true(is_printed("stall"));
	assert_true(is_printed("No events."));
}

/* A row of LINE_1's flow at a second: the peer's window, the segment size, bytes written and sent.
 */
#define ROW(second, snd_wnd, mss, written, sent)                                     \
	"i,170000000" second                                                         \
	".001000,10.0.0.1,443,192.168.100.20,51234,1073725440,14480,34," snd_wnd     \
	",63740,7,9,4," mss ",25000,1,996,204000,87040," written ",131072,100," sent \
	",0,305419896,191\n"

/* A recovery from 2 s to 3 s, at the end of which ssthresh is what it was. */
#define STATE(second, ssthresh, t_flags)                                                    \
	"i,170000000" second ".001000,10.0.0.1,443,192.168.100.20,51234," ssthresh ",14480" \
	",34,65535,63740,7,9,4,1460,25000,1," t_flags ",204000,87040,2896,131072,100,2896"  \
	",0,305419896,191\n"

/* From 2 s to 3 s, and after a step back to 1 s again. */
static void a_clock_that_was_set_back_is_said(void **state)
{
	(void)state;
	write_file("a.log", ROW("2", "65535", "1460", "2896", "2896")
				    ROW("3", "65535", "1460", "2896", "2896")
					    ROW("1", "65535", "1460", "2896", "2896"));
	run("why a.log", 0);
	assert_true(is_printed(": 1.000s from 2023-11-14 22:13:22.001000 UTC\n"));
	assert_true(is_printed("\n  The clock was set back 1 time: what passed meanwhile is not "
			       "counted.\n"));
}

static void what_was_undone_is_said(void **state)
{
	(void)state;
	write_file("a.log", HEADER LINE_1 STATE("1", "90000", "996") STATE("2", "8000", "1049572")
				    STATE("3", "90000", "996"));
	run("why a.log", 1);
	assert_true(
		is_printed("\n  1 reduction of the window was undone: segments had been taken for "
			   "lost that were only reordered or late.\n"));
	write_file("b.log", HEADER LINE_1 STATE("1", "90000", "996") STATE("2", "8000", "1049572")
				    STATE("3", "8000", "996"));
	run("why b.log", 1);
	assert_false(is_printed("undone"));
}

/* A second each of a closed window, of a silent application and of a full congestion window. */
static void what_has_no_cost_is_said_beside_three_that_have(void **state)
{
	(void)state;
	write_file("a.log", HEADER LINE_1 ROW("1", "0", "1460", "4344", "2896")
				    ROW("2", "65535", "1460", "2896", "2896")
					    ROW("3", "65535", "1460", "20000", "14480")
						    ROW("4", "65535", "1000", "20000", "14480"));
	run("why a.log", 1);
	assert_true(is_printed("\n  3. "));
	assert_false(is_printed("\n  4. "));
	assert_true(is_printed("\n  The segment size fell from 1448 to 988 bytes at 22:13:24.001"));
	run("why --events a.log", 1);
	assert_true(is_printed(" segment size fall       -, from 1448 to 988 bytes\n"));
}

/* Sizes of events have their units, as all others. */
static void what_an_event_changed_is_said(void **state)
{
	char text[2048];
	size_t used = (size_t)snprintf(text, sizeof(text),
				       "time,direction,laddr,lport,faddr,fport,flowid,snd_ssthresh,"
				       "snd_cwnd,snd_wnd,max_seg_size,srtt,t_flags,rto,snd_buf_cc,"
				       "sent_inflight_bytes\n");

	(void)state;
	for (int i = 0; i < 6; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "1700000000.%d00000,i,10.0.0.1,1,10.0.0.2,2,7,%d,%d,"
					 "655350,1460,25000,%d,204000,289600,28960\n",
					 i, i < 2 ? 1073725440 : 51200, i < 3 ? 102400 : 51200,
					 i == 2 || i == 3 ? 1049572 : 996);
	write_file("a.csv", text);
	run("why --events a.csv", 0);
	assert_true(is_printed(" cwnd fall               recovery, from 100.0KiB to 50.0KiB\n"));
}

/* Two seconds before midnight, and two after it. */
static void times_after_midnight_have_their_date(void **state)
{
	(void)state;
	write_file("a.csv", "time,direction,laddr,lport,faddr,fport,snd_cwnd,snd_wnd,max_seg_size,"
			    "srtt,rto,snd_buf_cc,sent_inflight_bytes,flowid\n"
			    "1700006398.000000,o,10.0.0.1,1,10.0.0.2,2,14480,9999,1448,1000,200000,"
			    "2896,0,7\n"
			    "1700006400.000000,o,10.0.0.1,1,10.0.0.2,2,14480,0,1448,1000,200000,"
			    "2896,0,7\n"
			    "1700006403.000000,o,10.0.0.1,1,10.0.0.2,2,14480,9999,1448,1000,200000,"
			    "2896,0,7\n");
	run("why --events a.csv", 0);
	assert_true(is_printed(": 5.000s from 2023-11-14 23:59:58.000000 UTC\n"));
	assert_true(is_printed("\n  TIME (UTC)                       COST "));
	assert_true(is_printed("\n  2023-11-15 00:00:00.000000  "));
}

/* tcp_probe's times count from its start. */
static void times_without_a_date_are_seconds(void **state)
{
	static const char lines[] =
		"2.221032535 10.0.0.2:39815 10.0.0.1:5001 32 0x1a2a710c 0x1a2a387c 11 2147483647 "
		"14592 85 29200\n"
		"90002.221032535 10.0.0.2:39815 10.0.0.1:5001 32 0x1a2a710c 0x1a2a387c 11 "
		"2147483647 14592 90 29200\n";

	(void)state;
	write_file("a.probe", lines);
	run("why --events a.probe", 0);
	assert_true(is_printed("10.0.0.2:39815 > 10.0.0.1:5001, flow 0: 90000.000s from "
			       "2.221032s\n"));
	assert_false(is_printed("UTC"));
	assert_false(is_printed("1970"));
	assert_true(is_printed("\n  TIME              "));
	assert_true(is_printed("\n  2.221032s  "));
	run("flows a.probe", 0);
	assert_true(is_printed("  BEGIN      TIME  "));
	assert_true(is_printed("  2.221032s  90000.000s  "));
	run("top --once --replay a.probe", 0);
	assert_true(is_printed("3.221032s  1 connection  "));
}

static void connections_are_chosen(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	run("why -q --flow 1 a.log", 0);
	assert_true(is_printed("flow 1:"));
	assert_false(is_printed("flow 305419896"));
	run("why -q --host 192.168.100.20 a.log", 0);
	assert_false(is_printed("flow 1:"));
	run("flows -q --format csv --host fe80:0::a00:27ff:fe4e:66a1 a.log", 0);
	assert_true(is_printed("\n1,2001:db8::1"));
	assert_false(is_printed("305419896"));
	run("why -q --port 443 --top 1 a.log", 0);
	assert_false(is_printed("flow 1:"));
}

/* An empty run is an answer, but filters that choose nothing may be mistyped: scripts must see it.
 */
static void logs_without_connections_and_filters_that_choose_none_differ(void **state)
{
	static const char *const commands[] = {"why", "flows"};
	char line[64];

	(void)state;
	write_file("a.log", LOG);
	write_file("empty.log", HEADER FOOTER_START "\n");
	write_file("killed.log", HEADER);
	for (int i = 0; i < 2; i++) {
		snprintf(line, sizeof(line), "%s --host 10.9.9.9 a.log", commands[i]);
		run(line, 1);
		assert_string_equal(captured_stdout, "");
		assert_non_null(strstr(
			captured_stderr,
			"siftr-bpf: a.log has no connection that was chosen; siftr-bpf flows without filters lists all\n"));
		snprintf(line, sizeof(line), "%s -q --port 1 a.log a.log", commands[i]);
		run(line, 1);
		assert_non_null(strstr(captured_stderr, "the logs have no connection that was"));
		snprintf(line, sizeof(line), "%s empty.log", commands[i]);
		run(line, 0);
		assert_string_equal(captured_stdout, "");
		assert_non_null(
			strstr(captured_stderr, "empty.log has no packet of a connection\n"));
		snprintf(line, sizeof(line), "%s killed.log", commands[i]);
		run(line, 1);
		assert_non_null(
			strstr(captured_stderr, "killed.log has no packet of a connection"));
		snprintf(line, sizeof(line), "%s missing.log", commands[i]);
		run(line, 4);
		assert_null(strstr(captured_stderr, "no connection"));
	}
	run("flows --format csv empty.log", 0);
	assert_non_null(strstr(captured_stdout, "flowid,"));
}

static void what_it_cannot_do_is_refused(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	run("why --host example a.log", 2);
	assert_non_null(
		strstr(captured_stderr, "--host takes addresses such as 10.0.0.1 or fd00::/8"));
	run("why --sort lport a.log", 2);
	run("flows --events a.log", 2);
	run("why", 2);
	run("why missing.log", 4);
}

#define WHY_TEST(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WHY_TEST(each_connection_has_its_ledger_and_sentences),
		WHY_TEST(a_clock_that_was_set_back_is_said),
		WHY_TEST(what_was_undone_is_said),
		WHY_TEST(what_has_no_cost_is_said_beside_three_that_have),
		WHY_TEST(what_an_event_changed_is_said),
		WHY_TEST(times_after_midnight_have_their_date),
		WHY_TEST(times_without_a_date_are_seconds),
		WHY_TEST(connections_are_chosen),
		WHY_TEST(logs_without_connections_and_filters_that_choose_none_differ),
		WHY_TEST(what_it_cannot_do_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
