// SPDX-License-Identifier: BSD-2-Clause
/*
 * The model of the live view: its rates, which connections come first, and that its memory is
 * bounded.
 */
#include "../lib/live_fixture.h"

#include "convert/tcp_constants.h"

static void count_bytes(struct analysed_row *row, int i)
{
	analysed_row__set(row, SIFTR_FIELD_bytes_sent, 7000 + (__u64)i * 200);
	analysed_row__set(row, SIFTR_FIELD_bytes_acked, (__u64)i * 100);
	analysed_row__set(row, SIFTR_FIELD_bytes_received, 40);
	analysed_row__set(row, SIFTR_FIELD_total_retrans, (__u64)i);
}

static void rates_are_those_of_the_last_interval(void **state)
{
	struct live_model *model = live_fixture__model(count_bytes);
	const struct live_snapshot *taken =
		live_fixture__snapshot(model, 2 * SECOND, LIVE_sent, 0, 1);
	struct analysed_row row = live_fixture__row(2 * SECOND + 1, true);

	(void)state;
	assert_true(taken->lines[0].rates[RATE_SENT] == 900);
	assert_true(taken->lines[0].rates[RATE_DELIVERED] == 450);
	assert_true(taken->lines[0].rates[RATE_RECEIVED] == 0);
	assert_true(taken->lines[0].rates[RATE_RETRANSMITTED] == 4.5);
	assert_true(taken->sent == 900 && taken->received == 0);
	count_bytes(&row, 10);
	live_fixture__add(model, 1, &row);
	taken = live_fixture__snapshot(model, 5 * SECOND / 2, LIVE_sent, 0, 1);
	assert_true(taken->lines[0].rates[RATE_SENT] == 400);
	/* The wall clock is set back: the interval counts as a second. */
	taken = live_fixture__snapshot(model, SECOND, LIVE_sent, 0, 1);
	assert_true(taken->lines[0].rates[RATE_SENT] == 0);
	assert_int_equal(taken->rows, 11);
	live_model__free(model);
}

static void what_no_row_tells_is_not_known(void **state)
{
	struct live_model *model = live_model__new(4);
	struct analysed_row row = analysed_row(BEGIN_US, true);
	const struct live_snapshot *taken;

	(void)state;
	live_fixture__add(model, 1, &row);
	taken = live_fixture__snapshot(model, SECOND, LIVE_sent, 0, 1);
	for (int i = 0; i < LIVE_RATES; i++)
		assert_true(taken->lines[0].rates[i] < 0);
	assert_true(taken->sent < 0 && taken->received < 0);
	assert_int_equal(taken->lines[0].min_rtt, 0);
	live_model__free(model);
}

/* Connection i has a window of i * 1000 bytes and sends in the order of the numbers. */
static void add_many(struct live_model *model, __u32 count)
{
	for (__u32 i = 1; i <= count; i++) {
		struct analysed_row row = live_fixture__row(i, true);

		row.columns.snd_cwnd = (i * 7919 % count + 1) * 1000;
		live_fixture__add(model, i, &row);
	}
}

static void those_at_any_place_of_the_order_are_shown(void **state)
{
	struct live_model *model = live_model__new(20000);
	const struct live_snapshot *taken;

	(void)state;
	add_many(model, 10000);
	taken = live_fixture__snapshot(model, SECOND, LIVE_cwnd, 0, 3);
	assert_int_equal(taken->flows, 10000);
	assert_int_equal(taken->chosen, 10000);
	assert_int_equal(taken->count, 3);
	for (__u32 i = 0; i < 3; i++)
		assert_int_equal(taken->lines[i].state.cwnd, (10000 - i) * 1000);
	taken = live_fixture__snapshot(model, SECOND, LIVE_cwnd, 9990, 100);
	assert_int_equal(taken->count, 10);
	assert_int_equal(taken->lines[9].state.cwnd, 1000);
	taken = live_fixture__snapshot(model, SECOND, LIVE_cwnd, 20000, 100);
	assert_int_equal(taken->count, 0);
	live_model__free(model);
}

static void one_more_takes_the_place_of_the_most_silent(void **state)
{
	struct live_model *model = live_model__new(3);
	const struct live_snapshot *taken;

	(void)state;
	for (__u32 i = 0; i < 5; i++) {
		static const __u32 order[] = {1, 2, 3, 1, 4};
		struct analysed_row row = live_fixture__row(i, true);

		live_fixture__add(model, order[i], &row);
	}
	taken = live_fixture__snapshot(model, SECOND, LIVE_flowid, 0, 10);
	assert_int_equal(taken->forgotten, 1);
	assert_int_equal(taken->count, 3);
	assert_int_equal(taken->lines[0].flowid, 1);
	assert_int_equal(taken->lines[1].flowid, 3);
	assert_int_equal(taken->lines[2].flowid, 4);
	live_model__free(model);

	model = live_model__new(100);
	add_many(model, 100000);
	taken = live_fixture__snapshot(model, SECOND, LIVE_flowid, 0, 1);
	assert_int_equal(taken->forgotten, 99900);
	assert_int_equal(taken->lines[0].flowid, 99901);
	live_model__free(model);
}

static void connections_that_have_ended_leave(void **state)
{
	struct live_model *model = live_model__new(4);
	struct analysed_row row = live_fixture__row(0, false);

	(void)state;
	row.columns.conn_state = TCPS_LAST_ACK;
	live_fixture__add(model, 1, &row);
	row.columns.conn_state = TCPS_ESTABLISHED;
	live_fixture__add(model, 2, &row);
	analysed_row__set(&row, SIFTR_FIELD_tcp_flags, 4);
	live_fixture__add(model, 3, &row);
	assert_int_equal(live_fixture__snapshot(model, SECOND, LIVE_flowid, 0, 10)->flows, 3);
	assert_int_equal(live_fixture__snapshot(model, 6 * SECOND, LIVE_flowid, 0, 10)->flows, 1);
	live_model__free(model);
}

static void the_trend_begins_with_the_oldest(void **state)
{
	struct live_model *model = live_model__new(4);
	const struct live_snapshot *taken;

	(void)state;
	for (__u32 i = 1; i <= LIVE_TREND + 3; i++) {
		struct analysed_row row = live_fixture__row(i * SECOND, true);

		row.columns.snd_cwnd = i * 1000;
		live_fixture__add(model, 1, &row);
		taken = live_fixture__snapshot(model, i * SECOND + 1, LIVE_flowid, 0, 1);
	}
	assert_int_equal(taken->lines[0].nr_trend, LIVE_TREND);
	assert_int_equal(taken->lines[0].trend[0], 4000);
	assert_int_equal(taken->lines[0].trend[LIVE_TREND - 1], (LIVE_TREND + 3) * 1000);
	live_model__free(model);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_those_of_the_last_interval),
		cmocka_unit_test(what_no_row_tells_is_not_known),
		cmocka_unit_test(those_at_any_place_of_the_order_are_shown),
		cmocka_unit_test(one_more_takes_the_place_of_the_most_silent),
		cmocka_unit_test(connections_that_have_ended_leave),
		cmocka_unit_test(the_trend_begins_with_the_oldest),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
