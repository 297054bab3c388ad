// SPDX-License-Identifier: BSD-2-Clause
#include "scripted_recorder.h"

#include <siftr/time_units.h>

#include "idle_record.h"
#include "numbered_key.h"

struct recorder *recorder;
__u64 now_ns, added, oldest_ns;
struct recorded_line recorded[RECORDED_MAX];
size_t nr_recorded;

void begin_recorder(const char *before, const char *after, __u64 memory)
{
	struct recorder_settings settings = {.memory = memory,
					     .record_bytes = sizeof(struct siftr_record)};

	recorder__free(recorder);
	assert_int_equal(trigger_rules__parse("recovery", &settings.rules), 0);
	assert_int_equal(recorder_span__parse("before", before, &settings.before), 0);
	assert_int_equal(recorder_span__parse("after", after, &settings.after), 0);
	recorder = recorder__new(&settings);
	assert_non_null(recorder);
	nr_recorded = added = oldest_ns = 0;
	now_ns = NSEC_PER_SEC;
}

void take_lines(void)
{
	struct recorder_line line;

	while (recorder__next(recorder, oldest_ns, &line)) {
		assert_true(nr_recorded < RECORDED_MAX);
		recorded[nr_recorded++] = (struct recorded_line){
			line.record->flow, line.record->end_seq, line.episode, line.fired};
	}
}

/* A packet of a flow, 1 ms after the one before; its number goes into end_seq. */
void record_packet(__u32 flow, __u32 number, bool recovers)
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

void record_packets(__u32 flow, __u32 first, __u32 last)
{
	for (__u32 number = first; number <= last; number++)
		record_packet(flow, number, false);
}

__u64 sum_of(const __u64 of[SIFTR_DIRECTIONS])
{
	return of[SIFTR_IN] + of[SIFTR_OUT];
}

__u64 held_records(void)
{
	const struct recorder_counts *counts = recorder__counts(recorder);

	return recorder_counts__held(counts, SIFTR_IN) + recorder_counts__held(counts, SIFTR_OUT);
}

void assert_recorded(size_t from, __u32 flow, __u32 first, __u32 last)
{
	assert_true(nr_recorded >= from + last - first + 1);
	for (__u32 number = first; number <= last; number++, from++) {
		assert_int_equal(recorded[from].flow, flow);
		assert_int_equal(recorded[from].number, number);
	}
}

int free_recorder(void **state)
{
	(void)state;
	recorder__free(recorder);
	recorder = NULL;
	return 0;
}
