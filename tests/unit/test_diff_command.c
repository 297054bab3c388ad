// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf diff` on logs whose numbers are worked out by hand: numbers of sets and of pairs,
 * their changes, what a log cannot tell, and conditions.
 */
#include <jansson.h>

#include "../lib/command_line.h"
#include "../lib/findings.h"
#include "../lib/sample_log.h"
#include "../lib/scratch.h"

#include "analyse/condition.h"

#define COLUMNS                                                                           \
	"time,direction,laddr,lport,faddr,fport,snd_cwnd,snd_ssthresh,max_seg_size,srtt," \
	"snd_buf_cc,sent_inflight_bytes,flowid"
#define COUNTED COLUMNS ",bytes_acked,total_retrans\n"
#define PLAIN	COLUMNS "\n"

/* Columns up to the one before srtt, and from the one behind it to flowid. */
#define ROW(second, lport, fport) \
	"170000000" #second ".000000,i,10.0.0.1," #lport ",10.0.0.2," #fport ",20,10,10,"
#define STATE ",0,0,"

/* 1 s with 1000000 bytes, and 4 s with 1000 bytes. */
#define LOG_A                                                                               \
	COUNTED ROW(0, 443, 50001) "50" STATE "7,0,0\n" ROW(                                \
		0, 443, 50002) "10" STATE                                                   \
			       "8,0,0\n" ROW(1, 443, 50001) "60" STATE "7,1000000,2\n" ROW( \
				       4, 443, 50002) "20" STATE "8,1000,0\n"
/* 2 s with 1000000 bytes, and 4 s with 2000 bytes, in the other order. */
#define LOG_B                                                                               \
	COUNTED ROW(0, 443, 50002) "11" STATE "3,0,0\n" ROW(                                \
		0, 443, 50001) "55" STATE                                                   \
			       "4,5,1\n" ROW(2, 443, 50001) "63" STATE "4,1000005,4\n" ROW( \
				       4, 443, 50002) "20" STATE "3,2000,0\n"
/* The first flow of A, alone and without its counters. */
#define LOG_PLAIN PLAIN ROW(0, 443, 50001) "50" STATE "7\n" ROW(1, 443, 50001) "60" STATE "7\n"

static void run(const char *line, int status)
{
	int got = run_command(line);

	if (got != status)
		fail_msg("exit status %d: %s%s", got, captured_stdout, captured_stderr);
}

static int enter(void **state)
{
	int err = enter_scratch(state);

	write_file("a.csv", LOG_A);
	write_file("b.csv", LOG_B);
	write_file("plain.csv", LOG_PLAIN);
	return err;
}

static void assert_says(const char *text)
{
	if (!strstr(captured_stderr, text))
		fail_msg("not '%s' but: %s", text, captured_stderr);
}

static void assert_prints(const char *text)
{
	if (!strstr(captured_stdout, text))
		fail_msg("not '%s' but: %s", text, captured_stdout);
}

static void sets_are_compared_number_by_number(void **state)
{
	(void)state;
	run("diff a.csv b.csv", 0);
	assert_string_equal(
		captured_stdout,
		"A: a.csv, 2 connections\n"
		"B: b.csv, 2 connections\n"
		"  NUMBER                                  A            B         CHANGE\n"
		"  flows                                   2            2              0\n"
		"  duration_median                    1.000s       2.000s       +100.0 %\n"
		"  duration_p95                       4.000s       4.000s              0\n"
		"  srtt_median                          20us         20us              0\n"
		"  srtt_p95                             60us         63us         +5.0 %\n"
		"  cwnd_median                           20B          20B              0\n"
		"  cwnd_p95                              20B          20B              0\n"
		"  rate_median                        250B/s       500B/s       +100.0 %\n"
		"  rate_p95                       976.6KiB/s   488.3KiB/s        -50.0 %\n"
		"  retransmissions                         2            3        +50.0 %\n"
		"  retransmissions_median                  0            0              0\n"
		"  retransmissions_p95                     2            3        +50.0 %\n"
		"  send_idle_share                   100.0 %      100.0 %    +0.0 points\n"
		"  receive_unknown_share             100.0 %      100.0 %    +0.0 points\n"
		"  Not known of A: receive_rate_median, receive_rate_p95, recoveries, "
		"timeouts.\n"
		"  Not known of B: receive_rate_median, receive_rate_p95, recoveries, "
		"timeouts.\n");
	assert_string_equal(captured_stderr, "");
}

static void pairs_are_matched_by_ports_or_order(void **state)
{
	const char *first, *second;

	(void)state;
	run("diff --match ports a.csv b.csv", 0);
	first = strstr(captured_stdout, "\nA: 10.0.0.1:443 > 10.0.0.2:50001, flow 7\n"
					"B: 10.0.0.1:443 > 10.0.0.2:50001, flow 4\n");
	second = strstr(captured_stdout, "\nA: 10.0.0.1:443 > 10.0.0.2:50002, flow 8\n"
					 "B: 10.0.0.1:443 > 10.0.0.2:50002, flow 3\n");
	assert_non_null(first);
	assert_non_null(second);
	assert_true(first < second);
	assert_non_null(strstr(first, "srtt_median                          50us         55us"));
	assert_non_null(strstr(second, "srtt_median                          10us         11us"));
	run("diff --match order a.csv b.csv", 0);
	assert_prints("\nA: 10.0.0.1:443 > 10.0.0.2:50001, flow 7\n"
		      "B: 10.0.0.1:443 > 10.0.0.2:50002, flow 3\n");
}

static void connections_without_a_partner_are_left_out_and_named(void **state)
{
	(void)state;
	run("diff --match ports plain.csv b.csv", 0);
	assert_says("1 connection of B is left out: the other logs have none to match");
	assert_prints("B: b.csv, 1 connection\n");
	/* Alone it is the one of ports 443 and 50001. */
	assert_prints("  srtt_median                          50us         55us        +10.0 %\n");
	run("diff plain.csv b.csv", 0);
	assert_says("A has 1 connection, B has 2");
	write_file("other.csv", PLAIN ROW(0, 80, 50001) "50" STATE "7\n");
	run("diff --match ports a.csv other.csv", 1);
	assert_says("no connection of A matches one of B: nothing is compared");
}

static void what_one_side_cannot_tell_is_said(void **state)
{
	(void)state;
	run("diff plain.csv b.csv", 0);
	assert_prints("  retransmissions                         -            3              -\n");
	assert_prints("  Not known of A: rate_median, rate_p95, receive_rate_median, "
		      "receive_rate_p95, retransmissions, ");
	assert_prints("  Limits may differ because only the logs of B have bytes_acked.\n");
	run("diff --fail-if retransmissions>+10% plain.csv b.csv", 1);
	assert_says("--fail-if 'retransmissions>+10%' cannot be decided: retransmissions is not "
		    "known of A");
	/* The value of B alone is enough for this one. */
	run("diff --fail-if retransmissions>3 plain.csv b.csv", 0);
}

static void sets_are_separated_by_vs(void **state)
{
	(void)state;
	run("diff a.csv plain.csv vs b.csv", 0);
	assert_prints("A: a.csv plain.csv, 3 connections\nB: b.csv, 2 connections\n");
	write_file("vs", LOG_B);
	run("diff a.csv ./vs", 0);
	run("diff a.csv b.csv plain.csv", 2);
	assert_says("diff takes two logs, A and B, or two sets of logs with the word vs between");
	run("diff a.csv", 2);
	run("diff a.csv vs", 2);
	run("diff vs a.csv", 2);
	run("diff a.csv vs b.csv vs plain.csv", 2);
}

static void a_condition_that_holds_fails(void **state)
{
	(void)state;
	run("diff --fail-if srtt_p95>+5% --fail-if rate_p95<-50% a.csv b.csv", 0);
	run("diff --fail-if srtt_p95>=+5% a.csv b.csv", 1);
	assert_says("--fail-if 'srtt_p95>=+5%' holds: 60us in A, 63us in B");
	run("diff --fail-if srtt_p95>+2us a.csv b.csv", 1);
	run("diff --fail-if srtt_p95>+0.003ms a.csv b.csv", 0);
	run("diff --fail-if duration_median>=2s a.csv b.csv", 1);
	run("diff --fail-if rate_median<1K a.csv b.csv", 1);
	run("diff --fail-if send_idle_share<=+0% a.csv b.csv", 1);
	run("diff --fail-if send_idle_share<100% a.csv b.csv", 0);
	/* The median of all connections did not change, and that of each pair rose by a tenth. */
	run("diff --match ports --fail-if srtt_median>+9% a.csv b.csv", 1);
	assert_says("holds of flow 7 and flow 4: 50us in A, 55us in B");
	assert_says("holds of flow 8 and flow 3: 10us in A, 11us in B");
}

/* Any rise from 0 is more than any percent, and no change from 0 is none. */
static void percent_of_nothing(void **state)
{
	struct summary zero = {.known = {[SUMMARY_timeouts] = true}}, one = zero;
	struct condition condition;

	(void)state;
	one.value[SUMMARY_timeouts] = 1;
	assert_int_equal(condition__parse(&condition, " timeouts  > +1000% "), 0);
	assert_int_equal(condition__test(&condition, &zero, &one), CONDITION_HOLDS);
	assert_int_equal(condition__test(&condition, &zero, &zero), CONDITION_FALSE);
	assert_int_equal(condition__test(&condition, &one, &zero), CONDITION_FALSE);
	zero.known[SUMMARY_timeouts] = false;
	assert_int_equal(condition__test(&condition, &zero, &one), CONDITION_UNDECIDED);
}

static void a_wrong_condition_is_refused(void **state)
{
	static const char *const wrong[] = {
		"srtt_p95",	"srtt_p95>",	    "srtt_p95=1ms",
		"srtt_p95>10%", "srtt_p95>10",	    "srtt_p95>+1x",
		"flows>+nan",	"flows>0x10",	    "flows>1e3",
		"flows>1.2.3",	"flows>++1",	    "send_idle_share>1",
		"flows>-",	"rate_p95>1Mbit/s", "flows>1junk",
		"cwnd_p95>1ms", "timeouts>+5%%",    ">+1%",
	};
	char line[128];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		snprintf(line, sizeof(line), "diff --fail-if %s a.csv b.csv", wrong[i]);
		run(line, 2);
		assert_string_equal(captured_stdout, "");
		assert_says(wrong[i]);
	}
	run("diff --fail-if rtt>+10% a.csv b.csv", 2);
	assert_says("no number is called 'rtt'; there are flows, duration_median,");
	assert_says(", srtt_p95, ");
	assert_says(", receive_unknown_share\n");
	run("diff --match pid a.csv b.csv", 2);
	run("diff --fail-if '' a.csv b.csv", 2);
}

static void json_has_all_numbers(void **state)
{
	json_t *read;

	(void)state;
	run("diff --json --match order --fail-if srtt_p95>+5% --fail-if timeouts>0 a.csv plain.csv",
	    1);
	assert_prints("{\"a\":{\"files\":[\"a.csv\"],\"lacking\":[]},\"b\":{\"files\":["
		      "\"plain.csv\"],\"lacking\":[\"bytes_acked\"]},\"numbers\":{\"flows\":"
		      "{\"a\":1,\"b\":1,\"percent\":0.000},");
	assert_prints("\"rate_p95\":{\"a\":1000000,\"b\":null,\"percent\":null}");
	assert_prints("\"send_idle_share\":{\"a\":100.000,\"b\":100.000,\"points\":0.000}");
	assert_prints("\"pairs\":[\n{\"a\":{\"flowid\":7,\"laddr\":\"10.0.0.1\",\"lport\":443,");
	assert_prints("],\"conditions\":[{\"text\":\"srtt_p95>+5%\",\"result\":\"false\"},"
		      "{\"text\":\"timeouts>0\",\"result\":\"undecided\"}]}\n");
	read = json_loads(captured_stdout, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(read);
	assert_int_equal(json_object_size(json_object_get(read, "numbers")), SUMMARY_NUMBERS);
	json_decref(read);
}

static void logs_without_connections_are_an_error(void **state)
{
	(void)state;
	write_file("empty.csv", PLAIN);
	run("diff a.csv empty.csv", 1);
	assert_says("the logs of B have no packet of a connection: nothing is compared\n");
	run("diff --port 1 a.csv b.csv", 1);
	assert_says("the logs of A have no connection that was chosen: nothing is compared; "
		    "siftr-bpf flows without filters lists all\n");
	assert_says("the logs of B have no connection that was chosen");
	run("diff a.csv missing.csv", 4);
	assert_null(strstr(captured_stderr, "no connection"));
}

/* What there is of a log is compared, but a gate does not pass. */
static void an_incomplete_log_is_no_success(void **state)
{
	(void)state;
	write_file("whole.log", LOG);
	write_file("cut.log", HEADER LINE_1 LINE_2 LINE_3);
	run("diff -q whole.log whole.log", 0);
	run("diff whole.log cut.log", 1);
	assert_says("cut.log: the run that began in line 1 has no footer");
	assert_prints("  srtt_p95                           25.0ms       25.0ms              0\n");
}

#define DIFF_TEST(test) cmocka_unit_test_setup_teardown(test, enter, leave_scratch)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DIFF_TEST(sets_are_compared_number_by_number),
		DIFF_TEST(pairs_are_matched_by_ports_or_order),
		DIFF_TEST(connections_without_a_partner_are_left_out_and_named),
		DIFF_TEST(what_one_side_cannot_tell_is_said),
		DIFF_TEST(sets_are_separated_by_vs),
		DIFF_TEST(a_condition_that_holds_fails),
		DIFF_TEST(percent_of_nothing),
		DIFF_TEST(a_wrong_condition_is_refused),
		DIFF_TEST(json_has_all_numbers),
		DIFF_TEST(logs_without_connections_are_an_error),
		DIFF_TEST(an_incomplete_log_is_no_success),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
