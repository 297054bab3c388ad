// SPDX-License-Identifier: BSD-2-Clause
/*
 * The flight recorder, with records that a script makes: which of them come out, in which order,
 * and what is counted of the others. The trigger of all tests is that a flow enters recovery.
 */
#include <errno.h>
#include <string.h>

#include <siftr/time_units.h>

#include "recorder/recorder.h"

#include "../lib/idle_record.h"
#include "../lib/numbered_key.h"
#include "../lib/random_numbers.h"
#include "../lib/test.h"

#define LINES_MAX 65536

static struct recorder *recorder;
static __u64 now_ns, added, oldest_ns;

/* The lines that came out: flow and number of the packet, its episode and what it fired. */
static struct line {
	__u32 flow, number, episode, fired;
} lines[LINES_MAX];
static size_t nr_lines;

static void begin(const char *before, const char *after, __u64 memory)
{
	struct recorder_settings settings = {.memory = memory,
					     .record_bytes = sizeof(struct siftr_record)};

	recorder__free(recorder);
	assert_int_equal(trigger_rules__parse("recovery", &settings.rules), 0);
	assert_int_equal(recorder_span__parse("before", before, &settings.before), 0);
	assert_int_equal(recorder_span__parse("after", after, &settings.after), 0);
	recorder = recorder__new(&settings);
	assert_non_null(recorder);
	nr_lines = added = oldest_ns = 0;
	now_ns = NSEC_PER_SEC;
}

static void take_lines(void)
{
	struct recorder_line line;

	while (recorder__next(recorder, oldest_ns, &line)) {
		assert_true(nr_lines < LINES_MAX);
		lines[nr_lines++] = (struct line){line.record->flow, line.record->end_seq,
						  line.episode, line.fired};
	}
}

/* A packet of a flow, 1 ms after the one before; its number goes into end_seq. */
static void packet(__u32 flow, __u32 number, bool recovers)
{
	struct siftr_flow_key key = key_number(flow);
	struct siftr_record record = idle_record();

	now_ns += NSEC_PER_MSEC;
	record.time_ns = now_ns;
	record.flow = flow;
	record.end_seq = number;
	record.direction = number & 1;
	record.ca_state = recovers ? 3 : 0;
	recorder__add(recorder, &record, flow, &key);
	added++;
	take_lines();
}

static void packets(__u32 flow, __u32 first, __u32 last)
{
	for (__u32 number = first; number <= last; number++)
		packet(flow, number, false);
}

static __u64 sum(const __u64 of[SIFTR_DIRECTIONS])
{
	return of[SIFTR_IN] + of[SIFTR_OUT];
}

static __u64 held(void)
{
	const struct recorder_counts *counts = recorder__counts(recorder);

	return recorder_counts__held(counts, SIFTR_IN) + recorder_counts__held(counts, SIFTR_OUT);
}

static void assert_lines(size_t from, __u32 flow, __u32 first, __u32 last)
{
	assert_true(nr_lines >= from + last - first + 1);
	for (__u32 number = first; number <= last; number++, from++) {
		assert_int_equal(lines[from].flow, flow);
		assert_int_equal(lines[from].number, number);
	}
}

static void healthy_flows_have_no_lines(void **state)
{
	(void)state;
	begin("10", "10", 1 << 20);
	for (__u32 number = 1; number <= 100; number++)
		for (__u32 flow = 1; flow <= 20; flow++)
			packet(flow, number, false);
	assert_int_equal(nr_lines, 0);
	assert_int_equal(recorder__counts(recorder)->episodes, 0);
	assert_int_equal(sum(recorder__counts(recorder)->kept), 200);
	assert_int_equal(sum(recorder__counts(recorder)->overwritten), 1800);
	assert_int_equal(held(), added);
}

static void a_trigger_brings_the_packets_before_and_after_it(void **state)
{
	(void)state;
	begin("3", "2", 1 << 20);
	packets(1, 1, 9);
	packets(2, 1, 9);
	packet(1, 10, true);
	assert_int_equal(nr_lines, 4);
	packets(2, 10, 19);
	packets(1, 11, 20);
	assert_int_equal(nr_lines, 6);
	assert_lines(0, 1, 7, 12);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(lines[i].episode, 1);
		assert_int_equal(lines[i].fired, i == 3 ? TRIGGER_BIT(RECOVERY) : 0);
	}
	assert_int_equal(held() + nr_lines, added);
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
	begin("3", "2", 1 << 20);
	packets(1, 1, 9);
	packets(2, 1, 9);
	fire(1);
	assert_int_equal(nr_lines, 3);
	packets(2, 10, 19);
	packets(1, 10, 20);
	assert_int_equal(nr_lines, 5);
	assert_lines(0, 1, 7, 11);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(lines[i].episode, 1);
		assert_int_equal(lines[i].fired, i == 2 ? TRIGGER_BIT(CTL) : 0);
	}
	assert_int_equal(held() + nr_lines, added);
	assert_int_equal(recorder__counts(recorder)->episodes, 1);
}

/* Of a flow of which nothing is kept, or whose packets are being logged, the next one fires. */
static void firing_by_hand_without_a_history_is_done_by_the_next_packet(void **state)
{
	(void)state;
	begin("0", "0", 1 << 20);
	packets(1, 1, 3);
	fire(1);
	fire(2);
	assert_int_equal(nr_lines, 0);
	packets(1, 4, 6);
	packets(2, 1, 2);
	assert_int_equal(nr_lines, 2);
	assert_lines(0, 1, 4, 4);
	assert_lines(1, 2, 1, 1);
	assert_int_equal(lines[1].fired, TRIGGER_BIT(CTL));
	begin("1", "2", 1 << 20);
	packet(1, 1, true);
	fire(1);
	packets(1, 2, 9);
	assert_lines(0, 1, 1, 4);
	assert_int_equal(nr_lines, 4);
	assert_int_equal(lines[1].fired, TRIGGER_BIT(CTL));
	assert_int_equal(lines[1].episode, 1);
	assert_int_equal(held() + nr_lines, added);
}

static void a_time_after_firing_by_hand_counts_from_there(void **state)
{
	(void)state;
	begin("5ms", "3ms", 1 << 20);
	packets(1, 1, 9);
	now_ns += NSEC_PER_SEC;
	fire(1);
	assert_lines(0, 1, 4, 9);
	packets(1, 10, 30);
	assert_lines(0, 1, 4, 12);
	assert_int_equal(nr_lines, 9);
	assert_int_equal(held() + nr_lines, added);
}

static void spans_may_be_times(void **state)
{
	(void)state;
	begin("5ms", "3ms", 1 << 20);
	packets(1, 1, 9);
	packet(1, 10, true);
	packets(1, 11, 30);
	assert_int_equal(nr_lines, 5 + 1 + 3);
	assert_lines(0, 1, 5, 13);
	assert_int_equal(held() + nr_lines, added);
}

static void nothing_before_and_nothing_after_is_the_packet_itself(void **state)
{
	(void)state;
	begin("0", "0", 1 << 20);
	packets(1, 1, 9);
	packet(1, 10, true);
	packets(1, 11, 20);
	assert_int_equal(nr_lines, 1);
	assert_lines(0, 1, 10, 10);
	assert_int_equal(held() + nr_lines, added);
}

static void another_trigger_prolongs_the_episode(void **state)
{
	(void)state;
	begin("3", "4", 1 << 20);
	packets(1, 1, 5);
	packet(1, 6, true);
	packets(1, 7, 8);
	packet(1, 9, true);
	packets(1, 10, 20);
	assert_lines(0, 1, 3, 13);
	assert_int_equal(nr_lines, 11);
	assert_int_equal(recorder__counts(recorder)->episodes, 1);
	/* The next one is another episode, and repeats no packet. */
	packet(1, 21, true);
	assert_int_equal(nr_lines, 15);
	assert_lines(11, 1, 18, 21);
	assert_int_equal(lines[11].episode, 2);
	assert_int_equal(held() + nr_lines, added);
}

static void the_history_of_an_episode_begins_where_the_one_before_ended(void **state)
{
	(void)state;
	begin("100", "4", 1 << 20);
	packet(1, 1, true);
	packets(1, 2, 7);
	packet(1, 8, true);
	assert_int_equal(nr_lines, 8);
	assert_lines(0, 1, 1, 8);
}

static void the_oldest_quiet_flow_gives_way(void **state)
{
	const struct recorder_counts *counts;

	(void)state;
	begin("50", "50", 256 << 10);
	counts = recorder__counts(recorder);
	packets(1, 1, 50);
	packets(2, 1, 50);
	/* Flow 1 is heard of again, flow 2 is not. */
	packets(1, 51, 51);
	for (__u32 flow = 3; !sum(counts->evicted); flow++)
		packets(flow, 1, 50);
	assert_int_equal(sum(counts->evicted), 50);
	packet(2, 51, true);
	assert_int_equal(nr_lines, 1);
	packet(1, 52, true);
	assert_int_equal(nr_lines, 52);
	assert_lines(1, 1, 2, 52);
	assert_int_equal(held() + nr_lines, added);
}

static void one_flow_alone_uses_all_memory_and_keeps_the_newest(void **state)
{
	const struct recorder_counts *counts;

	(void)state;
	begin("1000000", "1", 64 << 10);
	counts = recorder__counts(recorder);
	packets(1, 1, 5000);
	assert_true(sum(counts->evicted) > 0);
	assert_int_equal(sum(counts->kept) + sum(counts->evicted), 5000);
	packet(1, 5001, true);
	assert_lines(0, 1, (__u32)(sum(counts->evicted) + 1), 5001);
	assert_int_equal(held() + nr_lines, added);
}

static void flows_beyond_the_memory_are_forgotten_with_their_packets(void **state)
{
	(void)state;
	begin("2", "1", 64 << 10);
	for (__u32 flow = 1; flow <= 5000; flow++)
		packet(flow, 1, false);
	assert_int_equal(sum(recorder__counts(recorder)->kept) +
				 sum(recorder__counts(recorder)->evicted),
			 5000);
	assert_true(sum(recorder__counts(recorder)->evicted) > 0);
	packet(5000, 2, true);
	assert_lines(0, 5000, 1, 2);
	assert_int_equal(held() + nr_lines, added);
}

static void packets_older_than_the_limit_are_refused(void **state)
{
	(void)state;
	begin("100", "1", 1 << 20);
	packets(1, 1, 10);
	oldest_ns = now_ns - 3 * NSEC_PER_MSEC;
	packet(1, 11, true);
	assert_lines(0, 1, 7, 11);
	assert_int_equal(sum(recorder__counts(recorder)->refused), 6);
	assert_int_equal(held() + nr_lines, added);
}

/* The next packet of a flow, as a script of random packets has it. */
static __u32 next_number[301];

static void whatever_happens_the_counts_add_up_and_flows_stay_in_order(void **state)
{
	static __u32 last_number[301], last_episode[301];

	(void)state;
	begin("20", "7", 128 << 10);
	memset(next_number, 0, sizeof(next_number));
	memset(last_number, 0, sizeof(last_number));
	for (int i = 0; i < random_rounds(100000); i++) {
		__u32 flow = 1 + (__u32)(random_u64() % 300 * (random_u64() % 300) / 300);

		packet(flow, ++next_number[flow], random_u64() % 200 == 0);
		assert_int_equal(held() + nr_lines, added);
	}
	assert_true(recorder__counts(recorder)->episodes > 1);
	for (size_t i = 0; i < nr_lines; i++) {
		const struct line *line = &lines[i];

		assert_true(line->number > last_number[line->flow]);
		if (line->episode == last_episode[line->flow])
			assert_int_equal(line->number, last_number[line->flow] + 1);
		last_number[line->flow] = line->number;
		last_episode[line->flow] = line->episode;
	}
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

static int free_recorder(void **state)
{
	(void)state;
	recorder__free(recorder);
	recorder = NULL;
	return 0;
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
		cmocka_unit_test(the_history_of_an_episode_begins_where_the_one_before_ended),
		cmocka_unit_test(the_oldest_quiet_flow_gives_way),
		cmocka_unit_test(one_flow_alone_uses_all_memory_and_keeps_the_newest),
		cmocka_unit_test(flows_beyond_the_memory_are_forgotten_with_their_packets),
		cmocka_unit_test(packets_older_than_the_limit_are_refused),
		cmocka_unit_test(whatever_happens_the_counts_add_up_and_flows_stay_in_order),
		cmocka_unit_test(spans_are_numbers_or_times),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, free_recorder);
}
