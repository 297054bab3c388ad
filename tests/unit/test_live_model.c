// SPDX-License-Identifier: BSD-2-Clause
/*
 * The model of the live view: what it says limits a connection, its rates, which connections come
 * first, and that its memory is bounded.
 */
#include "../lib/analysed_rows.h"

#include <stdlib.h>
#include <siftr/array_size.h>

#include "convert/tcp_constants.h"
#include "live/live_model.h"

#define BEGIN_US 1700000000000000ULL
#define SECOND	 1000000ULL

static struct siftr_flow_key key_of(__u32 number)
{
	return (struct siftr_flow_key){.laddr = {0x0100000a},
				       .faddr = {0x0200000a},
				       .family = 4,
				       .lport = (__u16)(number >> 16),
				       .fport = (__u16)number};
}

/* A row with everything that the limits are worked out from: no timer ran out, nothing is lost. */
static struct analysed_row known_row(__u64 us, bool outbound)
{
	struct analysed_row row = analysed_row(BEGIN_US + us, outbound);

	analysed_row__set(&row, SIFTR_FIELD_ca_state, 0);
	analysed_row__set(&row, SIFTR_FIELD_icsk_retransmits, 0);
	analysed_row__set(&row, SIFTR_FIELD_pacing_status, 0);
	analysed_row__set(&row, SIFTR_FIELD_chrono_type, 1);
	analysed_row__set(&row, SIFTR_FIELD_is_cwnd_limited, 0);
	return row;
}

static void add(struct live_model *model, __u32 number, const struct analysed_row *added)
{
	struct siftr_flow_key key = key_of(number);
	struct row row = analysed_row__row(added, &key);

	row.flowid = row.flow_number = number;
	assert_int_equal(live_model__add(model, &row, 1), 0);
}

static const struct live_snapshot *snapshot(struct live_model *model, __u64 us,
					    enum live_column sort, size_t first, size_t count)
{
	static struct live_snapshot taken;
	const struct live_choice choice = {.sort = sort, .first = first, .count = count};

	live_model__tick(model, BEGIN_US + us);
	live_model__snapshot(model, &choice, &taken);
	return &taken;
}

/* What limits the only connection, named as in limits.def. */
static void assert_limit(struct live_model *model, __u64 us, const char *name, bool as_receiver)
{
	const struct live_snapshot *taken = snapshot(model, us, LIVE_limit, 0, 1);

	assert_int_equal(taken->count, 1);
	assert_string_equal(taken->lines[0].limit.text->name, name);
	assert_int_equal(taken->lines[0].limit.as_receiver, as_receiver);
}

/* Adds ten rows of one connection, a tenth of a second apart, changed alike. */
static struct live_model *model_of(void (*change)(struct analysed_row *row, int i))
{
	struct live_model *model = live_model__new(4);

	assert_non_null(model);
	live_model__tick(model, BEGIN_US);
	for (int i = 0; i < 10; i++) {
		struct analysed_row row = known_row(i * SECOND / 10, i % 2);

		change(&row, i);
		add(model, 1, &row);
	}
	return model;
}

static void wait_for_window(struct analysed_row *row, int i)
{
	(void)i;
	row->columns.snd_buf_cc = 50000;
	analysed_row__set(row, SIFTR_FIELD_chrono_type, 2);
}

static void wait_for_buffer(struct analysed_row *row, int i)
{
	(void)i;
	analysed_row__set(row, SIFTR_FIELD_chrono_type, 3);
}

static void close_window(struct analysed_row *row, int i)
{
	(void)i;
	row->columns.snd_buf_cc = 50000;
	row->columns.snd_wnd = 0;
}

static void fill_cwnd(struct analysed_row *row, int i)
{
	row->outbound = false;
	row->columns.snd_buf_cc = 50000;
	row->columns.sent_inflight_bytes = 20000;
	analysed_row__set(row, SIFTR_FIELD_bytes_acked, (__u64)i * 1000);
}

static void recover(struct analysed_row *row, int i)
{
	(void)i;
	row->columns.snd_buf_cc = 50000;
	analysed_row__set(row, SIFTR_FIELD_ca_state, TCP_CA_RECOVERY);
}

static void send_little(struct analysed_row *row, int i)
{
	if (!row->outbound)
		row->columns.snd_buf_cc = row->columns.sent_inflight_bytes = 0;
	analysed_row__set(row, SIFTR_FIELD_bytes_sent, (__u64)i * 100);
}

static void receive(struct analysed_row *row, int i)
{
	row->outbound = false;
	row->columns.snd_buf_cc = row->columns.sent_inflight_bytes = 0;
	analysed_row__set(row, SIFTR_FIELD_bytes_received, (__u64)i * 5000);
}

static void receive_unread(struct analysed_row *row, int i)
{
	receive(row, i);
	row->columns.rcv_buf_cc = 100000;
}

static void the_limit_of_the_last_moments_is_named(void **state)
{
	static const struct {
		void (*change)(struct analysed_row *row, int i);
		const char *limit;
		bool as_receiver;
	} cases[] = {
		{wait_for_window, "receive_window", false},
		{wait_for_buffer, "send_buffer", false},
		{close_window, "zero_window", false},
		{fill_cwnd, "avoidance", false},
		{recover, "recovery", false},
		{send_little, "application", false},
		{receive, "sender", true},
		{receive_unread, "reader", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct live_model *model = model_of(cases[i].change);

		assert_limit(model, SECOND, cases[i].limit, cases[i].as_receiver);
		live_model__free(model);
	}
}

static void a_new_limit_leads_within_a_second(void **state)
{
	struct live_model *model = model_of(fill_cwnd);

	(void)state;
	for (int i = 10; i < 20; i++) {
		struct analysed_row row = known_row(i * SECOND / 10, false);

		close_window(&row, i);
		add(model, 1, &row);
	}
	assert_limit(model, 2 * SECOND, "zero_window", false);
	live_model__free(model);
}

static void silence_is_judged_by_the_last_packet(void **state)
{
	struct live_model *model = model_of(fill_cwnd);
	struct analysed_row timeout = known_row(11 * SECOND / 10, true);
	struct analysed_row ack = known_row(SECOND, false);

	(void)state;
	/* After the first timeout each further one is waited for. */
	timeout.columns.snd_buf_cc = timeout.columns.sent_inflight_bytes = 20000;
	timeout.columns.rto = 20 * SECOND;
	analysed_row__set(&timeout, SIFTR_FIELD_icsk_retransmits, 1);
	add(model, 1, &timeout);
	assert_limit(model, 9 * SECOND, "rto_wait", false);
	live_model__free(model);

	/* The last ACK has acknowledged all: nothing is in flight. */
	model = model_of(send_little);
	analysed_row__set(&ack, SIFTR_FIELD_bytes_sent, 1000);
	add(model, 1, &ack);
	assert_limit(model, 2 * SECOND, "application", false);
	assert_limit(model, 60 * SECOND, "idle", false);
	live_model__free(model);
}

static void count_bytes(struct analysed_row *row, int i)
{
	analysed_row__set(row, SIFTR_FIELD_bytes_sent, 7000 + (__u64)i * 200);
	analysed_row__set(row, SIFTR_FIELD_bytes_acked, (__u64)i * 100);
	analysed_row__set(row, SIFTR_FIELD_bytes_received, 40);
	analysed_row__set(row, SIFTR_FIELD_total_retrans, (__u64)i);
}

static void rates_are_those_of_the_last_interval(void **state)
{
	struct live_model *model = model_of(count_bytes);
	const struct live_snapshot *taken = snapshot(model, 2 * SECOND, LIVE_sent, 0, 1);
	struct analysed_row row = known_row(2 * SECOND + 1, true);

	(void)state;
	assert_true(taken->lines[0].rates[RATE_SENT] == 900);
	assert_true(taken->lines[0].rates[RATE_DELIVERED] == 450);
	assert_true(taken->lines[0].rates[RATE_RECEIVED] == 0);
	assert_true(taken->lines[0].rates[RATE_RETRANSMITTED] == 4.5);
	assert_true(taken->sent == 900 && taken->received == 0);
	count_bytes(&row, 10);
	add(model, 1, &row);
	taken = snapshot(model, 5 * SECOND / 2, LIVE_sent, 0, 1);
	assert_true(taken->lines[0].rates[RATE_SENT] == 400);
	/* The wall clock is set back: the interval counts as a second. */
	taken = snapshot(model, SECOND, LIVE_sent, 0, 1);
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
	add(model, 1, &row);
	taken = snapshot(model, SECOND, LIVE_sent, 0, 1);
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
		struct analysed_row row = known_row(i, true);

		row.columns.snd_cwnd = (i * 7919 % count + 1) * 1000;
		add(model, i, &row);
	}
}

static void those_at_any_place_of_the_order_are_shown(void **state)
{
	struct live_model *model = live_model__new(20000);
	const struct live_snapshot *taken;

	(void)state;
	add_many(model, 10000);
	taken = snapshot(model, SECOND, LIVE_cwnd, 0, 3);
	assert_int_equal(taken->flows, 10000);
	assert_int_equal(taken->chosen, 10000);
	assert_int_equal(taken->count, 3);
	for (__u32 i = 0; i < 3; i++)
		assert_int_equal(taken->lines[i].state.cwnd, (10000 - i) * 1000);
	taken = snapshot(model, SECOND, LIVE_cwnd, 9990, 100);
	assert_int_equal(taken->count, 10);
	assert_int_equal(taken->lines[9].state.cwnd, 1000);
	taken = snapshot(model, SECOND, LIVE_cwnd, 20000, 100);
	assert_int_equal(taken->count, 0);
	live_model__free(model);
}

static void the_worst_limit_comes_first(void **state)
{
	struct live_model *model = live_model__new(4);
	const struct live_snapshot *taken;

	(void)state;
	for (int i = 0; i < 10; i++) {
		struct analysed_row cwnd = known_row(i * SECOND / 10, false), closed = cwnd;

		fill_cwnd(&cwnd, i);
		close_window(&closed, i);
		add(model, 1, &cwnd);
		add(model, 2, &closed);
	}
	taken = snapshot(model, SECOND, LIVE_limit, 0, 2);
	assert_int_equal(taken->lines[0].flowid, 2);
	assert_int_equal(taken->lines[1].flowid, 1);
	live_model__free(model);
}

static void one_more_takes_the_place_of_the_most_silent(void **state)
{
	struct live_model *model = live_model__new(3);
	const struct live_snapshot *taken;

	(void)state;
	for (__u32 i = 0; i < 5; i++) {
		static const __u32 order[] = {1, 2, 3, 1, 4};
		struct analysed_row row = known_row(i, true);

		add(model, order[i], &row);
	}
	taken = snapshot(model, SECOND, LIVE_flowid, 0, 10);
	assert_int_equal(taken->forgotten, 1);
	assert_int_equal(taken->count, 3);
	assert_int_equal(taken->lines[0].flowid, 1);
	assert_int_equal(taken->lines[1].flowid, 3);
	assert_int_equal(taken->lines[2].flowid, 4);
	live_model__free(model);

	model = live_model__new(100);
	add_many(model, 100000);
	taken = snapshot(model, SECOND, LIVE_flowid, 0, 1);
	assert_int_equal(taken->forgotten, 99900);
	assert_int_equal(taken->lines[0].flowid, 99901);
	live_model__free(model);
}

static void connections_that_have_ended_leave(void **state)
{
	struct live_model *model = live_model__new(4);
	struct analysed_row row = known_row(0, false);

	(void)state;
	row.columns.conn_state = TCPS_LAST_ACK;
	add(model, 1, &row);
	row.columns.conn_state = TCPS_ESTABLISHED;
	add(model, 2, &row);
	analysed_row__set(&row, SIFTR_FIELD_tcp_flags, 4);
	add(model, 3, &row);
	assert_int_equal(snapshot(model, SECOND, LIVE_flowid, 0, 10)->flows, 3);
	assert_int_equal(snapshot(model, 6 * SECOND, LIVE_flowid, 0, 10)->flows, 1);
	live_model__free(model);
}

static void the_trend_begins_with_the_oldest(void **state)
{
	struct live_model *model = live_model__new(4);
	const struct live_snapshot *taken;

	(void)state;
	for (__u32 i = 1; i <= LIVE_TREND + 3; i++) {
		struct analysed_row row = known_row(i * SECOND, true);

		row.columns.snd_cwnd = i * 1000;
		add(model, 1, &row);
		taken = snapshot(model, i * SECOND + 1, LIVE_flowid, 0, 1);
	}
	assert_int_equal(taken->lines[0].nr_trend, LIVE_TREND);
	assert_int_equal(taken->lines[0].trend[0], 4000);
	assert_int_equal(taken->lines[0].trend[LIVE_TREND - 1], (LIVE_TREND + 3) * 1000);
	live_model__free(model);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_limit_of_the_last_moments_is_named),
		cmocka_unit_test(a_new_limit_leads_within_a_second),
		cmocka_unit_test(silence_is_judged_by_the_last_packet),
		cmocka_unit_test(rates_are_those_of_the_last_interval),
		cmocka_unit_test(what_no_row_tells_is_not_known),
		cmocka_unit_test(those_at_any_place_of_the_order_are_shown),
		cmocka_unit_test(the_worst_limit_comes_first),
		cmocka_unit_test(one_more_takes_the_place_of_the_most_silent),
		cmocka_unit_test(connections_that_have_ended_leave),
		cmocka_unit_test(the_trend_begins_with_the_oldest),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
