// SPDX-License-Identifier: BSD-2-Clause
/* Rows whose times are out of order, and time that cannot have passed for their flow. */
#include "../lib/analysed_rows.h"

#include <siftr/array_size.h>

#include "analyse/sender.h"
#include "analyse/sentences.h"
#include "analyse/verdict.h"

#define SEGMENT 1000U

/* Data in flight for ten seconds and eight RTOs, and nothing was sent again. */
static void time_that_cannot_have_passed_is_found(void **state)
{
	struct analysed_row before = analysed_row(1000000, true), now = analysed_row(11000000, 0);
	const struct flow_state *earlier = analysed_state(&before);

	(void)state;
	assert_true(sender__stood_still(earlier, analysed_state(&now)));
	now.time_us--;
	assert_false(sender__stood_still(earlier, analysed_state(&now)));
	now.time_us++;
	now.columns.rto = 1250001;
	assert_false(sender__stood_still(earlier, analysed_state(&now)));
	now.columns.rto--;
	assert_true(sender__stood_still(earlier, analysed_state(&now)));
	/* FreeBSD probes a window of less than a segment with a byte that stays in flight. */
	now.columns.snd_wnd = SEGMENT - 1;
	assert_false(sender__stood_still(earlier, analysed_state(&now)));
	now.columns.snd_wnd = SEGMENT;
	now.columns.sent_inflight_bytes = 0;
	assert_false(sender__stood_still(earlier, analysed_state(&now)));
	/* A timeout ended the silence. */
	now = analysed_row(11000000, true);
	assert_true(sender__stood_still(earlier, analysed_state(&now)));
	now.columns.snd_cwnd = SEGMENT;
	assert_false(sender__stood_still(earlier, analysed_state(&now)));
	/* The packet before may have acknowledged all. */
	before.outbound = false;
	now = analysed_row(11000000, true);
	assert_false(sender__stood_still(analysed_state(&before), analysed_state(&now)));
	analysed_row__set(&now, SIFTR_FIELD_payload_len, 4000);
	assert_true(sender__stood_still(analysed_state(&before), analysed_state(&now)));
	now.absent = ROW_BIT(ROW_rto);
	assert_false(sender__stood_still(analysed_state(&before), analysed_state(&now)));
}

/* 10 ms of a flow, whose third row comes `back_us` before the second. */
static struct flow_analysis out_of_order(__u64 back_us)
{
	const struct analysed_row rows[] = {analysed_row(1000000, true),
					    analysed_row(1006000, false),
					    analysed_row(1006000 - back_us, true),
					    analysed_row(1010000, false)};

	return analysed_flow(rows, ARRAY_SIZE(rows));
}

/* Rows of several CPUs may be a little out of order, which does not make the flow last longer. */
static void rows_out_of_order_count_no_time_again(void **state)
{
	struct flow_analysis flow = out_of_order(2000);

	(void)state;
	assert_int_equal(flow.ledger.duration_us, 10000);
	assert_int_equal(flow.backward_steps, 0);
	flow_analysis__free(&flow);
	flow = out_of_order(99999);
	assert_int_equal(flow.ledger.duration_us, 10000);
	flow_analysis__free(&flow);
	flow = out_of_order(100000);
	assert_int_equal(flow.ledger.duration_us, 6000 + 104000);
	assert_int_equal(flow.backward_steps, 1);
	flow_analysis__free(&flow);
}

/* Nobody was asleep for an hour with data in flight: it belongs to no limit. */
static void time_that_stood_still_is_unknown(void **state)
{
	const struct analysed_row rows[] = {analysed_row(1000000, true),
					    analysed_row(1006000, false),
					    analysed_row(3601006000, false)};
	struct flow_analysis flow = analysed_flow(rows, ARRAY_SIZE(rows));
	struct sentences sentences;

	(void)state;
	assert_int_equal(ledger__send_us(&flow.ledger, SEND_unknown), 3600000000);
	assert_int_equal(flow.ledger.receive_us[RECEIVE_unknown], 3600000000);
	assert_int_equal(flow.ledger.gap_us, 3600000000);
	assert_int_equal(flow.ledger.duration_us, 3600006000);
	verdict__find(&sentences, &flow);
	assert_string_equal(sentences.of[0].text,
			    "What limited 3600.000s (100 %) is not known, the longest part "
			    "3600.000s at 1.006000s: packets of it have no line, or the host "
			    "slept or its clock was set.");
	flow_analysis__free(&flow);
}

/* Segments without a row are known from the counts of those around them. */
static void missing_rows_are_said_without_a_moment(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, true), analysed_row(1500000, true),
				      analysed_row(2000000, false)};
	struct flow_analysis flow;
	struct sentences sentences;

	(void)state;
	analysed_row__order(&rows[0], 10, 1);
	analysed_row__order(&rows[1], 15, 1);
	analysed_row__order(&rows[2], 20, 1);
	flow = analysed_flow(rows, ARRAY_SIZE(rows));
	verdict__find(&sentences, &flow);
	assert_string_equal(sentences.of[0].text, "What limited 1.000s (100 %) is not known: "
						  "packets of it have no line.");
	flow_analysis__free(&flow);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_that_cannot_have_passed_is_found),
		cmocka_unit_test(rows_out_of_order_count_no_time_again),
		cmocka_unit_test(time_that_stood_still_is_unknown),
		cmocka_unit_test(missing_rows_are_said_without_a_moment),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
