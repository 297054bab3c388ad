// SPDX-License-Identifier: BSD-2-Clause
/* What rows show of losses, and of the kernel's own count, worked out by hand. */
#include "../lib/analysed_rows.h"

#include <siftr/array_size.h>

#include "analyse/events.h"
#include "analyse/ledger.h"

#define CHRONO_RWND   2
#define CHRONO_SNDBUF 3

static void set_loss(struct analysed_row *row, __u64 ca_state, __u64 retransmits)
{
	analysed_row__set(row, SIFTR_FIELD_ca_state, ca_state);
	analysed_row__set(row, SIFTR_FIELD_icsk_retransmits, retransmits);
}

static void set_rate(struct analysed_row *row, __u64 chrono_type)
{
	analysed_row__set(row, SIFTR_FIELD_pacing_status, 0);
	analysed_row__set(row, SIFTR_FIELD_is_cwnd_limited, 0);
	analysed_row__set(row, SIFTR_FIELD_chrono_type, chrono_type);
}

struct followed {
	struct ledger ledger;
	struct events events;
};

/* What the rows come to. */
static struct followed follow(struct analysed_row rows[], size_t count)
{
	struct followed followed = {};

	for (size_t i = 1; i < count; i++) {
		const struct flow_state *before = analysed_state(&rows[i - 1]);
		const struct flow_state *now = analysed_state(&rows[i]);
		struct interval interval = ledger__add(&followed.ledger, before, now);

		events__add(&followed.events, before, now, &interval);
	}
	ledger__end(&followed.ledger);
	events__end(&followed.events, analysed_state(&rows[count - 1]));
	return followed;
}

#define FOLLOW(rows)   follow(rows, ARRAY_SIZE(rows))
#define SENT_US(limit) ledger__send_us(&followed.ledger, SEND_##limit)

/*
 * Data is acknowledged at 1, 2.6 and 3.3 s. The timeouts at 1.3, 1.7 and 2.5 s are a blackout,
 * those at 5 and 5.4 s another; the one at 3.2 s comes alone.
 */
static void timeouts_in_a_row_are_a_blackout(void **state)
{
	static const __u64 times_us[] = {1000000, 1100000, 1300000, 1700000, 2500000,
					 2600000, 3000000, 3200000, 3300000, 4800000,
					 5000000, 5400000, 5500000};
	static const __u64 retransmits[] = {0, 0, 1, 2, 3, 3, 0, 1, 1, 0, 1, 2, 2};
	static const __u64 acked[] = {1, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4};
	struct analysed_row rows[ARRAY_SIZE(times_us)];
	const struct blackout *blackout;
	struct followed followed;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool sent = i == 0 || (i > 0 && retransmits[i] > retransmits[i - 1]);

		rows[i] = analysed_row(times_us[i], sent);
		set_loss(&rows[i], retransmits[i] ? 4 : 0, retransmits[i]);
		analysed_row__set(&rows[i], SIFTR_FIELD_bytes_acked, 1000 * acked[i]);
	}
	followed = FOLLOW(rows);
	blackout = &followed.events.blackout;
	assert_int_equal(followed.events.list.count[EVENT_timeout], 6);
	assert_int_equal(blackout->longest.begin_us, 3300000);
	assert_int_equal(blackout->longest.us, 2100000);
	assert_int_equal(blackout->longest.timeouts, 2);
	assert_int_equal(blackout->timeouts, 5);
	assert_int_equal(blackout->us, 1500000 + 2100000);
	assert_int_equal(SENT_US(rto_wait), 1500000 + 2100000 + 600000);
}

/* A probe with new data shows in the row after it, of whatever direction. */
static void a_probe_with_new_data_shows_in_the_next_row(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, true), analysed_row(1060000, true),
				      analysed_row(1100000, true)};
	struct followed followed;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		set_loss(&rows[i], 0, 0);
	analysed_row__set(&rows[2], SIFTR_FIELD_tlp_high_seq, 77);
	followed = FOLLOW(rows);
	assert_int_equal(SENT_US(probe_wait), 60000);
	assert_int_equal(followed.events.list.count[EVENT_probe], 1);
}

/* The timeout makes the kernel forget the probe, which was sent although the window was full. */
static void a_probe_with_new_data_before_a_timeout_shows_by_the_full_window(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, true), analysed_row(1060000, true),
				      analysed_row(1260000, true)};
	struct followed followed;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		set_loss(&rows[i], i == 2 ? 4 : 0, i == 2);
		analysed_row__set(&rows[i], SIFTR_FIELD_is_retransmit, i == 2);
		analysed_row__set(&rows[i], SIFTR_FIELD_payload_len, 1000);
		analysed_row__set(&rows[i], SIFTR_FIELD_packets_out, 19 + i);
		analysed_row__set(&rows[i], SIFTR_FIELD_sacked_out, 0);
		analysed_row__set(&rows[i], SIFTR_FIELD_lost_out, 0);
		analysed_row__set(&rows[i], SIFTR_FIELD_retrans_out, 0);
	}
	followed = FOLLOW(rows);
	assert_int_equal(followed.events.list.count[EVENT_probe], 1);
	assert_int_equal(followed.events.list.cost_us[EVENT_probe], 60000);
	/* With room for it, it was no probe. */
	analysed_row__set(&rows[1], SIFTR_FIELD_packets_out, 19);
	followed = FOLLOW(rows);
	assert_int_equal(followed.events.list.count[EVENT_probe], 0);
}

/* A probe that repeats shows by itself, also if a timeout comes before any answer. */
static void a_probe_that_is_sent_again_shows_by_itself(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, true), analysed_row(1060000, true),
				      analysed_row(1260000, true)};
	struct followed followed;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		set_loss(&rows[i], i == 2 ? 4 : 0, i == 2);
		analysed_row__set(&rows[i], SIFTR_FIELD_is_retransmit, i > 0);
		analysed_row__set(&rows[i], SIFTR_FIELD_bytes_acked, 1000);
	}
	followed = FOLLOW(rows);
	assert_int_equal(followed.events.list.count[EVENT_probe], 1);
	assert_int_equal(followed.events.list.cost_us[EVENT_probe], 60000);
	assert_int_equal(followed.events.list.count[EVENT_timeout], 1);
	assert_int_equal(SENT_US(rto_wait), 260000);
	/* With an answer instead of the timeout. */
	rows[2] = analysed_row(1100000, false);
	set_loss(&rows[2], 0, 0);
	analysed_row__set(&rows[2], SIFTR_FIELD_tlp_high_seq, 77);
	followed = FOLLOW(rows);
	assert_int_equal(followed.events.list.count[EVENT_probe], 1);
	assert_int_equal(SENT_US(probe_wait), 60000);
}

/* 100 ms at the peer's full window and 300 ms at its closed one; of the latter a timeout takes all.
 */
static void the_kernels_count_goes_on_while_other_limits_hold(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, true), analysed_row(1100000, false),
				      analysed_row(1200000, false), analysed_row(1400000, true)};
	struct followed followed;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		rows[i].columns.snd_buf_cc = 9000;
		set_loss(&rows[i], 0, i == 3);
		set_rate(&rows[i], CHRONO_RWND);
		analysed_row__set(&rows[i], SIFTR_FIELD_bytes_acked, i >= 2 ? 3000 : 2000);
	}
	rows[2].columns.snd_wnd = rows[3].columns.snd_wnd = 0;
	followed = FOLLOW(rows);
	assert_int_equal(SENT_US(receive_window), 100000);
	assert_int_equal(SENT_US(rto_wait), 300000);
	assert_int_equal(followed.ledger.window_us, 400000);
	assert_int_equal(followed.ledger.buffer_us, 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		rows[i].columns.snd_buf_cc = 5000;
		set_rate(&rows[i], CHRONO_SNDBUF);
	}
	followed = FOLLOW(rows);
	assert_int_equal(SENT_US(send_buffer), 100000);
	assert_int_equal(followed.ledger.buffer_us, 400000);
}

/*
 * ssthresh falls from 10000 to 7000 as a recovery begins, which ends; later the peer reports that
 * it had everything, and ssthresh is 10000 again.
 */
static void an_undo_shows_after_the_recovery_as_well(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, true), analysed_row(1100000, false),
				      analysed_row(1200000, false), analysed_row(1300000, false)};
	struct followed followed;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		set_loss(&rows[i], i == 1 ? 3 : 0, 0);
		rows[i].columns.snd_ssthresh = i == 1 || i == 2 ? 7000 : 10000;
	}
	followed = FOLLOW(rows);
	assert_int_equal(followed.events.list.count[EVENT_undo], 1);
	/* Something else than what it was before is no undo. */
	rows[3].columns.snd_ssthresh = 9999;
	followed = FOLLOW(rows);
	assert_int_equal(followed.events.list.count[EVENT_undo], 0);
}

/*
 * A recovery that ends at 9000 goes over into another one. Had the first been through, the other
 * would have begun at 9000 or later.
 */
static void a_recovery_that_gives_way_to_another_was_undone(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, false), analysed_row(1100000, false)};
	struct followed followed;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		set_loss(&rows[i], 3, 0);
		analysed_row__set(&rows[i], SIFTR_FIELD_undo_marker, 1000);
		analysed_row__set(&rows[i], SIFTR_FIELD_high_seq, 9000);
	}
	followed = FOLLOW(rows);
	assert_int_equal(followed.events.list.count[EVENT_undo], 0);
	analysed_row__set(&rows[1], SIFTR_FIELD_undo_marker, 8999);
	followed = FOLLOW(rows);
	assert_int_equal(followed.events.list.count[EVENT_undo], 1);
	analysed_row__set(&rows[1], SIFTR_FIELD_undo_marker, 9000);
	followed = FOLLOW(rows);
	assert_int_equal(followed.events.list.count[EVENT_undo], 0);
}

/* Two segments fast, one by the timeout, three after it, one as a probe. */
static void segments_sent_again_are_counted_by_cause(void **state)
{
	static const __u8 ca_states[] = {0, 3, 4, 4, 0};
	static const __u8 segs[] = {1, 2, 1, 3, 1};
	struct analysed_row rows[ARRAY_SIZE(segs)];
	struct followed followed;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		rows[i] = analysed_row(1000000 + 100000 * i, true);
		set_loss(&rows[i], ca_states[i], i >= 2);
		analysed_row__set(&rows[i], SIFTR_FIELD_is_retransmit, i > 0);
		analysed_row__set(&rows[i], SIFTR_FIELD_segs_out, 10 * i);
		analysed_row__set(&rows[i], SIFTR_FIELD_gso_segs, segs[i]);
	}
	for (size_t i = 1; i < ARRAY_SIZE(rows); i++)
		analysed_row__set(&rows[i], SIFTR_FIELD_segs_out,
				  rows[i - 1].fields.values[SIFTR_FIELD_segs_out] + segs[i - 1]);
	followed = FOLLOW(rows);
	assert_int_equal(followed.events.sent_again[CAUSE_RECOVERY], 2);
	assert_int_equal(followed.events.sent_again[CAUSE_TIMEOUT], 1);
	assert_int_equal(followed.events.sent_again[CAUSE_AFTER_TIMEOUT], 3);
	assert_int_equal(followed.events.sent_again[CAUSE_PROBE], 1);
}

/* The window falls from 20000 to 10000 after 1 s of silence; 200 ms later it is full, for 300 ms.
 */
static void a_window_that_fell_after_idleness_costs_until_it_has_grown(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, false), analysed_row(2000000, true),
				      analysed_row(2200000, false), analysed_row(2500000, false),
				      analysed_row(2900000, false)};
	struct followed followed;

	(void)state;
	rows[0].columns.snd_buf_cc = rows[0].columns.sent_inflight_bytes = 0;
	rows[1].columns.snd_buf_cc = rows[1].columns.sent_inflight_bytes = 1000;
	for (size_t i = 1; i < ARRAY_SIZE(rows); i++)
		rows[i].columns.snd_cwnd = i == 4 ? 20000 : 10000;
	for (size_t i = 3; i < ARRAY_SIZE(rows); i++) {
		rows[i].columns.snd_buf_cc = 40000;
		rows[i].columns.sent_inflight_bytes = rows[i].columns.snd_cwnd;
	}
	followed = FOLLOW(rows);
	assert_int_equal(followed.events.falls.sums[FALLS_IDLE].count, 1);
	assert_int_equal(followed.events.falls.sums[FALLS_IDLE].from, 20000);
	assert_int_equal(followed.events.falls.sums[FALLS_IDLE].us, 700000);
	assert_int_equal(SENT_US(avoidance), 700000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(timeouts_in_a_row_are_a_blackout),
		cmocka_unit_test(a_probe_with_new_data_shows_in_the_next_row),
		cmocka_unit_test(a_probe_with_new_data_before_a_timeout_shows_by_the_full_window),
		cmocka_unit_test(a_probe_that_is_sent_again_shows_by_itself),
		cmocka_unit_test(the_kernels_count_goes_on_while_other_limits_hold),
		cmocka_unit_test(an_undo_shows_after_the_recovery_as_well),
		cmocka_unit_test(a_recovery_that_gives_way_to_another_was_undone),
		cmocka_unit_test(segments_sent_again_are_counted_by_cause),
		cmocka_unit_test(a_window_that_fell_after_idleness_costs_until_it_has_grown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
