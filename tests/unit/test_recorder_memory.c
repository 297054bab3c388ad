// SPDX-License-Identifier: BSD-2-Clause
/* The flight recorder when its memory is full: what gives way, and what is counted of it. */
#include <string.h>

#include <siftr/time_units.h>

#include "../lib/random_numbers.h"
#include "../lib/scripted_recorder.h"

static void the_oldest_quiet_flow_gives_way(void **state)
{
	const struct recorder_counts *counts;

	(void)state;
	begin_recorder("50", "50", 256 << 10);
	counts = recorder__counts(recorder);
	record_packets(1, 1, 50);
	record_packets(2, 1, 50);
	/* Flow 1 is heard of again, flow 2 is not. */
	record_packets(1, 51, 51);
	for (__u32 flow = 3; !sum_of(counts->evicted); flow++)
		record_packets(flow, 1, 50);
	assert_int_equal(sum_of(counts->evicted), 50);
	record_packet(2, 51, true);
	assert_int_equal(nr_recorded, 1);
	record_packet(1, 52, true);
	assert_int_equal(nr_recorded, 52);
	assert_recorded(1, 1, 2, 52);
	assert_int_equal(held_records() + nr_recorded, added);
}

static void one_flow_alone_uses_all_memory_and_keeps_the_newest(void **state)
{
	const struct recorder_counts *counts;

	(void)state;
	begin_recorder("1000000", "1", 64 << 10);
	counts = recorder__counts(recorder);
	record_packets(1, 1, 5000);
	assert_true(sum_of(counts->evicted) > 0);
	assert_int_equal(sum_of(counts->kept) + sum_of(counts->evicted), 5000);
	record_packet(1, 5001, true);
	assert_recorded(0, 1, (__u32)(sum_of(counts->evicted) + 1), 5001);
	assert_int_equal(held_records() + nr_recorded, added);
}

static void flows_beyond_the_memory_are_forgotten_with_their_packets(void **state)
{
	(void)state;
	begin_recorder("2", "1", 64 << 10);
	for (__u32 flow = 1; flow <= 5000; flow++)
		record_packet(flow, 1, false);
	assert_int_equal(sum_of(recorder__counts(recorder)->kept) +
				 sum_of(recorder__counts(recorder)->evicted),
			 5000);
	assert_true(sum_of(recorder__counts(recorder)->evicted) > 0);
	record_packet(5000, 2, true);
	assert_recorded(0, 5000, 1, 2);
	assert_int_equal(held_records() + nr_recorded, added);
}

/* Nothing tells the recorder that a connection has ended, as one does by the reset that fires. */
static void flows_that_end_in_their_episode_give_way_as_well(void **state)
{
	(void)state;
	begin_recorder("3", "100", 64 << 10);
	for (__u32 flow = 1; flow <= 5000; flow++)
		record_packet(flow, 1, true);
	assert_int_equal(nr_recorded, 5000);
	for (__u32 number = 1; number <= 3; number++)
		for (__u32 flow = 5001; flow <= 5010; flow++)
			record_packet(flow, number, false);
	assert_int_equal(sum_of(recorder__counts(recorder)->evicted), 0);
	record_packet(5001, 4, true);
	assert_int_equal(nr_recorded, 5004);
	assert_recorded(5000, 5001, 1, 4);
	assert_int_equal(held_records() + nr_recorded, added);
}

/* The flow in an episode was heard of last, so that its episode goes on. */
static void a_flow_in_an_episode_stays_before_those_quiet_for_longer(void **state)
{
	(void)state;
	begin_recorder("1", "1000", 64 << 10);
	record_packet(1, 1, true);
	for (__u32 flow = 2; flow <= 5000; flow++) {
		record_packet(flow, 1, false);
		record_packet(1, flow, false);
	}
	assert_true(sum_of(recorder__counts(recorder)->evicted) > 0);
	assert_recorded(0, 1, 1, 1001);
	assert_int_equal(nr_recorded, 1001);
	assert_int_equal(held_records() + nr_recorded, added);
}

static void packets_older_than_the_limit_are_refused(void **state)
{
	(void)state;
	begin_recorder("100", "1", 1 << 20);
	record_packets(1, 1, 10);
	oldest_ns = now_ns - 3 * NSEC_PER_MSEC;
	record_packet(1, 11, true);
	assert_recorded(0, 1, 7, 11);
	assert_int_equal(sum_of(recorder__counts(recorder)->refused), 6);
	assert_int_equal(held_records() + nr_recorded, added);
}

static void whatever_happens_the_counts_add_up_and_flows_stay_in_order(void **state)
{
	static __u32 next_number[301], last_number[301], last_episode[301];

	(void)state;
	begin_recorder("20", "7", 128 << 10);
	memset(next_number, 0, sizeof(next_number));
	memset(last_number, 0, sizeof(last_number));
	for (int i = 0; i < random_rounds(100000); i++) {
		__u32 flow = 1 + (__u32)(random_u64() % 300 * (random_u64() % 300) / 300);

		record_packet(flow, ++next_number[flow], random_u64() % 200 == 0);
		assert_int_equal(held_records() + nr_recorded, added);
	}
	assert_true(recorder__counts(recorder)->episodes > 1);
	for (size_t i = 0; i < nr_recorded; i++) {
		const struct recorded_line *line = &recorded[i];

		assert_true(line->number > last_number[line->flow]);
		if (line->episode == last_episode[line->flow])
			assert_int_equal(line->number, last_number[line->flow] + 1);
		last_number[line->flow] = line->number;
		last_episode[line->flow] = line->episode;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_quiet_flow_gives_way),
		cmocka_unit_test(one_flow_alone_uses_all_memory_and_keeps_the_newest),
		cmocka_unit_test(flows_beyond_the_memory_are_forgotten_with_their_packets),
		cmocka_unit_test(flows_that_end_in_their_episode_give_way_as_well),
		cmocka_unit_test(a_flow_in_an_episode_stays_before_those_quiet_for_longer),
		cmocka_unit_test(packets_older_than_the_limit_are_refused),
		cmocka_unit_test(whatever_happens_the_counts_add_up_and_flows_stay_in_order),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, free_recorder);
}
