// SPDX-License-Identifier: BSD-2-Clause
/*
 * A flow's announcement, or the first record after it, may find the ring full. This producer then
 * does as make_record() of bpf/emit.bpf.h: it announces the flow again before the flow's next
 * record. From the ring to the log every line has the addresses of its own flow, and every packet
 * is a line or is counted as lost.
 */
#include <stdlib.h>
#include <string.h>

#include "../lib/drain_fixture.h"
#include "../lib/idle_record.h"
#include "../lib/numbered_key.h"
#include "../lib/random_numbers.h"
#include "../lib/synthetic_run.h"
#include "../lib/test.h"

#include "capture/clock.h"

#define FLOWS	   300
#define BURSTS	   400
#define BURST_MOST 300 /* packets; the rings together have room for some 110 records */

struct sender {
	struct drain_fixture *fixture;
	struct session session;
	struct {
		__u32 number; /* 0: not announced */
		__u32 records;
	} flows[FLOWS];
	__u32 numbers;		       /* the last number that was given to a flow */
	__u32 lost_announcements;      /* there was no room for the announcement */
	__u32 lost_after_announcement; /* there was room for it alone */
};

/* Submits a record of flow `i`; false if the ring is full. */
static bool submit(struct sender *sender, struct ring_fake *ring, __u32 i, __u8 kind)
{
	unsigned long pos = ring_fake__reserve(ring);
	struct siftr_record *record;

	if (pos == RING_FAKE_FULL)
		return false;
	record = ring_fake__record(ring, pos);
	if (kind == SIFTR_KIND_LINE) {
		*record = idle_record();
		record->snd_wnd = i;
	} else {
		record->key = key_number(i);
		sender->flows[i].number = ++sender->numbers;
	}
	record->flow = sender->flows[i].number;
	record->kind = kind;
	ring_fake__submit(ring, pos,
			  clock__monotonic_ns() -
				  (kind == SIFTR_KIND_LINE ? 0 : SIFTR_ANNOUNCED_NS));
	return true;
}

static enum siftr_outcome send_packet_of(struct sender *sender, __u32 i)
{
	struct ring_fake *ring = &sender->fixture->rings[random_u64() % RINGS];

	if (!sender->flows[i].number) {
		if (!submit(sender, ring, i, SIFTR_KIND_FLOW)) {
			sender->lost_announcements++;
			return SIFTR_LOST_RING;
		}
		kernel_counters.of[SIFTR_IN][SIFTR_FLOWS]++;
		if (!submit(sender, ring, i, SIFTR_KIND_LINE)) {
			sender->lost_after_announcement++;
			sender->flows[i].number = 0;
			return SIFTR_LOST_RING;
		}
	} else if (!submit(sender, ring, i, SIFTR_KIND_LINE)) {
		sender->flows[i].number = 0;
		return SIFTR_LOST_RING;
	}
	sender->flows[i].records++;
	return SIFTR_RECORDS;
}

static void drain_until(struct sender *sender, __u64 watermark_ns)
{
	const struct siftr_record *records[FLOWS_BATCH];
	struct session *session = &sender->session;
	size_t count;

	clock__follow(&session->wall.clock, clock__sample());
	drain__begin(sender->fixture->drain, watermark_ns);
	while ((count = drain__next(sender->fixture->drain, records, FLOWS_BATCH))) {
		session__log(session, records, count);
		session->records += count;
	}
	drain__end(sender->fixture->drain);
	session__flush(session);
}

/* Each line has the index of its flow twice: in snd_wnd from the record, in fport from the key. */
static void check_lines(const struct sender *sender)
{
	__u32 lines[FLOWS] = {0};
	FILE *log = fopen(scratch_log, "r");
	char line[4096];

	assert_non_null(log);
	while (fgets(line, sizeof(line), log)) {
		unsigned int lport, fport, snd_wnd;

		if (sscanf(line, "i,%*f,10.0.0.1,%u,172.16.0.0,%u,%*u,%*u,%*u,%u,", &lport, &fport,
			   &snd_wnd) != 3)
			continue;
		assert_int_equal(fport, snd_wnd);
		assert_true(fport < FLOWS);
		lines[fport]++;
	}
	fclose(log);
	for (__u32 i = 0; i < FLOWS; i++)
		assert_int_equal(lines[i], sender->flows[i].records);
}

static void a_flow_whose_announcement_was_lost_keeps_its_addresses_and_its_count(void **state)
{
	const struct options options = {.output = scratch_log};
	struct sender *sender = calloc(1, sizeof(*sender));
	struct accounting accounting;
	struct findings_of_log found;

	sender->fixture = *state;
	assert_int_equal(begin_run(&sender->session, &options), 0);
	for (int burst = 0; burst < BURSTS; burst++) {
		for (__u64 left = random_u64() % BURST_MOST; left; left--)
			kernel_counters
				.of[SIFTR_IN][send_packet_of(sender, random_u64() % FLOWS)]++;
		drain_until(sender, clock__monotonic_ns());
	}
	drain_until(sender, clock__monotonic_ns() + 2 * ORDER_MARGIN_NS);
	assert_int_equal(end_run(&sender->session, &accounting), 0);
	assert_true(sender->lost_announcements > 0 && sender->lost_after_announcement > 0);
	assert_int_equal(accounting.lines[SIFTR_IN], kernel_counters.of[SIFTR_IN][SIFTR_RECORDS]);
	assert_int_equal(accounting.lost_output[SIFTR_IN], 0);
	assert_int_equal(accounting__unexplained(&accounting), 0);
	assert_int_equal(accounting.flows, FLOWS);
	check_lines(sender);
	found = check_log(scratch_log);
	assert_int_equal(found.defects, 0);
	assert_int_equal(found.lines, accounting.lines[SIFTR_IN]);
	free(sender);
}

static int set_up_kernel(void **state)
{
	return make_scratch(state) || drain_fixture__set_up_kernel(state);
}

static int set_up_mapped(void **state)
{
	return make_scratch(state) || drain_fixture__set_up_mapped(state);
}

static int tear_down(void **state)
{
	return drain_fixture__tear_down(state) || remove_all_scratch(state);
}

#define TEST a_flow_whose_announcement_was_lost_keeps_its_addresses_and_its_count

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"lost_announcements, BPF ring buffers", TEST, set_up_kernel, tear_down, NULL},
		{"lost_announcements, mapped rings", TEST, set_up_mapped, tear_down, NULL},
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("lost_announcements", tests, NULL, NULL);
}
