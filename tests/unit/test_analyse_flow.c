// SPDX-License-Identifier: BSD-2-Clause
/* Quantiles, the receiver's ledger, the numbers of a flow, and which rows are one flow. */
#include "../lib/analysed_rows.h"

#include <siftr/array_size.h>

#include "../lib/random_numbers.h"
#include "analyse/analysis.h"
#include "analyse/quantiles.h"
#include "analyse/receiver.h"
#include "convert/tcp_constants.h"

static int compare(const void *one, const void *other)
{
	__u32 a = *(const __u32 *)one, b = *(const __u32 *)other;

	return a < b ? -1 : a > b;
}

/* Numbers of all sizes: any quantile is at most 1.6 % off, the ends are exact. */
static void quantiles_are_within_their_error(void **state)
{
	static __u32 numbers[20000];
	struct quantiles quantiles = {};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		numbers[i] = (__u32)random_u64() >> random_u64() % 32;
		assert_int_equal(quantiles__add(&quantiles, numbers[i]), 0);
	}
	qsort(numbers, ARRAY_SIZE(numbers), sizeof(*numbers), compare);
	assert_int_equal(quantiles__at(&quantiles, 0), numbers[0]);
	assert_int_equal(quantiles__at(&quantiles, 1000), numbers[ARRAY_SIZE(numbers) - 1]);
	for (unsigned int thousandths = 1; thousandths < 1000; thousandths++) {
		__u32 exact = numbers[ARRAY_SIZE(numbers) * thousandths / 1000 - 1];
		double off = (double)quantiles__at(&quantiles, thousandths) - (double)exact;

		assert_true(off <= exact * 0.016 && -off <= exact * 0.016);
	}
	assert_true(quantiles.room * sizeof(struct quantile_range) <= 8192);
	quantiles__free(&quantiles);
}

/* Numbers that are exact: quantiles of two sets together are those of one with all of them. */
static void two_sets_of_quantiles_are_added(void **state)
{
	struct quantiles sets[2] = {}, all = {};

	(void)state;
	for (__u32 i = 0; i < 60; i++) {
		assert_int_equal(quantiles__add(&sets[i % 3 == 0], i), 0);
		assert_int_equal(quantiles__add(&all, i), 0);
	}
	assert_int_equal(quantiles__add_all(&sets[0], &sets[1]), 0);
	for (unsigned int thousandths = 0; thousandths <= 1000; thousandths += 50)
		assert_int_equal(quantiles__at(&sets[0], thousandths),
				 quantiles__at(&all, thousandths));
	assert_int_equal(quantiles__mean(&sets[0]), 59 * 60 / 2 / 60);
	for (int i = 0; i < 2; i++)
		quantiles__free(&sets[i]);
	quantiles__free(&all);
}

/* A range counts 2^22 - 1 numbers in one entry of the array, here in two. */
static void a_range_counts_any_many_numbers(void **state)
{
	struct quantiles quantiles = {}, twice = {};

	(void)state;
	for (__u32 i = 0; i < 5250000; i++)
		assert_int_equal(quantiles__add(&quantiles, i % 21 ? 10 : 11), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(quantiles__add_all(&twice, &quantiles), 0);
	assert_int_equal(twice.count, 10500000);
	assert_int_equal(quantiles__at(&quantiles, 952), 10);
	assert_int_equal(quantiles__at(&quantiles, 953), 11);
	assert_int_equal(quantiles__at(&twice, 952), 10);
	assert_int_equal(quantiles__at(&twice, 953), 11);
	quantiles__free(&quantiles);
	quantiles__free(&twice);
}

static enum receive_limit limit_between(struct analysed_row *before, struct analysed_row *now)
{
	return receiver__limit(analysed_state(before), analysed_state(now), false);
}

static void each_limit_of_a_receiver_is_told(void **state)
{
	struct analysed_row before = analysed_row(1000000, false);
	struct analysed_row now = analysed_row(1010000, false);

	(void)state;
	assert_int_equal(limit_between(&before, &now), RECEIVE_sender);
	now.columns.t_segqlen = 1;
	assert_int_equal(limit_between(&before, &now), RECEIVE_hole);
	now.columns.rcv_buf_cc = 131072 / 4 + 1;
	assert_int_equal(limit_between(&before, &now), RECEIVE_reader);
	now.columns.rcv_buf_cc = 1;
	now.columns.rcv_wnd = 1999;
	assert_int_equal(limit_between(&before, &now), RECEIVE_reader);
	before.columns.t_flags = TF_RXWIN0SENT;
	assert_int_equal(limit_between(&before, &now), RECEIVE_zero_window);
	before = analysed_row(1000000, false);
	now = analysed_row(1040000, true);
	now.columns.t_flags = TF_DELACK;
	assert_int_equal(limit_between(&before, &now), RECEIVE_delayed_ack);
	before.columns.conn_state = TCPS_CLOSE_WAIT;
	assert_int_equal(limit_between(&before, &now), RECEIVE_closed);
	now.absent = ROW_BIT(ROW_rcv_wnd);
	assert_int_equal(limit_between(&before, &now), RECEIVE_unknown);
	assert_int_equal(receiver__limit(analysed_state(&before), analysed_state(&now), true),
			 RECEIVE_unknown);
}

static const struct siftr_flow_key key = {.family = 4, .lport = 80, .fport = 5000};

static void add(struct analysis *analysis, struct analysed_row row)
{
	struct row added = analysed_row__row(&row, &key);

	assert_int_equal(analysis__add(analysis, &added, 1), 0);
}

static __u64 number_of(const struct flow_analysis *flow, enum flow_number number)
{
	__u64 value;

	assert_true(flow_analysis__number(flow, number, &value));
	return value;
}

static void numbers_are_those_of_the_rows(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, true), analysed_row(1100000, false),
				      analysed_row(1300000, true)};
	struct analysis *analysis = analysis__new(NULL, false);
	const struct flow_analysis *flow;
	__u64 value;

	(void)state;
	rows[1].columns.snd_cwnd = 10000;
	rows[1].columns.snd_ssthresh = 9000;
	rows[1].columns.t_flags = TF_FASTRECOVERY;
	rows[2].columns.snd_buf_cc = rows[2].columns.sent_inflight_bytes = 6000;
	rows[2].columns.srtt = 200000;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		add(analysis, rows[i]);
	assert_int_equal(analysis__count(analysis), 1);
	flow = analysis__at(analysis, 0);
	assert_int_equal(number_of(flow, FLOW_duration_us), 300000);
	assert_int_equal(number_of(flow, FLOW_lines_out), 2);
	assert_int_equal(number_of(flow, FLOW_srtt_max), 200000);
	assert_int_equal(number_of(flow, FLOW_cwnd_min), 10000);
	assert_int_equal(number_of(flow, FLOW_cwnd_mean), 50000 / 3);
	assert_int_equal(number_of(flow, FLOW_srtt_mean), 400000 / 3);
	assert_int_equal(number_of(flow, FLOW_ssthresh_falls), 1);
	assert_int_equal(number_of(flow, FLOW_inflight_max), 6000);
	assert_int_equal(number_of(flow, FLOW_recoveries), 1);
	assert_int_equal(number_of(flow, FLOW_timeouts), 0);
	/* Columns alone tell neither bytes nor retransmissions. */
	assert_false(flow_analysis__number(flow, FLOW_bytes_acked, &value));
	assert_false(flow_analysis__number(flow, FLOW_acked_rate, &value));
	assert_false(flow_analysis__number(flow, FLOW_retransmissions, &value));
	analysis__free(analysis);
}

static void captured_counts_are_what_they_grew_by(void **state)
{
	static const char cc_name[SIFTR_TEXT_MAX + 1] = "reno";
	struct analysis *analysis = analysis__new(NULL, false);
	struct analysed_row first = analysed_row(1000000, true),
			    last = analysed_row(2000000, false);
	const struct flow_analysis *flow;

	(void)state;
	analysed_row__set(&first, SIFTR_FIELD_bytes_acked, 1000);
	analysed_row__set(&first, SIFTR_FIELD_total_retrans, 2);
	analysed_row__set(&last, SIFTR_FIELD_bytes_acked, 5000);
	analysed_row__set(&last, SIFTR_FIELD_total_retrans, 5);
	row_fields__set_text(&last.fields, SIFTR_FIELD_cc_name, cc_name);
	add(analysis, first);
	add(analysis, last);
	flow = analysis__at(analysis, 0);
	assert_int_equal(number_of(flow, FLOW_bytes_acked), 4000);
	assert_int_equal(number_of(flow, FLOW_acked_rate), 4000);
	assert_int_equal(number_of(flow, FLOW_retransmissions), 3);
	assert_string_equal(flow->cc, "reno");
	analysis__free(analysis);
}

/* Any rows at all: both ledgers add up to the duration, though clocks may step back. */
static void ledgers_add_up_to_the_duration(void **state)
{
	struct analysis *analysis = analysis__new(NULL, false);
	const struct flow_analysis *flow;
	__u64 sent = 0, received = 0, time_us = 1000000;
	int rounds = random_rounds(20000);

	(void)state;
	for (int i = 0; i < rounds; i++) {
		struct analysed_row row = analysed_row(time_us, random_u64() % 2);

		for (size_t j = 0; j < sizeof(row.columns) / sizeof(__u32); j++)
			if (random_u64() % 2)
				((__u32 *)&row.columns)[j] =
					(__u32)random_u64() >> random_u64() % 32;
		for (__u32 field = 0; field < SIFTR_FIELD_bytes_sent; field++)
			if (random_u64() % 4 == 0)
				analysed_row__set(&row, field, random_u64() % 8);
		row.absent = random_u64() % 4 ? 0 : (__u32)random_u64() & ROW_ALL;
		add(analysis, row);
		time_us += random_u64() % 1000;
		time_us -= random_u64() % 8 ? random_u64() % 100 : random_u64() % 200000;
	}
	flow = analysis__at(analysis, 0);
	for (int limit = 0; limit < SEND_LIMITS; limit++)
		sent += ledger__send_us(&flow->ledger, limit);
	for (int limit = 0; limit < RECEIVE_LIMITS; limit++)
		received += flow->ledger.receive_us[limit];
	assert_true(flow->backward_steps > 0);
	assert_int_equal(sent, flow->ledger.duration_us);
	assert_int_equal(received, flow->ledger.duration_us);
	analysis__free(analysis);
}

/* A rotated log begins when the one before ends; another run has other flows. */
static void a_run_that_continues_another_continues_its_flows(void **state)
{
	struct analysis *analysis = analysis__new(NULL, false);

	(void)state;
	analysis__begin_run(analysis, 500000);
	add(analysis, analysed_row(1000000, true));
	analysis__end_run(analysis, 2000000);
	analysis__begin_log(analysis);
	analysis__begin_run(analysis, 2000000);
	add(analysis, analysed_row(2500000, true));
	assert_int_equal(analysis__count(analysis), 1);
	analysis__end_run(analysis, 3000000);
	analysis__begin_run(analysis, 4000000);
	add(analysis, analysed_row(4500000, true));
	assert_int_equal(analysis__count(analysis), 2);
	assert_int_equal(analysis__at(analysis, 0)->ledger.duration_us, 1500000);
	analysis__free(analysis);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_within_their_error),
		cmocka_unit_test(two_sets_of_quantiles_are_added),
		cmocka_unit_test(a_range_counts_any_many_numbers),
		cmocka_unit_test(each_limit_of_a_receiver_is_told),
		cmocka_unit_test(numbers_are_those_of_the_rows),
		cmocka_unit_test(captured_counts_are_what_they_grew_by),
		cmocka_unit_test(ledgers_add_up_to_the_duration),
		cmocka_unit_test(a_run_that_continues_another_continues_its_flows),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
