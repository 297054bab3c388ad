// SPDX-License-Identifier: BSD-2-Clause
/*
 * Connection states and flags are converted to FreeBSD's: each state has its number, each bit of
 * the kernel sets the one or two flags that stand for it and no others, and bits without a meaning
 * to SIFTR set none.
 */
#include <siftr/array_size.h>

#include "../lib/idle_record.h"
#include "../lib/test.h"

#define RXWIN0SENT 0x80000U

static void a_window_of_0_that_was_sent_sets_rxwin0sent_and_one_that_is_full_does_not(void **state)
{
	struct siftr_record record = idle_record();

	(void)state;
	record.rcv_wnd = 1;
	assert_int_equal(columns_of(&record).t_flags, 0);
	record.rcv_wnd = 0;
	assert_int_equal(columns_of(&record).t_flags, RXWIN0SENT);
	record.rcv_wnd = 100;
	record.rcv_nxt += 200;
	record.copied_seq = record.rcv_nxt;
	assert_int_equal(columns_of(&record).rcv_wnd, 0);
	assert_int_equal(columns_of(&record).t_flags, 0);
}

static void every_state_has_freebsds_number_and_sentfin(void **state)
{
	static const struct {
		__u8 linux_state;
		__u32 conn_state;
		__u32 t_flags;
	} cases[] = {
		{ESTABLISHED, 4, 0},
		{2, 2, 0},
		{3, 3, 0},
		{FIN_WAIT1, 6, 0x10},
		{FIN_WAIT2, 9, 0x10},
		{TIME_WAIT, 10, 0x10},
		{7, 0, 0},
		{CLOSE_WAIT, 5, 0},
		{LAST_ACK, 8, 0x10},
		{10, 1, 0},
		{CLOSING, 7, 0x10},
		{12, 3, 0},
		{13, 0, 0},
		{0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct siftr_record record = idle_record();

		record.skc_state = cases[i].linux_state;
		assert_int_equal(columns_of(&record).conn_state, cases[i].conn_state);
		assert_int_equal(columns_of(&record).t_flags, cases[i].t_flags);
	}
}

static void each_option_bit_sets_its_flags_alone(void **state)
{
	static const struct {
		__u8 option;
		__u32 t_flags, t_flags2, sack_enabled;
	} cases[] = {
		{SIFTR_OPT_SACK, 0x200, 0, 1},
		{SIFTR_OPT_WSCALE, 0x60, 0, 0},
		{SIFTR_OPT_TSTAMP, 0x180, 0, 0},
		{SIFTR_OPT_FASTOPEN, 0x80000000, 0, 0},
		{SIFTR_OPT_MTUP, 0, 0x2, 0},
		{SIFTR_OPT_FIN_RECEIVED, 0, 0, 0},
		{0x40, 0, 0, 0},
		{0x80, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct siftr_record record = idle_record();
		struct siftr_columns c;

		record.options = cases[i].option;
		c = columns_of(&record);
		assert_int_equal(c.t_flags, cases[i].t_flags);
		assert_int_equal(c.t_flags2, cases[i].t_flags2);
		assert_int_equal(c.sack_enabled, cases[i].sack_enabled);
	}
}

static void each_kernel_bit_sets_its_flag_alone(void **state)
{
	static const __u32 ack_flags[8] = {[1] = 0x2, [4] = 0x1};
	static const __u32 nagle_flags[8] = {[0] = 0x4, [1] = 0x1000};
	static const __u32 ecn_flags2[8] = {[0] = 0x20, [1] = 0x40, [2] = 0x80, [4] = 0x120};

	(void)state;
	for (int bit = 0; bit < 8; bit++) {
		struct siftr_record record = idle_record();

		record.ack_pending = (__u8)(1 << bit);
		assert_int_equal(columns_of(&record).t_flags, ack_flags[bit]);
		record.ack_pending = 0;
		record.nonagle = (__u8)(1 << bit);
		assert_int_equal(columns_of(&record).t_flags, nagle_flags[bit]);
		record.nonagle = 0;
		record.ecn_flags = (__u8)(1 << bit);
		assert_int_equal(columns_of(&record).t_flags2, ecn_flags2[bit]);
		assert_int_equal(columns_of(&record).t_flags, 0);
	}
}

static void recovery_flags_follow_the_congestion_state(void **state)
{
	static const __u32 flags[8] = {[2] = 0x20000000, [3] = 0x20100000};

	(void)state;
	for (__u8 ca_state = 0; ca_state < 8; ca_state++) {
		struct siftr_record record = idle_record();

		record.ca_state = ca_state;
		assert_int_equal(columns_of(&record).t_flags, flags[ca_state]);
	}
}

static void all_flags_together_are_their_sum(void **state)
{
	struct siftr_record record = idle_record();

	(void)state;
	record.skc_state = LAST_ACK;
	record.ca_state = 3;
	record.rcv_wnd = 0;
	record.options = 0xff;
	record.ack_pending = 0xff;
	record.nonagle = 0xff;
	record.ecn_flags = 0xff;
	assert_int_equal(columns_of(&record).t_flags, 0xa01813f7);
	assert_int_equal(columns_of(&record).t_flags2, 0x1e2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_window_of_0_that_was_sent_sets_rxwin0sent_and_one_that_is_full_does_not),
		cmocka_unit_test(every_state_has_freebsds_number_and_sentfin),
		cmocka_unit_test(each_option_bit_sets_its_flags_alone),
		cmocka_unit_test(each_kernel_bit_sets_its_flag_alone),
		cmocka_unit_test(recovery_flags_follow_the_congestion_state),
		cmocka_unit_test(all_flags_together_are_their_sum),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
