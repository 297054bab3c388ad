// SPDX-License-Identifier: BSD-2-Clause
/* Each limit of a sender on rows worked out by hand, from columns alone and with captured fields.
 */
#include "../lib/analysed_rows.h"

#include "analyse/sender.h"
#include "convert/tcp_constants.h"

#define MSS 1000U

/* The limit of the time between two rows. */
static enum send_limit limit_between(struct analysed_row before, struct analysed_row now)
{
	return sender__limit(analysed_state(&before), analysed_state(&now), SEND_idle).limit;
}

/* Rows 10 ms apart: an outbound one, then one of the other direction, edited by the test. */
#define ROWS                                                      \
	struct analysed_row before = analysed_row(1000000, true); \
	struct analysed_row now = analysed_row(1010000, false);   \
	(void)state

static void nothing_in_flight_is_idle(void **state)
{
	ROWS;
	now.columns.sent_inflight_bytes = now.columns.snd_buf_cc = 0;
	assert_int_equal(limit_between(before, now), SEND_idle);
}

static void data_in_flight_and_none_waiting_is_the_application(void **state)
{
	struct sender_limit limit;

	ROWS;
	limit = sender__limit(analysed_state(&before), analysed_state(&now), SEND_idle);
	assert_int_equal(limit.limit, SEND_application);
	/* Columns do not tell whether the application waits for room in the send buffer. */
	assert_int_equal(limit.lacking, PART_RATE);
}

static void a_full_send_buffer_is_told_by_the_kernels_chrono(void **state)
{
	ROWS;
	analysed_row__set(&now, SIFTR_FIELD_pacing_status, 0);
	analysed_row__set(&now, SIFTR_FIELD_is_cwnd_limited, 0);
	analysed_row__set(&now, SIFTR_FIELD_chrono_type, 3);
	assert_int_equal(limit_between(before, now), SEND_send_buffer);
	analysed_row__set(&now, SIFTR_FIELD_chrono_type, 1);
	assert_int_equal(limit_between(before, now), SEND_application);
}

static void a_full_window_of_the_peer_is_the_receive_window(void **state)
{
	ROWS;
	now.columns.snd_buf_cc = 9000;
	now.columns.snd_wnd = 5999; /* a segment less one byte of room */
	assert_int_equal(limit_between(before, now), SEND_receive_window);
	/* A window that is nearly full as well, and has no room for a segment, counts first. */
	now.columns.snd_cwnd = 5999;
	assert_int_equal(limit_between(before, now), SEND_slow_start);
}

/* TCP waits until a third of the smaller window, here 2500 bytes, or all that waits can be sent. */
static void little_room_in_the_window_of_the_peer_is_not_used(void **state)
{
	ROWS;
	now.columns.snd_buf_cc = 9000;
	now.columns.snd_wnd = 7499;
	assert_int_equal(limit_between(before, now), SEND_unknown);
	now.columns.snd_wnd = 7498;
	assert_int_equal(limit_between(before, now), SEND_receive_window);
	now.columns.snd_buf_cc = 7498;
	assert_int_equal(limit_between(before, now), SEND_unknown);
	/* Less than that is left of the congestion window. */
	now.columns.snd_buf_cc = 9000;
	now.columns.snd_cwnd = 7497;
	assert_int_equal(limit_between(before, now), SEND_slow_start);
}

static void the_kernels_chrono_decides_whether_the_window_of_the_peer_is_full(void **state)
{
	ROWS;
	now.columns.snd_buf_cc = 9000;
	analysed_row__set(&now, SIFTR_FIELD_pacing_status, 0);
	analysed_row__set(&now, SIFTR_FIELD_is_cwnd_limited, 1);
	analysed_row__set(&now, SIFTR_FIELD_chrono_type, 2);
	assert_int_equal(limit_between(before, now), SEND_receive_window);
	analysed_row__set(&now, SIFTR_FIELD_chrono_type, 1);
	now.columns.snd_wnd = 5999;
	now.columns.snd_cwnd = 5000;
	assert_int_equal(limit_between(before, now), SEND_slow_start);
	/* Nothing else holds it back. */
	now.columns.snd_cwnd = 20000;
	analysed_row__set(&now, SIFTR_FIELD_is_cwnd_limited, 0);
	assert_int_equal(limit_between(before, now), SEND_receive_window);
}

static void a_closed_window_is_the_zero_window(void **state)
{
	ROWS;
	now.columns.snd_buf_cc = 9000;
	now.columns.snd_wnd = now.columns.sent_inflight_bytes = 0;
	assert_int_equal(limit_between(before, now), SEND_zero_window);
	/* Nothing waits: the closed window holds nothing back. */
	now.columns.snd_buf_cc = 0;
	assert_int_equal(limit_between(before, now), SEND_idle);
}

static void a_full_congestion_window_is_split_by_ssthresh(void **state)
{
	ROWS;
	now.columns.snd_buf_cc = 9000;
	now.columns.snd_cwnd = 5000;
	now.columns.snd_ssthresh = 5001;
	assert_int_equal(limit_between(before, now), SEND_slow_start);
	now.columns.snd_ssthresh = 5000;
	assert_int_equal(limit_between(before, now), SEND_avoidance);
}

static void segments_in_the_network_decide_where_they_are_known(void **state)
{
	ROWS;
	now.columns.snd_buf_cc = 9000;
	now.columns.snd_cwnd = 20000;
	analysed_row__set(&now, SIFTR_FIELD_packets_out, 24);
	analysed_row__set(&now, SIFTR_FIELD_sacked_out, 4);
	analysed_row__set(&now, SIFTR_FIELD_lost_out, 1);
	analysed_row__set(&now, SIFTR_FIELD_retrans_out, 1);
	assert_int_equal(limit_between(before, now), SEND_avoidance);
	analysed_row__set(&now, SIFTR_FIELD_sacked_out, 5);
	assert_int_not_equal(limit_between(before, now), SEND_avoidance);
}

static void pacing_is_told_apart_only_with_its_fields(void **state)
{
	struct sender_limit limit;

	ROWS;
	now.columns.snd_buf_cc = 9000;
	limit = sender__limit(analysed_state(&before), analysed_state(&now), SEND_idle);
	assert_int_equal(limit.limit, SEND_unknown);
	assert_int_equal(limit.lacking, PART_RATE);
	analysed_row__set(&now, SIFTR_FIELD_is_cwnd_limited, 0);
	analysed_row__set(&now, SIFTR_FIELD_chrono_type, 1);
	analysed_row__set(&now, SIFTR_FIELD_pacing_status, 1);
	assert_int_equal(limit_between(before, now), SEND_pacing);
	analysed_row__set(&now, SIFTR_FIELD_pacing_status, 0);
	assert_int_equal(limit_between(before, now), SEND_unknown);
}

static void a_small_segment_waits_for_an_acknowledgement(void **state)
{
	ROWS;
	now.columns.snd_buf_cc = 5999;
	assert_int_equal(limit_between(before, now), SEND_small_segment);
	now.columns.t_flags |= TF_NODELAY;
	assert_int_equal(limit_between(before, now), SEND_unknown);
	now.columns.t_flags |= TF_NOPUSH;
	assert_int_equal(limit_between(before, now), SEND_small_segment);
}

static void recovery_counts_before_the_windows(void **state)
{
	ROWS;
	now.columns.snd_buf_cc = 9000;
	now.columns.snd_cwnd = 5000;
	now.columns.t_flags |= TF_FASTRECOVERY;
	assert_int_equal(limit_between(before, now), SEND_recovery);
	now.columns.t_flags = 0;
	analysed_row__set(&now, SIFTR_FIELD_icsk_retransmits, 0);
	analysed_row__set(&now, SIFTR_FIELD_ca_state, 4);
	assert_int_equal(limit_between(before, now), SEND_recovery);
	analysed_row__set(&now, SIFTR_FIELD_ca_state, 1);
	assert_int_not_equal(limit_between(before, now), SEND_recovery);
}

static void a_sent_fin_with_nothing_unsent_is_closing(void **state)
{
	ROWS;
	before.columns.t_flags = TF_SENTFIN;
	assert_int_equal(limit_between(before, now), SEND_closing);
	now.columns.snd_buf_cc = 9000;
	now.columns.snd_cwnd = 5000;
	assert_int_equal(limit_between(before, now), SEND_slow_start);
}

static void what_is_sent_at_once_belongs_to_the_limit_before(void **state)
{
	struct analysed_row before = analysed_row(1000000, false),
			    now = analysed_row(1000999, true);

	(void)state;
	before.columns.snd_buf_cc = now.columns.snd_buf_cc = 9000;
	assert_int_equal(
		sender__limit(analysed_state(&before), analysed_state(&now), SEND_avoidance).limit,
		SEND_avoidance);
	now = analysed_row(1001000, true);
	assert_int_equal(
		sender__limit(analysed_state(&before), analysed_state(&now), SEND_avoidance).limit,
		SEND_unknown);
}

/* What a packet takes along was written just before it: until then nothing waited. */
static void a_first_packet_after_silence_was_waited_for_by_nobody(void **state)
{
	struct analysed_row before = analysed_row(1000000, false),
			    now = analysed_row(3000000, true);

	(void)state;
	now.columns.snd_buf_cc = 900;
	now.columns.sent_inflight_bytes = 900;
	assert_int_equal(limit_between(before, now), SEND_idle);
}

static void missing_segments_are_a_gap(void **state)
{
	ROWS;
	analysed_row__order(&before, 20, 2);
	analysed_row__order(&now, 22, 1);
	assert_false(sender__has_gap(analysed_state(&before), analysed_state(&now)));
	analysed_row__order(&now, 23, 1);
	assert_true(sender__has_gap(analysed_state(&before), analysed_state(&now)));
	assert_int_equal(limit_between(before, now), SEND_unknown);
}

static void absent_columns_leave_the_limit_unknown(void **state)
{
	struct sender_limit limit;

	ROWS;
	now.absent = ROW_BIT(ROW_sent_inflight_bytes);
	limit = sender__limit(analysed_state(&before), analysed_state(&now), SEND_idle);
	assert_int_equal(limit.limit, SEND_unknown);
	assert_int_equal(limit.lacking, PART_QUEUE);
}

/* A window of one segment and the silence of an RTO are what columns show of a timeout. */
static void columns_show_a_timeout_by_the_window_of_one_segment(void **state)
{
	struct analysed_row before = analysed_row(1000000, true), now = analysed_row(1200000, true);

	(void)state;
	now.columns.snd_cwnd = MSS;
	assert_int_equal(limit_between(before, now), SEND_rto_wait);
	now.columns.snd_cwnd = 2 * MSS;
	assert_int_not_equal(limit_between(before, now), SEND_rto_wait);
	before.columns.snd_cwnd = now.columns.snd_cwnd = MSS;
	assert_int_equal(limit_between(before, now), SEND_rto_wait);
	now = analysed_row(1100000, true);
	now.columns.snd_cwnd = MSS;
	assert_int_not_equal(limit_between(before, now), SEND_rto_wait);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_in_flight_is_idle),
		cmocka_unit_test(data_in_flight_and_none_waiting_is_the_application),
		cmocka_unit_test(a_full_send_buffer_is_told_by_the_kernels_chrono),
		cmocka_unit_test(a_full_window_of_the_peer_is_the_receive_window),
		cmocka_unit_test(little_room_in_the_window_of_the_peer_is_not_used),
		cmocka_unit_test(the_kernels_chrono_decides_whether_the_window_of_the_peer_is_full),
		cmocka_unit_test(a_closed_window_is_the_zero_window),
		cmocka_unit_test(a_full_congestion_window_is_split_by_ssthresh),
		cmocka_unit_test(segments_in_the_network_decide_where_they_are_known),
		cmocka_unit_test(pacing_is_told_apart_only_with_its_fields),
		cmocka_unit_test(a_small_segment_waits_for_an_acknowledgement),
		cmocka_unit_test(recovery_counts_before_the_windows),
		cmocka_unit_test(a_sent_fin_with_nothing_unsent_is_closing),
		cmocka_unit_test(what_is_sent_at_once_belongs_to_the_limit_before),
		cmocka_unit_test(a_first_packet_after_silence_was_waited_for_by_nobody),
		cmocka_unit_test(missing_segments_are_a_gap),
		cmocka_unit_test(absent_columns_leave_the_limit_unknown),
		cmocka_unit_test(columns_show_a_timeout_by_the_window_of_one_segment),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
