// SPDX-License-Identifier: BSD-2-Clause
/* Reductions of the congestion window for which nothing was lost, on rows worked out by hand. */
#include "../lib/analysed_rows.h"

#include <siftr/array_size.h>

#include "analyse/sentences.h"
#include "analyse/verdict.h"
#include "convert/tcp_constants.h"

#define TCP_CA_OPEN  0
#define TCP_FLAG_ECE 64

/*
 * A sender whose window of 20000 falls ACK by ACK to 14000, from 2 s on, and is not full again
 * until 5 s; a second reduction, without the first having ended, makes it 9000.
 */
#define ROWS                                                                                 \
	static const __u32 windows[] = {20000, 20000, 17000, 14000, 9000, 9000};             \
	struct analysed_row rows[ARRAY_SIZE(windows)];                                       \
	(void)state;                                                                         \
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {                                      \
		rows[i] = analysed_row(1000000 + i * 1000000, false);                        \
		rows[i].columns.snd_cwnd = rows[i].columns.sent_inflight_bytes = windows[i]; \
		rows[i].columns.snd_buf_cc = 90000;                                          \
		rows[i].columns.t_flags2 = TF2_ECN_PERMIT;                                   \
		rows[i].columns.t_flags = i == 2 || i == 3 || i == 4 ? TF_CONGRECOVERY : 0;  \
	}

/* Likewise with the fields of the group loss, by which the second reduction shows. */
static void set_loss(struct analysed_row rows[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool reduces = rows[i].columns.t_flags & TF_CONGRECOVERY;

		analysed_row__set(&rows[i], SIFTR_FIELD_ca_state,
				  reduces ? TCP_CA_CWR : TCP_CA_OPEN);
		analysed_row__set(&rows[i], SIFTR_FIELD_icsk_retransmits, 0);
		analysed_row__set(&rows[i], SIFTR_FIELD_high_seq, i < 2 ? 1 : i < 4 ? 500 : 900);
	}
}

static void set_marked(struct analysed_row rows[], size_t count, const __u64 marked[])
{
	for (size_t i = 0; i < count; i++)
		analysed_row__set(&rows[i], SIFTR_FIELD_delivered_ce, marked[i]);
}

static bool says(const struct flow_analysis *flow, const char *beginning)
{
	struct sentences sentences;
	bool found = false;

	verdict__find(&sentences, flow);
	for (unsigned int i = 0; i < sentences.count; i++)
		found = found || !strncmp(sentences.of[i].text, beginning, strlen(beginning));
	return found;
}

static void reductions_by_marks_are_told_apart_and_are_no_losses(void **state)
{
	static const __u64 marked[] = {7, 7, 8, 8, 10, 10};
	const struct summed_falls *sum;
	struct flow_analysis flow;

	ROWS;
	set_loss(rows, ARRAY_SIZE(rows));
	set_marked(rows, ARRAY_SIZE(rows), marked);
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	sum = &flow.events.falls.sums[FALLS_ECN];
	assert_int_equal(sum->count, 2);
	assert_int_equal(sum->from, 14000);
	assert_int_equal(sum->to, 9000);
	assert_int_equal(sum->time_us, 5000000);
	assert_int_equal(flow.events.list.count[EVENT_cwnd_fall], 2);
	assert_int_equal(flow.events.falls.sums[FALLS_LOCAL_DROP].count, 0);
	assert_true(says(&flow,
			 "The congestion window was reduced by ECN marks 2 times, last "
			 "from 13.7KiB to 8.8KiB at 5.000000s, and held data back for 3.000s "
			 "(60 %) while it grew again: 3 segments arrived marked."));
	assert_false(says(&flow, "Segments were lost"));
	assert_false(says(&flow, "The congestion window was full"));
	flow_analysis__free(&flow);
}

/* The peer has reported no mark: a queue of this host dropped a packet. */
static void a_reduction_without_a_mark_is_a_drop_of_this_host(void **state)
{
	static const __u64 marked[] = {7, 7, 7, 7, 7, 7};
	struct flow_analysis flow;

	ROWS;
	set_loss(rows, ARRAY_SIZE(rows));
	set_marked(rows, ARRAY_SIZE(rows), marked);
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(flow.events.falls.sums[FALLS_LOCAL_DROP].count, 2);
	assert_int_equal(flow.events.falls.sums[FALLS_ECN].count, 0);
	assert_true(says(&flow, "The congestion window was reduced by drops of this host 2 times"));
	flow_analysis__free(&flow);
}

static void an_echo_that_acknowledges_nothing_new_is_a_mark(void **state)
{
	static const __u64 marked[] = {7, 7, 7, 7, 7, 7};
	struct flow_analysis flow;

	ROWS;
	set_loss(rows, ARRAY_SIZE(rows));
	set_marked(rows, ARRAY_SIZE(rows), marked);
	analysed_row__set(&rows[1], SIFTR_FIELD_tcp_flags, 16 | TCP_FLAG_ECE);
	/* With AccECN the flag is a part of a counter. */
	analysed_row__set(&rows[3], SIFTR_FIELD_tcp_flags, 16 | TCP_FLAG_ECE);
	rows[3].columns.t_flags2 |= TF2_ACE_PERMIT;
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(flow.events.falls.sums[FALLS_ECN].count, 1);
	assert_int_equal(flow.events.falls.sums[FALLS_LOCAL_DROP].count, 1);
	flow_analysis__free(&flow);
}

/* The columns of SIFTR have no counter of marks, but whether there can be any. */
static void columns_alone_do_not_tell_marks_from_drops(void **state)
{
	struct flow_analysis flow;

	ROWS;
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(flow.events.falls.sums[FALLS_CONGESTION].count, 1);
	assert_int_equal(flow.events.falls.sums[FALLS_CONGESTION].from, 20000);
	assert_int_equal(flow.events.falls.sums[FALLS_CONGESTION].to, 9000);
	assert_true(says(&flow, "The congestion window was reduced without a loss 1 time, last "
				"from 19.5KiB to 8.8KiB at 3.000000s"));
	flow_analysis__free(&flow);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		rows[i].columns.t_flags2 = 0;
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(flow.events.falls.sums[FALLS_LOCAL_DROP].count, 1);
	flow_analysis__free(&flow);
}

/* The window has grown, so that the next reduction sets the ssthresh from before the last one. */
static void a_reduction_that_sets_a_larger_ssthresh_is_no_undo(void **state)
{
	static const __u32 ssthresh[] = {10000, 10000, 8000, 8000, 10000, 10000};
	struct flow_analysis flow;

	ROWS;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		rows[i].columns.snd_ssthresh = ssthresh[i];
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(flow.events.list.count[EVENT_undo], 0);
	flow_analysis__free(&flow);
	rows[2].columns.t_flags = rows[3].columns.t_flags = 0;
	rows[4].columns.t_flags |= TF_FASTRECOVERY;
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(flow.events.list.count[EVENT_undo], 0);
	flow_analysis__free(&flow);
}

/* What the peer lacked at the tail was lost, though no row shows a recovery. */
static void a_fall_at_the_end_of_a_tail_loss_probe_is_by_it(void **state)
{
	struct flow_analysis flow;

	ROWS;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		rows[i].columns.t_flags = 0;
		rows[i].columns.snd_cwnd = i < 4 ? 20000 : 14000;
		rows[i].columns.snd_ssthresh = rows[i].columns.snd_cwnd;
	}
	set_loss(rows, ARRAY_SIZE(rows));
	analysed_row__set(&rows[3], SIFTR_FIELD_tlp_high_seq, 700);
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(analysed_event(&flow, EVENT_cwnd_fall)->cause, CAUSE_PROBE);
	assert_int_equal(analysed_event(&flow, EVENT_cwnd_fall)->from, 20000);
	flow_analysis__free(&flow);
	/* The probe's answer came long before: the window was not used meanwhile. */
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		rows[i].columns.snd_ssthresh = 20000;
		rows[i].columns.snd_buf_cc = rows[i].columns.sent_inflight_bytes = 0;
	}
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(analysed_event(&flow, EVENT_cwnd_fall)->cause, CAUSE_IDLE);
	flow_analysis__free(&flow);
}

/*
 * The last ACK before a second without data ended a recovery: the window that is smaller after it
 * is the kernel's restart, below ssthresh, unless it is ssthresh.
 */
static void a_restart_after_idleness_is_none_of_the_recovery_before(void **state)
{
	struct flow_analysis flow;

	ROWS;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		rows[i].columns.t_flags = i == 3 ? TF_FASTRECOVERY : 0;
		rows[i].columns.snd_cwnd = i < 4 ? 20000 : 10000;
		rows[i].columns.snd_ssthresh = 15000;
		rows[i].columns.snd_buf_cc = rows[i].columns.sent_inflight_bytes = i < 4 ? 5000 : 0;
	}
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(flow.events.falls.sums[FALLS_IDLE].count, 1);
	flow_analysis__free(&flow);
	for (size_t i = 4; i < ARRAY_SIZE(rows); i++)
		rows[i].columns.snd_cwnd = 15000;
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_int_equal(flow.events.falls.sums[FALLS_IDLE].count, 0);
	flow_analysis__free(&flow);
}

/* A recovery sets both flags: its fall is one for a loss. */
static void a_recovery_is_no_reduction_without_a_loss(void **state)
{
	struct flow_analysis flow;

	ROWS;
	for (size_t i = 2; i < 5; i++)
		rows[i].columns.t_flags |= TF_FASTRECOVERY;
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	for (int cause = 0; cause < SUMMED_CAUSES; cause++)
		assert_int_equal(flow.events.falls.sums[cause].count, 0);
	flow_analysis__free(&flow);
}

/* A full window that one or two recoveries keep small. */
static void a_window_that_losses_keep_small_is_named(void **state)
{
	struct flow_analysis flow;

	ROWS;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		rows[i].columns.t_flags = i == 1 ? TF_FASTRECOVERY : 0;
		rows[i].columns.snd_cwnd = rows[i].columns.sent_inflight_bytes = 9000;
		rows[i].columns.snd_ssthresh = 9000;
	}
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_true(
		says(&flow,
		     "The congestion window was full for 4.000s (80 %): 1 loss event kept it "
		     "at a median of 8.8KiB, which allows 87.9KiB/s. A path with less loss helps"));
	flow_analysis__free(&flow);
	rows[3].columns.t_flags = TF_FASTRECOVERY;
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	assert_true(says(&flow,
			 "The congestion window was full for 3.000s (60 %): 2 loss events kept"));
	flow_analysis__free(&flow);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reductions_by_marks_are_told_apart_and_are_no_losses),
		cmocka_unit_test(a_reduction_without_a_mark_is_a_drop_of_this_host),
		cmocka_unit_test(an_echo_that_acknowledges_nothing_new_is_a_mark),
		cmocka_unit_test(columns_alone_do_not_tell_marks_from_drops),
		cmocka_unit_test(a_reduction_that_sets_a_larger_ssthresh_is_no_undo),
		cmocka_unit_test(a_fall_at_the_end_of_a_tail_loss_probe_is_by_it),
		cmocka_unit_test(a_restart_after_idleness_is_none_of_the_recovery_before),
		cmocka_unit_test(a_recovery_is_no_reduction_without_a_loss),
		cmocka_unit_test(a_window_that_losses_keep_small_is_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
