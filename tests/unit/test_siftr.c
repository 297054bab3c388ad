// SPDX-License-Identifier: BSD-2-Clause
/*
 * Every column but the flags has the value that FreeBSD's SIFTR would show for the state of the
 * Linux kernel: in the right unit, also where a value saturates or a sequence number wraps.
 */
#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "convert/siftr_values.h"

#include "../lib/idle_record.h"
#include "../lib/test.h"

#define HZ1000_TICK_NS NSEC_PER_MSEC

static void an_idle_connection_has_these_columns(void **state)
{
	struct siftr_record record = idle_record();
	struct siftr_columns c = columns_of(&record);

	(void)state;
	assert_int_equal(c.snd_ssthresh, 1073725440);
	assert_int_equal(c.snd_cwnd, 14600);
	assert_int_equal(c.t_flags2, 0);
	assert_int_equal(c.snd_wnd, 65535);
	assert_int_equal(c.rcv_wnd, 64240);
	assert_int_equal(c.snd_scale, 0);
	assert_int_equal(c.rcv_scale, 0);
	assert_int_equal(c.conn_state, 4);
	assert_int_equal(c.max_seg_size, 1460);
	assert_int_equal(c.srtt, 0);
	assert_int_equal(c.sack_enabled, 0);
	assert_int_equal(c.t_flags, 0);
	assert_int_equal(c.rto, 200000);
	assert_int_equal(c.snd_buf_hiwater, 87040);
	assert_int_equal(c.snd_buf_cc, 0);
	assert_int_equal(c.rcv_buf_hiwater, 131072);
	assert_int_equal(c.rcv_buf_cc, 0);
	assert_int_equal(c.sent_inflight_bytes, 0);
	assert_int_equal(c.t_segqlen, 0);
}

static void rcv_wnd_is_never_more_than_the_header_can_say(void **state)
{
	struct siftr_record record = idle_record();

	(void)state;
	record.rcv_wup = record.rcv_nxt;
	record.rcv_wnd = 72400;
	record.rcv_wscale = 0;
	assert_int_equal(columns_of(&record).rcv_wnd, 65535);
	record.rcv_wscale = 1;
	assert_int_equal(columns_of(&record).rcv_wnd, 72400);
	record.rcv_wscale = 14;
	record.rcv_wnd = 0x7fffffff;
	assert_int_equal(columns_of(&record).rcv_wnd, 65535 << 14);
}

static void cwnd_is_in_bytes_and_stays_a_signed_32_bit_number(void **state)
{
	struct siftr_record record = idle_record();

	(void)state;
	record.snd_cwnd = 1470852;
	assert_int_equal(columns_of(&record).snd_cwnd, 2147443920);
	record.snd_cwnd = 1470880;
	assert_int_equal(columns_of(&record).snd_cwnd, 0x7fffffff);
	record.snd_cwnd = UINT32_MAX;
	record.mss_cache = UINT32_MAX;
	assert_int_equal(columns_of(&record).snd_cwnd, 0x7fffffff);
	record.snd_cwnd = 0x7fffffff;
	record.mss_cache = 1;
	assert_int_equal(columns_of(&record).snd_cwnd, 0x7fffffff);
	record.snd_cwnd = 0;
	assert_int_equal(columns_of(&record).snd_cwnd, 0);
}

static void ssthresh_is_in_bytes_or_freebsds_never_set(void **state)
{
	struct siftr_record record = idle_record();

	(void)state;
	record.snd_ssthresh = 7;
	assert_int_equal(columns_of(&record).snd_ssthresh, 10220);
	record.snd_ssthresh = 0x7ffffffe;
	assert_int_equal(columns_of(&record).snd_ssthresh, 0x7fffffff);
	record.snd_ssthresh = 0x7fffffff;
	assert_int_equal(columns_of(&record).snd_ssthresh, SIFTR_VALUES_SSTHRESH_INFINITE);
	record.snd_ssthresh = UINT32_MAX;
	assert_int_equal(columns_of(&record).snd_ssthresh, SIFTR_VALUES_SSTHRESH_INFINITE);
	record.mss_cache = 0;
	assert_int_equal(columns_of(&record).snd_ssthresh, SIFTR_VALUES_SSTHRESH_INFINITE);
}

static void max_seg_size_counts_the_options(void **state)
{
	struct siftr_record record = idle_record();

	(void)state;
	record.mss_cache = 1448;
	record.tcp_header_len = 32;
	assert_int_equal(columns_of(&record).max_seg_size, 1460);
	record.tcp_header_len = 0;
	assert_int_equal(columns_of(&record).max_seg_size, 1448);
	record.tcp_header_len = UINT16_MAX;
	record.mss_cache = UINT32_MAX;
	assert_int_equal(columns_of(&record).max_seg_size, UINT32_MAX);
}

static void receive_window_is_what_the_peer_may_still_send(void **state)
{
	struct siftr_record record = idle_record();

	(void)state;
	record.rcv_nxt = record.rcv_wup + 4240;
	assert_int_equal(columns_of(&record).rcv_wnd, 60000);
	record.rcv_nxt = record.rcv_wup + 64240;
	assert_int_equal(columns_of(&record).rcv_wnd, 0);
	record.rcv_nxt = record.rcv_wup + 64241;
	assert_int_equal(columns_of(&record).rcv_wnd, 0);
	record.rcv_wup = 0xfffffff0;
	record.rcv_nxt = 0x10;
	assert_int_equal(columns_of(&record).rcv_wnd, 64240 - 32);
}

static void plain_values_are_passed_on(void **state)
{
	struct siftr_record record = idle_record();
	struct siftr_columns c;

	(void)state;
	record.snd_wnd = UINT32_MAX;
	record.snd_wscale = 14;
	record.rcv_wscale = 9;
	record.sk_sndbuf = UINT32_MAX;
	record.sk_rcvbuf = 1;
	c = columns_of(&record);
	assert_int_equal(c.snd_wnd, UINT32_MAX);
	assert_int_equal(c.snd_scale, 14);
	assert_int_equal(c.rcv_scale, 9);
	assert_int_equal(c.snd_buf_hiwater, UINT32_MAX);
	assert_int_equal(c.rcv_buf_hiwater, 1);
}

static void srtt_is_in_microseconds(void **state)
{
	struct siftr_record record = idle_record();

	(void)state;
	record.srtt_us = 7;
	assert_int_equal(columns_of(&record).srtt, 0);
	record.srtt_us = 8 * 12345 + 7;
	assert_int_equal(columns_of(&record).srtt, 12345);
	record.srtt_us = UINT32_MAX;
	assert_int_equal(columns_of(&record).srtt, 0x1fffffff);
}

static void rto_is_in_microseconds_for_every_hz_and_saturates(void **state)
{
	static const struct {
		__u32 jiffies;
		__u32 tick_ns;
		__u32 rto;
	} cases[] = {
		{0, HZ250_TICK_NS, 0},
		{51, HZ250_TICK_NS, 204000},
		{204, HZ1000_TICK_NS, 204000},
		{20, 10000000, 200000},
		{61, 3333333, 203333},
		{30000, HZ250_TICK_NS, 120000000},
		{1073741, HZ250_TICK_NS, 4294964000U},
		{1073742, HZ250_TICK_NS, UINT32_MAX},
		{UINT32_MAX, 10000000, UINT32_MAX},
		{UINT32_MAX, UINT32_MAX, UINT32_MAX},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct siftr_record record = idle_record();
		struct siftr_columns columns;

		record.icsk_rto = cases[i].jiffies;
		siftr__convert(&record, cases[i].tick_ns, &columns);
		assert_int_equal(columns.rto, cases[i].rto);
	}
}

static void send_buffer_holds_what_is_not_acknowledged_without_the_fin(void **state)
{
	static const __u8 fin_queued[] = {FIN_WAIT1, CLOSING, LAST_ACK};
	static const __u8 no_fin[] = {ESTABLISHED, CLOSE_WAIT, FIN_WAIT2};
	struct siftr_record record = idle_record();

	(void)state;
	record.snd_una = 0xffffff00;
	record.write_seq = 0x100;
	for (size_t i = 0; i < 3; i++) {
		record.skc_state = fin_queued[i];
		assert_int_equal(columns_of(&record).snd_buf_cc, 511);
		record.skc_state = no_fin[i];
		assert_int_equal(columns_of(&record).snd_buf_cc, 512);
	}
	record.write_seq = record.snd_una;
	record.skc_state = FIN_WAIT1;
	assert_int_equal(columns_of(&record).snd_buf_cc, 0);
}

static void receive_buffer_holds_what_is_not_read_without_the_fin(void **state)
{
	struct siftr_record record = idle_record();

	(void)state;
	record.copied_seq = 0xfffffff0;
	record.rcv_nxt = 0x10;
	record.rcv_wup = 0x10;
	assert_int_equal(columns_of(&record).rcv_buf_cc, 32);
	record.options = SIFTR_OPT_FIN_RECEIVED;
	assert_int_equal(columns_of(&record).rcv_buf_cc, 31);
	assert_int_equal(columns_of(&record).t_flags, 0);
	record.copied_seq = record.rcv_nxt;
	assert_int_equal(columns_of(&record).rcv_buf_cc, 0);
	/* copied_seq may count the sequence number of the FIN. */
	record.copied_seq = record.rcv_nxt + 1;
	assert_int_equal(columns_of(&record).rcv_buf_cc, 0);
}

static void inbound_inflight_is_what_was_sent_before(void **state)
{
	struct siftr_record record = idle_record();

	(void)state;
	record.snd_una = 0xfffffc00;
	record.snd_nxt = 0x400;
	record.end_seq = 0x70000000;
	assert_int_equal(columns_of(&record).sent_inflight_bytes, 2048);
}

static void outbound_inflight_includes_the_packet_itself(void **state)
{
	struct siftr_record record = idle_record();

	(void)state;
	record.direction = SIFTR_OUT;
	record.snd_una = 0xfffffc00;
	record.snd_nxt = 0xfffffe00;
	record.end_seq = 0x200; /* new data across the wrap */
	assert_int_equal(columns_of(&record).sent_inflight_bytes, 1536);
	record.end_seq = 0xfffffd00; /* a retransmission ends before snd_nxt */
	assert_int_equal(columns_of(&record).sent_inflight_bytes, 512);
	record.end_seq = 0xfffffbff; /* a keep-alive probe lies before snd_una */
	assert_int_equal(columns_of(&record).sent_inflight_bytes, 512);
}

static void reassembly_queue_is_in_segments_rounded_up(void **state)
{
	struct siftr_record record = idle_record();

	(void)state;
	record.ooo_bytes = 1;
	assert_int_equal(columns_of(&record).t_segqlen, 1);
	record.ooo_bytes = 1460;
	assert_int_equal(columns_of(&record).t_segqlen, 1);
	record.ooo_bytes = 1461;
	assert_int_equal(columns_of(&record).t_segqlen, 2);
	record.mss_cache = 1;
	record.ooo_bytes = UINT32_MAX;
	assert_int_equal(columns_of(&record).t_segqlen, UINT32_MAX);
	record.mss_cache = 0;
	assert_int_equal(columns_of(&record).t_segqlen, 1);
	record.ooo_bytes = 0;
	assert_int_equal(columns_of(&record).t_segqlen, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_idle_connection_has_these_columns),
		cmocka_unit_test(rcv_wnd_is_never_more_than_the_header_can_say),
		cmocka_unit_test(cwnd_is_in_bytes_and_stays_a_signed_32_bit_number),
		cmocka_unit_test(ssthresh_is_in_bytes_or_freebsds_never_set),
		cmocka_unit_test(max_seg_size_counts_the_options),
		cmocka_unit_test(receive_window_is_what_the_peer_may_still_send),
		cmocka_unit_test(plain_values_are_passed_on),
		cmocka_unit_test(srtt_is_in_microseconds),
		cmocka_unit_test(rto_is_in_microseconds_for_every_hz_and_saturates),
		cmocka_unit_test(send_buffer_holds_what_is_not_acknowledged_without_the_fin),
		cmocka_unit_test(receive_buffer_holds_what_is_not_read_without_the_fin),
		cmocka_unit_test(inbound_inflight_is_what_was_sent_before),
		cmocka_unit_test(outbound_inflight_includes_the_packet_itself),
		cmocka_unit_test(reassembly_queue_is_in_segments_rounded_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
