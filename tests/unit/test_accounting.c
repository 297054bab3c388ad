// SPDX-License-Identifier: BSD-2-Clause
/*
 * The packet accounting: its table, its JSON and its sums, and whether it notices that it does not
 * balance.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <siftr/array_size.h>

#include "accounting/accounting.h"
#include "accounting/accounting_json.h"

/* An accounting in which all counters differ, so that nearly every sum shows its terms. */
static struct accounting sample(void)
{
	struct accounting accounting = {};
	__u64 *in = accounting.kernel.of[SIFTR_IN];

	in[SIFTR_FILTERED_PORT] = 1000000;
	in[SIFTR_SKIPPED_STATE] = 1;
	in[SIFTR_DROPPED_BACKLOG] = 5;
	in[SIFTR_SKIPPED_SOCK] = 10;
	in[SIFTR_SKIPPED_LATE] = 30;
	in[SIFTR_SAMPLED] = 100;
	in[SIFTR_LOST_RING] = 1000;
	in[SIFTR_LOST_FLOW] = 8000;
	in[SIFTR_LOST_FLOW_FULL] = 2000;
	in[SIFTR_RECORDS] = 100000;
	accounting.lines[SIFTR_IN] = 98950;
	accounting.lost_log[SIFTR_IN] = 50;
	accounting.lost_output[SIFTR_IN] = 600;
	accounting.after_end[SIFTR_IN] = 400;
	accounting.kernel.of[SIFTR_OUT][SIFTR_RECORDS] = 7;
	accounting.lines[SIFTR_OUT] = 7;
	return accounting;
}

static void filtered_packets_are_not_seen(void **state)
{
	struct accounting accounting = sample();

	(void)state;
	assert_int_equal(accounting__seen(&accounting, SIFTR_IN), 111146);
	assert_int_equal(accounting__seen(&accounting, SIFTR_OUT), 7);
}

static void the_footer_keeps_the_contract(void **state)
{
	struct accounting accounting = sample();
	struct format_totals totals;
	__u64 skipped;

	(void)state;
	accounting__totals(&accounting, &totals);
	assert_int_equal(totals.skipped_malloc[SIFTR_IN], 11650);
	assert_int_equal(totals.skipped_tcpcb[SIFTR_IN], 6);
	assert_int_equal(totals.skipped_inpcb[SIFTR_IN], 40);
	skipped = totals.skipped_malloc[SIFTR_IN] + totals.skipped_tcpcb[SIFTR_IN] +
		  totals.skipped_inpcb[SIFTR_IN];
	/*
	 * Lines are the packets less those skipped and, at --ppl above 1, less the packets between
	 * lines, here 100.
	 */
	assert_int_equal(totals.packets[SIFTR_IN] - skipped - 100, accounting.lines[SIFTR_IN]);
	assert_int_equal(totals.packets[SIFTR_OUT], accounting.lines[SIFTR_OUT]);
}

static void losses_are_summed_over_causes(void **state)
{
	struct accounting accounting = sample();

	(void)state;
	assert_int_equal(accounting__lost(&accounting), 11650);
}

static void an_imbalance_is_found_and_printed(void **state)
{
	struct accounting accounting = sample();
	char text[8192] = "";
	FILE *stream;

	(void)state;
	assert_int_equal(accounting__unexplained(&accounting), 0);
	accounting.lines[SIFTR_IN] -= 3;
	assert_int_equal(accounting__unexplained(&accounting), 3);
	stream = fmemopen(text, sizeof(text), "w");
	accounting__print(&accounting, stream);
	fclose(stream);
	assert_non_null(strstr(text, "does NOT balance: 3"));
}

/*
 * Writes the accounting as JSON and removes white space, so that the expected text does not depend
 * on the layout.
 */
static void json_of(const struct accounting *accounting, char *text, size_t bytes)
{
	FILE *stream = fmemopen(text, bytes, "w");
	size_t kept = 0;

	assert_int_equal(accounting_json__write(accounting, stream), 0);
	fclose(stream);
	for (size_t i = 0; text[i]; i++)
		if (text[i] != ' ' && text[i] != '\n')
			text[kept++] = text[i];
	text[kept] = '\0';
}

static void json_has_every_term_under_its_name(void **state)
{
	struct accounting accounting = sample();
	char text[8192] = "";

	(void)state;
	accounting.flows = 5;
	accounting.unobserved_ns = 1500000000;
	accounting.way = "fentry";
	accounting.preemption = "voluntary";
	accounting.flow_storage = "socket storage";
	accounting.coalesced_known = 1;
	accounting.left_out = HOOK_BIT(HOOK_TIMEWAIT) | HOOK_BIT(HOOK_DESTROY_SOCK);
	accounting.kernel.of[SIFTR_IN][SIFTR_COALESCED] = 4;
	accounting.nr_hooks = 2;
	accounting.missed[0].hook = "transmit_skb";
	accounting.missed[0].runs = 3;
	accounting.missed[1].hook = "timewait";
	accounting.missed[1].runs = PROG_MISSES_UNKNOWN;
	json_of(&accounting, text, sizeof(text));
	assert_string_equal(
		text,
		"{\"in\":{\"hook_runs\":1111146,\"seen\":111146,\"filtered\":1000000,\"filtered_direction\":0,\"filtered_port\":1000000,\"filtered_ip\":0,\"filtered_address\":0,"
		"\"filtered_netns\":0,\"filtered_uid\":0,\"filtered_mark\":0,\"filtered_cc\":0,\"filtered_iface\":0,\"filtered_cgroup\":0,\"filtered_pid\":0,\"filtered_comm\":0,"
		"\"skipped_state\":1,\"skipped_sock\":10,\"skipped_late\":30,\"dropped_backlog\":5,\"sampled\":100,\"lost_ring\":1000,"
		"\"lost_flow\":8000,\"lost_flow_full\":2000,\"records\":100000,\"rests\":0,\"lost_weight\":0,\"lost_output\":600,\"lost_log\":50,\"after_end\":400,"
		"\"lines\":98950},\"out\":{\"hook_runs\":7,\"seen\":7,\"filtered\":0,\"filtered_direction\":0,\"filtered_port\":0,\"filtered_ip\":0,\"filtered_address\":0,"
		"\"filtered_netns\":0,\"filtered_uid\":0,\"filtered_mark\":0,\"filtered_cc\":0,\"filtered_iface\":0,\"filtered_cgroup\":0,\"filtered_pid\":0,\"filtered_comm\":0,"
		"\"skipped_state\":0,\"skipped_sock\":0,\"skipped_late\":0,\"dropped_backlog\":0,\"sampled\":0,\"lost_ring\":0,"
		"\"lost_flow\":0,\"lost_flow_full\":0,\"records\":7,\"rests\":0,\"lost_weight\":0,\"lost_output\":0,\"lost_log\":0,\"after_end\":0,\"lines\":7},"
		"\"flows\":5,\"unexplained\":0,\"ppl_changes\":0,\"ppl_highest\":0,\"merged\":4,\"backlog_known\":true,\"late_known\":true,"
		"\"left_out\":[\"tcp_timewait_state_process\",\"tcp_v4_destroy_sock\"],"
		"\"missed\":{\"transmit_skb\":3,\"timewait\":null},\"unobserved_ns\":1500000000,\"marks\":[],\"hooks\":\"fentry\",\"preemption\":\"voluntary\","
		"\"flow_storage\":\"socketstorage\"}");
	assert_int_equal(accounting__missed(&accounting), 3);
}

/* The last line of a flow is a line without a packet. */
static void last_lines_of_flows_balance(void **state)
{
	struct accounting accounting = sample();
	char text[4096] = "";
	FILE *stream = fmemopen(text, sizeof(text), "w");

	(void)state;
	accounting.rests[SIFTR_OUT] = 3;
	accounting.kernel.of[SIFTR_OUT][SIFTR_LOST_WEIGHT] = 9;
	accounting.ppl_changes = 2;
	accounting.ppl_highest = 64;
	assert_int_equal(accounting__unexplained(&accounting), 3);
	accounting.lines[SIFTR_OUT] += 3;
	assert_int_equal(accounting__unexplained(&accounting), 0);
	accounting__print(&accounting, stream);
	fclose(stream);
	assert_non_null(strstr(text, "+ last lines of flows"));
	assert_non_null(strstr(text, "9 packets in the weight of no line"));
	assert_non_null(strstr(text, "--max-rate changed ppl 2 times, to 64 at most"));
}

static void one_packet_one_time_and_one_run_have_no_s(void **state)
{
	struct accounting accounting = sample();
	char text[4096] = "";
	FILE *stream = fmemopen(text, sizeof(text), "w");

	(void)state;
	accounting.kernel.of[SIFTR_IN][SIFTR_COALESCED] = 1;
	accounting.kernel.of[SIFTR_OUT][SIFTR_LOST_WEIGHT] = 1;
	accounting.ppl_changes = 1;
	accounting.flows = 1;
	accounting.has_recorder = true;
	accounting.recorder.episodes = 1;
	accounting.nr_hooks = 1;
	accounting.missed[0].hook = "transmit_skb";
	accounting.missed[0].runs = 1;
	accounting__print(&accounting, stream);
	fclose(stream);
	assert_non_null(strstr(text, "siftr-bpf: 1 flow; where every packet went:\n"));
	assert_non_null(strstr(text, "\n  1 packet coalesced in the socket backlog"));
	assert_non_null(strstr(text, "\n  1 packet in the weight of no line\n"));
	assert_non_null(strstr(text, "\n  --max-rate changed ppl 1 time, to "));
	assert_non_null(strstr(text, "\n  1 episode in the log\n"));
	assert_non_null(strstr(text, "\n  1 run of transmit_skb suppressed by the kernel\n"));
}

static void every_counter_above_0_is_printed(void **state)
{
	static const char *const rows[] = {"other ports",
					   "handshake",
					   "time-wait",
					   "late, no such connection",
					   "socket backlog full",
					   "--ppl",
					   "ring buffer full",
					   "memory for the flow",
					   "dropped: write error",
					   "last line asked for",
					   "lines in the log"};
	struct accounting accounting = sample();
	char text[8192] = "";
	FILE *stream = fmemopen(text, sizeof(text), "w");

	(void)state;
	accounting__print(&accounting, stream);
	fclose(stream);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_non_null(strstr(text, rows[i]));
	assert_null(strstr(text, "NOT balance"));
}

static void what_cannot_be_counted_is_named(void **state)
{
	struct accounting accounting = sample();
	char text[8192] = "", again[4096] = "", json[4096] = "";
	FILE *stream = fmemopen(text, sizeof(text), "w");

	(void)state;
	accounting__print(&accounting, stream);
	fclose(stream);
	assert_non_null(strstr(text, "backlog coalesced or dropped are not counted"));
	accounting.coalesced_known = 1;
	stream = fmemopen(again, sizeof(again), "w");
	accounting__print(&accounting, stream);
	fclose(stream);
	assert_null(strstr(again, "not counted"));
	accounting.coalesced_known = 0;
	accounting.way = accounting.flow_storage = "";
	json_of(&accounting, json, sizeof(json));
	assert_non_null(strstr(json, "\"merged\":null,\"backlog_known\":false"));
}

static void text_of(const struct accounting *accounting, char *text, size_t bytes)
{
	FILE *stream = fmemopen(text, bytes, "w");

	accounting__print(accounting, stream);
	fclose(stream);
}

/* As with typed kprobes on Linux 6.2 to 6.6, where the other hooks have fentry programs. */
static void hooks_whose_missed_runs_are_not_counted_are_named(void **state)
{
	struct accounting accounting = sample();
	char text[4096] = "";

	(void)state;
	accounting.nr_hooks = 2;
	accounting.missed[0].hook = "timewait";
	accounting.missed[1].hook = "transmit_skb";
	text_of(&accounting, text, sizeof(text));
	assert_null(strstr(text, "does not count suppressed runs"));
	accounting.missed[1].runs = PROG_MISSES_UNKNOWN;
	text_of(&accounting, text, sizeof(text));
	assert_non_null(
		strstr(text, "  this kernel does not count suppressed runs of transmit_skb\n"));
	assert_null(strstr(text, "runs of timewait"));
	accounting.missed[0].runs = PROG_MISSES_UNKNOWN;
	text_of(&accounting, text, sizeof(text));
	assert_non_null(
		strstr(text, "  this kernel does not count suppressed runs of the hooks\n"));
	assert_null(strstr(text, "runs of transmit_skb"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filtered_packets_are_not_seen),
		cmocka_unit_test(the_footer_keeps_the_contract),
		cmocka_unit_test(losses_are_summed_over_causes),
		cmocka_unit_test(an_imbalance_is_found_and_printed),
		cmocka_unit_test(json_has_every_term_under_its_name),
		cmocka_unit_test(last_lines_of_flows_balance),
		cmocka_unit_test(one_packet_one_time_and_one_run_have_no_s),
		cmocka_unit_test(every_counter_above_0_is_printed),
		cmocka_unit_test(what_cannot_be_counted_is_named),
		cmocka_unit_test(hooks_whose_missed_runs_are_not_counted_are_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("accounting", tests, NULL, NULL);
}
