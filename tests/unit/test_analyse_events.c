// SPDX-License-Identifier: BSD-2-Clause
/* The events of a flow with their causes and costs, on rows worked out by hand. */
#include "../lib/analysed_rows.h"

#include <siftr/array_size.h>

#include "convert/tcp_constants.h"

/* A retransmission costs the time until data is acknowledged; a recovery lasts while it shows. */
static void events_cost_what_they_held_up(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, true), analysed_row(1100000, true),
				      analysed_row(1250000, false), analysed_row(1300000, false)};
	struct flow_analysis flow;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		analysed_row__set(&rows[i], SIFTR_FIELD_bytes_acked, i == 3 ? 5000 : 0);
		rows[i].columns.t_flags = i == 1 || i == 2 ? TF_FASTRECOVERY : 0;
	}
	rows[1].columns.snd_cwnd = 14000;
	analysed_row__set(&rows[1], SIFTR_FIELD_is_retransmit, 1);
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(analysed_event(&flow, EVENT_retransmission)->time_us, 1100000);
	assert_int_equal(analysed_event(&flow, EVENT_retransmission)->cost_us, 150000);
	assert_int_equal(analysed_event(&flow, EVENT_recovery)->time_us, 1100000);
	assert_int_equal(analysed_event(&flow, EVENT_recovery)->cost_us, 150000);
	assert_int_equal(analysed_event(&flow, EVENT_cwnd_fall)->from, 20000);
	assert_int_equal(analysed_event(&flow, EVENT_cwnd_fall)->to, 14000);
	assert_int_equal(analysed_event(&flow, EVENT_cwnd_fall)->cause, CAUSE_RECOVERY);
	flow_analysis__free(&flow);
}

/* No further data is acknowledged: it costs the time to the end if something is in flight then. */
static void a_retransmission_without_an_answer_is_an_event(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, true), analysed_row(1100000, true),
				      analysed_row(1250000, false)};
	struct flow_analysis flow;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		analysed_row__set(&rows[i], SIFTR_FIELD_bytes_acked, 5000);
	analysed_row__set(&rows[1], SIFTR_FIELD_is_retransmit, 1);
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(analysed_event(&flow, EVENT_retransmission)->time_us, 1100000);
	assert_int_equal(analysed_event(&flow, EVENT_retransmission)->cost_us, 150000);
	flow_analysis__free(&flow);
	rows[2].columns.sent_inflight_bytes = 0;
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(analysed_event(&flow, EVENT_retransmission)->time_us, 1100000);
	assert_int_equal(analysed_event(&flow, EVENT_retransmission)->cost_us, 0);
	flow_analysis__free(&flow);
}

/* More events than are kept: those that cost most stay, and all are counted. */
static void the_costliest_events_are_kept(void **state)
{
	static struct analysed_row rows[400];
	struct flow_analysis flow;
	__u64 time_us = 1000000, least = ~0ULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		rows[i] = analysed_row(time_us += i % 2 ? 1000 * i : 2000, i % 2 == 0);
		rows[i].columns.snd_buf_cc = 9000;
		rows[i].columns.snd_wnd = i % 2 ? 0 : 65535;
		rows[i].columns.srtt = rows[i].columns.rto = 0;
	}
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(flow.events.list.count[EVENT_zero_window], ARRAY_SIZE(rows) / 2);
	assert_int_equal(flow.events.list.kept->count, EVENTS_KEPT);
	for (unsigned int i = 0; i < EVENTS_KEPT; i++)
		if (flow.events.list.kept->of[i].cost_us < least)
			least = flow.events.list.kept->of[i].cost_us;
	assert_int_equal(least, 1000 * (ARRAY_SIZE(rows) - 1 - 2 * (EVENTS_KEPT - 1)));
	flow_analysis__free(&flow);
}

/* Of the two seconds until the window is back, data waited for it in the first. */
static void a_fall_of_the_window_costs_the_wait_until_it_has_grown_back(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, false), analysed_row(2000000, false),
				      analysed_row(3000000, false), analysed_row(4000000, false),
				      analysed_row(5000000, false)};
	static const __u32 windows[] = {20000, 5000, 6000, 20000, 20000};
	struct flow_analysis flow;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		rows[i].columns.snd_cwnd = windows[i];
		rows[i].columns.snd_buf_cc = 9000;
	}
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(flow.events.list.count[EVENT_cwnd_fall], 1);
	assert_int_equal(analysed_event(&flow, EVENT_cwnd_fall)->time_us, 2000000);
	assert_int_equal(analysed_event(&flow, EVENT_cwnd_fall)->duration_us, 2000000);
	assert_int_equal(analysed_event(&flow, EVENT_cwnd_fall)->cost_us, 1000000);
	flow_analysis__free(&flow);
}

/* Five rows half a second apart, of which `high` from the second on have an srtt of 400 ms. */
static struct flow_analysis risen_flow(int high, __u32 unsent)
{
	struct analysed_row rows[5];

	for (int i = 0; i < 5; i++) {
		rows[i] = analysed_row(1000000 + i * 500000, false);
		rows[i].columns.srtt = i >= 1 && i <= high ? 400000 : 100000;
		rows[i].columns.snd_cwnd = 5000;
		rows[i].columns.snd_buf_cc = 5000 + unsent;
	}
	return analysed_flow(rows, 5);
}

static void an_srtt_that_stays_high_is_a_rise(void **state)
{
	struct flow_analysis flow = risen_flow(2, 4000);
	const struct event *rise;

	(void)state;
	rise = analysed_event(&flow, EVENT_srtt_rise);
	assert_int_equal(rise->time_us, 1500000);
	assert_int_equal(rise->duration_us, 1000000);
	assert_int_equal(rise->cost_us, 300000);
	assert_int_equal(rise->from, 100000);
	assert_int_equal(rise->to, 400000);
	assert_int_equal(rise->cause, CAUSE_QUEUE);
	flow_analysis__free(&flow);
	/* Nothing waits: whatever fills the queue, this connection does not. */
	flow = risen_flow(4, 0);
	assert_int_equal(analysed_event(&flow, EVENT_srtt_rise)->cause, CAUSE_PATH);
	assert_int_equal(analysed_event(&flow, EVENT_srtt_rise)->duration_us, 1500000);
	flow_analysis__free(&flow);
	/* Half a second is too short. */
	flow = risen_flow(1, 4000);
	assert_int_equal(flow.events.list.count[EVENT_srtt_rise], 0);
	flow_analysis__free(&flow);
}

static void a_reset_tells_who_sent_it(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, true), analysed_row(1100000, false)};
	struct flow_analysis flow;

	(void)state;
	analysed_row__set(&rows[0], SIFTR_FIELD_tcp_flags, 16);
	analysed_row__set(&rows[1], SIFTR_FIELD_tcp_flags, 16 | 4);
	rows[1].columns.snd_buf_cc = 9000;
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(flow.events.list.count[EVENT_reset], 1);
	assert_int_equal(analysed_event(&flow, EVENT_reset)->cause, CAUSE_PEER);
	assert_int_equal(analysed_event(&flow, EVENT_reset)->time_us, 1100000);
	assert_int_equal(analysed_event(&flow, EVENT_reset)->from, 5000);
	assert_int_equal(analysed_event(&flow, EVENT_reset)->to, 4000);
	flow_analysis__free(&flow);
	rows[1].outbound = true;
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(analysed_event(&flow, EVENT_reset)->cause, CAUSE_HOST);
	flow_analysis__free(&flow);
}

/* More names than are kept: the last one stands for those beyond. */
static void another_congestion_control_is_named(void **state)
{
	static const char names[][SIFTR_TEXT_MAX + 1] = {"cubic", "reno",  "cubic",
							 "bbr",	  "dctcp", "vegas"};
	struct analysed_row rows[ARRAY_SIZE(names)];
	const struct kept_events *kept;
	struct flow_analysis flow;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		rows[i] = analysed_row(1000000 + i * 100000, true);
		row_fields__set_text(&rows[i].fields, SIFTR_FIELD_cc_name, names[i]);
	}
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	kept = flow.events.list.kept;
	assert_int_equal(flow.events.list.count[EVENT_cc_change], ARRAY_SIZE(names) - 1);
	assert_int_equal(analysed_event(&flow, EVENT_cc_change)->time_us, 1100000);
	assert_string_equal(kept->names[analysed_event(&flow, EVENT_cc_change)->from], "cubic");
	assert_string_equal(kept->names[analysed_event(&flow, EVENT_cc_change)->to], "reno");
	assert_string_equal(kept->names[EVENT_NAMES - 1], "vegas");
	flow_analysis__free(&flow);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_cost_what_they_held_up),
		cmocka_unit_test(a_retransmission_without_an_answer_is_an_event),
		cmocka_unit_test(the_costliest_events_are_kept),
		cmocka_unit_test(a_fall_of_the_window_costs_the_wait_until_it_has_grown_back),
		cmocka_unit_test(an_srtt_that_stays_high_is_a_rise),
		cmocka_unit_test(a_reset_tells_who_sent_it),
		cmocka_unit_test(another_congestion_control_is_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
