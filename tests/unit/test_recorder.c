// SPDX-License-Identifier: BSD-2-Clause
/*
 * The flight recorder, with records that a script makes: which of them come out, and in which
 * order. The trigger of all tests is that a flow enters recovery.
 */
#include <errno.h>
#include <string.h>

#include <siftr/time_units.h>

#include "../lib/numbered_key.h"
#include "../lib/scripted_recorder.h"

static void healthy_flows_have_no_lines(void **state)
{
	(void)state;
	begin_recorder("10", "10", 1 << 20);
	for (__u32 number = 1; number <= 100; number++)
		for (__u32 flow = 1; flow <= 20; flow++)
			record_packet(flow, number, false);
	assert_int_equal(nr_recorded, 0);
	assert_int_equal(recorder__counts(recorder)->episodes, 0);
	assert_int_equal(sum_of(recorder__counts(recorder)->kept), 200);
	assert_int_equal(sum_of(recorder__counts(recorder)->overwritten), 1800);
	assert_int_equal(held_records(), added);
}

static void a_trigger_brings_the_packets_before_and_after_it(void **state)
{
	(void)state;
	begin_recorder("3", "2", 1 << 20);
	record_packets(1, 1, 9);
	record_packets(2, 1, 9);
	record_packet(1, 10, true);
	assert_int_equal(nr_recorded, 4);
	record_packets(2, 10, 19);
	record_packets(1, 11, 20);
	assert_int_equal(nr_recorded, 6);
	assert_recorded(0, 1, 7, 12);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(recorded[i].episode, 1);
		assert_int_equal(recorded[i].fired, i == 3 ? TRIGGER_BIT(RECOVERY) : 0);
	}
	assert_int_equal(held_records() + nr_recorded, added);
}

static void fire(__u32 flow)
{
	struct siftr_flow_key key = key_number(flow);

	recorder__fire(recorder, flow, &key, now_ns);
	take_lines();
}

/* The flow need not have another packet: what is kept of it comes at once. */
static void firing_by_hand_brings_what_is_kept_and_the_packets_after_it(void **state)
{
	(void)state;
	begin_recorder("3", "2", 1 << 20);
	record_packets(1, 1, 9);
	record_packets(2, 1, 9);
	fire(1);
	assert_int_equal(nr_recorded, 3);
	record_packets(2, 10, 19);
	record_packets(1, 10, 20);
	assert_int_equal(nr_recorded, 5);
	assert_recorded(0, 1, 7, 11);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(recorded[i].episode, 1);
		assert_int_equal(recorded[i].fired, i == 2 ? TRIGGER_BIT(CTL) : 0);
	}
	assert_int_equal(held_records() + nr_recorded, added);
	assert_int_equal(recorder__counts(recorder)->episodes, 1);
}

/* Of a flow of which nothing is kept, or whose packets are being logged, the next one fires. */
static void firing_by_hand_without_a_history_is_done_by_the_next_packet(void **state)
{
	(void)state;
	begin_recorder("0", "0", 1 << 20);
	record_packets(1, 1, 3);
	fire(1);
	fire(2);
	assert_int_equal(nr_recorded, 0);
	record_packets(1, 4, 6);
	record_packets(2, 1, 2);
	assert_int_equal(nr_recorded, 2);
	assert_recorded(0, 1, 4, 4);
	assert_recorded(1, 2, 1, 1);
	assert_int_equal(recorded[1].fired, TRIGGER_BIT(CTL));
	begin_recorder("1", "2", 1 << 20);
	record_packet(1, 1, true);
	fire(1);
	record_packets(1, 2, 9);
	assert_recorded(0, 1, 1, 4);
	assert_int_equal(nr_recorded, 4);
	assert_int_equal(recorded[1].fired, TRIGGER_BIT(CTL));
	assert_int_equal(recorded[1].episode, 1);
	assert_int_equal(held_records() + nr_recorded, added);
}

static void a_time_after_firing_by_hand_counts_from_there(void **state)
{
	(void)state;
	begin_recorder("5ms", "3ms", 1 << 20);
	record_packets(1, 1, 9);
	now_ns += NSEC_PER_SEC;
	fire(1);
	assert_recorded(0, 1, 4, 9);
	record_packets(1, 10, 30);
	assert_recorded(0, 1, 4, 12);
	assert_int_equal(nr_recorded, 9);
	assert_int_equal(held_records() + nr_recorded, added);
}

static void spans_may_be_times(void **state)
{
	(void)state;
	begin_recorder("5ms", "3ms", 1 << 20);
	record_packets(1, 1, 9);
	record_packet(1, 10, true);
	record_packets(1, 11, 30);
	assert_int_equal(nr_recorded, 5 + 1 + 3);
	assert_recorded(0, 1, 5, 13);
	assert_int_equal(held_records() + nr_recorded, added);
}

static void nothing_before_and_nothing_after_is_the_packet_itself(void **state)
{
	(void)state;
	begin_recorder("0", "0", 1 << 20);
	record_packets(1, 1, 9);
	record_packet(1, 10, true);
	record_packets(1, 11, 20);
	assert_int_equal(nr_recorded, 1);
	assert_recorded(0, 1, 10, 10);
	assert_int_equal(held_records() + nr_recorded, added);
}

static void another_trigger_prolongs_the_episode(void **state)
{
	(void)state;
	begin_recorder("3", "4", 1 << 20);
	record_packets(1, 1, 5);
	record_packet(1, 6, true);
	record_packets(1, 7, 8);
	record_packet(1, 9, true);
	record_packets(1, 10, 20);
	assert_recorded(0, 1, 3, 13);
	assert_int_equal(nr_recorded, 11);
	assert_int_equal(recorder__counts(recorder)->episodes, 1);
	/* The next one is another episode, and repeats no packet. */
	record_packet(1, 21, true);
	assert_int_equal(nr_recorded, 15);
	assert_recorded(11, 1, 18, 21);
	assert_int_equal(recorded[11].episode, 2);
	assert_int_equal(held_records() + nr_recorded, added);
}

static void a_trigger_after_the_time_of_an_episode_begins_another(void **state)
{
	(void)state;
	begin_recorder("5ms", "3ms", 1 << 20);
	record_packet(1, 1, true);
	record_packet(1, 2, false);
	now_ns += NSEC_PER_MSEC;
	/* Within 3 ms, and then after an hour without a packet. */
	record_packet(1, 3, true);
	record_packet(1, 4, false);
	now_ns += 3600 * NSEC_PER_SEC;
	record_packet(1, 5, true);
	assert_recorded(0, 1, 1, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(recorded[i].episode, i < 4 ? 1 : 2);
	assert_int_equal(recorder__counts(recorder)->episodes, 2);
	/* By hand as well, where the next packet fires. */
	now_ns += 3600 * NSEC_PER_SEC;
	fire(1);
	record_packet(1, 6, false);
	assert_recorded(5, 1, 6, 6);
	assert_int_equal(recorded[5].episode, 3);
}

/* As it may be where the clocks of processors differ, see siftr-bpf(5), TIME AND ORDER. */
static void a_packet_out_of_order_makes_no_history_old(void **state)
{
	(void)state;
	begin_recorder("5ms", "3ms", 1 << 20);
	record_packets(1, 1, 3);
	now_ns -= 4 * NSEC_PER_MSEC;
	record_packet(1, 4, false);
	now_ns += 4 * NSEC_PER_MSEC;
	record_packet(1, 5, true);
	assert_recorded(0, 1, 1, 5);
	assert_int_equal(held_records() + nr_recorded, added);
}

static void the_history_of_an_episode_begins_where_the_one_before_ended(void **state)
{
	(void)state;
	begin_recorder("100", "4", 1 << 20);
	record_packet(1, 1, true);
	record_packets(1, 2, 7);
	record_packet(1, 8, true);
	assert_int_equal(nr_recorded, 8);
	assert_recorded(0, 1, 1, 8);
}

static void spans_are_numbers_or_times(void **state)
{
	static const char *const bad[] = {"", "x", "-1", "1.5", "5 s", "1000000001", "5packets"};
	struct recorder_span span;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(recorder_span__parse("before", bad[i], &span), -EINVAL);
	assert_int_equal(recorder_span__parse("before", "500", &span), 0);
	assert_int_equal(span.records, 500);
	assert_int_equal(span.ns, 0);
	assert_int_equal(recorder_span__parse("before", "30s", &span), 0);
	assert_int_equal(span.ns, 30 * NSEC_PER_SEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(healthy_flows_have_no_lines),
		cmocka_unit_test(a_trigger_brings_the_packets_before_and_after_it),
		cmocka_unit_test(firing_by_hand_brings_what_is_kept_and_the_packets_after_it),
		cmocka_unit_test(firing_by_hand_without_a_history_is_done_by_the_next_packet),
		cmocka_unit_test(a_time_after_firing_by_hand_counts_from_there),
		cmocka_unit_test(spans_may_be_times),
		cmocka_unit_test(nothing_before_and_nothing_after_is_the_packet_itself),
		cmocka_unit_test(another_trigger_prolongs_the_episode),
		cmocka_unit_test(a_trigger_after_the_time_of_an_episode_begins_another),
		cmocka_unit_test(a_packet_out_of_order_makes_no_history_old),
		cmocka_unit_test(the_history_of_an_episode_begins_where_the_one_before_ended),
		cmocka_unit_test(spans_are_numbers_or_times),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, free_recorder);
}
