// SPDX-License-Identifier: BSD-2-Clause
/* What the live view says limits a connection, now and in which order. */
#include "../lib/live_fixture.h"

#include <siftr/array_size.h>

#include "convert/tcp_constants.h"

/* What limits the only connection, named as in limits.def. */
static void assert_limit(struct live_model *model, __u64 us, const char *name, bool as_receiver)
{
	const struct live_snapshot *taken = live_fixture__snapshot(model, us, LIVE_limit, 0, 1);

	assert_int_equal(taken->count, 1);
	assert_string_equal(taken->lines[0].limit.text->name, name);
	assert_int_equal(taken->lines[0].limit.as_receiver, as_receiver);
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

/* The application found the buffer full after the last of it was sent, which no chrono shows. */
static void fill_memory(struct analysed_row *row, int i)
{
	(void)i;
	analysed_row__set(row, SIFTR_FIELD_sk_wmem_queued, 67000);
}

/* Each millisecond a segment may be sent, but the timer of pacing comes after 100. */
static void pace_late(struct analysed_row *row, int i)
{
	(void)i;
	row->outbound = true;
	row->columns.snd_buf_cc = 9000;
	row->columns.sent_inflight_bytes = 5000;
	analysed_row__set(row, SIFTR_FIELD_payload_len, 1000);
	analysed_row__set(row, SIFTR_FIELD_pacing_status, 1);
	analysed_row__set(row, SIFTR_FIELD_pacing_rate, 1000000);
	analysed_row__set(row, SIFTR_FIELD_sk_wmem_queued, 66000);
}

static void pace_late_with_full_memory(struct analysed_row *row, int i)
{
	pace_late(row, i);
	fill_memory(row, i);
}

static void pace_in_time_with_full_memory(struct analysed_row *row, int i)
{
	pace_late_with_full_memory(row, i);
	analysed_row__set(row, SIFTR_FIELD_pacing_rate, 10000);
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
		{fill_memory, "send_buffer", false},
		{pace_late, "pacing", false},
		{pace_late_with_full_memory, "send_buffer", false},
		{pace_in_time_with_full_memory, "pacing", false},
		{close_window, "zero_window", false},
		{fill_cwnd, "avoidance", false},
		{recover, "recovery", false},
		{send_little, "application", false},
		{receive, "sender", true},
		{receive_unread, "reader", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct live_model *model = live_fixture__model(cases[i].change);

		assert_limit(model, SECOND, cases[i].limit, cases[i].as_receiver);
		live_model__free(model);
	}
}

static void a_new_limit_leads_within_a_second(void **state)
{
	struct live_model *model = live_fixture__model(fill_cwnd);

	(void)state;
	for (int i = 10; i < 20; i++) {
		struct analysed_row row = live_fixture__row(i * SECOND / 10, false);

		close_window(&row, i);
		live_fixture__add(model, 1, &row);
	}
	assert_limit(model, 2 * SECOND, "zero_window", false);
	live_model__free(model);
}

static void silence_is_judged_by_the_last_packet(void **state)
{
	struct live_model *model = live_fixture__model(fill_cwnd);
	struct analysed_row timeout = live_fixture__row(11 * SECOND / 10, true);
	struct analysed_row ack = live_fixture__row(SECOND, false);

	(void)state;
	/* After the first timeout each further one is waited for. */
	timeout.columns.snd_buf_cc = timeout.columns.sent_inflight_bytes = 20000;
	timeout.columns.rto = 20 * SECOND;
	analysed_row__set(&timeout, SIFTR_FIELD_icsk_retransmits, 1);
	live_fixture__add(model, 1, &timeout);
	assert_limit(model, 9 * SECOND, "rto_wait", false);
	live_model__free(model);

	/* The last ACK has acknowledged all: nothing is in flight. */
	model = live_fixture__model(send_little);
	analysed_row__set(&ack, SIFTR_FIELD_bytes_sent, 1000);
	live_fixture__add(model, 1, &ack);
	assert_limit(model, 2 * SECOND, "application", false);
	assert_limit(model, 60 * SECOND, "idle", false);
	live_model__free(model);
}

static void the_worst_limit_comes_first(void **state)
{
	struct live_model *model = live_model__new(4);
	const struct live_snapshot *taken;

	(void)state;
	for (int i = 0; i < 10; i++) {
		struct analysed_row cwnd = live_fixture__row(i * SECOND / 10, false), closed = cwnd;

		fill_cwnd(&cwnd, i);
		close_window(&closed, i);
		live_fixture__add(model, 1, &cwnd);
		live_fixture__add(model, 2, &closed);
	}
	taken = live_fixture__snapshot(model, SECOND, LIVE_limit, 0, 2);
	assert_int_equal(taken->lines[0].flowid, 2);
	assert_int_equal(taken->lines[1].flowid, 1);
	live_model__free(model);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_limit_of_the_last_moments_is_named),
		cmocka_unit_test(a_new_limit_leads_within_a_second),
		cmocka_unit_test(silence_is_judged_by_the_last_packet),
		cmocka_unit_test(the_worst_limit_comes_first),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
