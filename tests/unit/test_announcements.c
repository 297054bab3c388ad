// SPDX-License-Identifier: BSD-2-Clause
/*
 * Lines name their flow by the number under which it was announced, maybe in another ring: every
 * line finds its own flow, and none finds another's.
 */
#include "convert/flows.h"

#include "convert/flow_list.h"

#include "../lib/drain_fixture.h"
#include "../lib/idle_record.h"
#include "../lib/numbered_key.h"
#include "../lib/random_numbers.h"
#include "../lib/synthetic_run.h"
#include "../lib/test.h"

#define SKEW_NS (SIFTR_ANNOUNCED_NS - 1) /* how far the clocks of two CPUs may differ */

static void submit(struct ring_fake *ring, unsigned long pos, __u32 flow, __u8 kind, __u64 time_ns)
{
	struct siftr_record *record = ring_fake__record(ring, pos);

	*record = (struct siftr_record){.flow = flow, .kind = kind};
	if (kind != SIFTR_KIND_LINE)
		record->key = key_number(flow);
	ring_fake__submit(ring, pos,
			  kind == SIFTR_KIND_LINE ? time_ns : time_ns - SIFTR_ANNOUNCED_NS);
}

/* Takes the lines of a pass, each of which must find the flow of its number. */
static size_t find_lines(struct drain *drain, struct flows *flows, __u64 now_ns)
{
	const struct siftr_record *records[FLOWS_BATCH];
	const struct flow *found[FLOWS_BATCH];
	size_t count, lines = 0;

	drain__begin(drain, now_ns - ORDER_MARGIN_NS);
	while ((count = drain__next(drain, records, 1 + random_u64() % FLOWS_BATCH))) {
		flows__announce(flows, records, count);
		flows__find(flows, records, count, found);
		for (size_t i = 0; i < count; i++) {
			struct siftr_flow_key key = key_number(records[i]->flow);

			assert_non_null(found[i]);
			assert_memory_equal(&found[i]->key, &key, sizeof(key));
			lines += records[i]->kind == SIFTR_KIND_LINE;
		}
	}
	drain__end(drain);
	return lines;
}

static void a_line_in_another_ring_comes_after_its_announcement_though_clocks_differ(void **state)
{
	struct drain_fixture *fixture = *state;
	struct flows *flows = flows__new();
	__u64 now_ns = 1000000;
	size_t lines = 0;

	for (__u32 flow = 1; flow <= 5000; flow++) {
		struct ring_fake *one = &fixture->rings[random_u64() % RINGS];
		struct ring_fake *other = &fixture->rings[random_u64() % RINGS];
		__u64 behind_ns = one == other ? 0 : random_u64() % SKEW_NS;

		now_ns += random_u64() % 20000;
		submit(one, ring_fake__reserve(one), flow, SIFTR_KIND_FLOW, now_ns);
		if (random_u64() % 8 == 0)
			lines += find_lines(fixture->drain, flows, now_ns);
		submit(other, ring_fake__reserve(other), flow, SIFTR_KIND_LINE, now_ns - behind_ns);
		lines += find_lines(fixture->drain, flows, now_ns);
	}
	lines += find_lines(fixture->drain, flows, now_ns + 2 * ORDER_MARGIN_NS);
	assert_int_equal(lines, 5000);
	flows__free(flows);
}

/* An interrupted program holds up the announcement, but not the line in another ring. */
static void a_line_waits_for_an_announcement_that_cannot_be_read_yet(void **state)
{
	struct drain_fixture *fixture = *state;
	struct flows *flows = flows__new();
	struct ring_fake *one = &fixture->rings[0], *other = &fixture->rings[1];
	__u64 now_ns = 1000000;
	unsigned long held;

	find_lines(fixture->drain, flows, now_ns);
	held = ring_fake__reserve(one);
	now_ns += 100;
	submit(one, ring_fake__reserve(one), 1, SIFTR_KIND_FLOW, now_ns);
	submit(other, ring_fake__reserve(other), 1, SIFTR_KIND_LINE, now_ns - SKEW_NS / 2);
	now_ns += 1000000;
	assert_int_equal(find_lines(fixture->drain, flows, now_ns), 0);
	submit(one, held, 2, SIFTR_KIND_FLOW, now_ns);
	assert_int_equal(find_lines(fixture->drain, flows, now_ns + 2 * ORDER_MARGIN_NS), 1);
	flows__free(flows);
}

/*
 * The next connection may have the 4-tuple of the old one, but it has another isn, and its records
 * have another number.
 */
static void records_of_two_connections_with_one_tuple_are_told_apart(void **state)
{
	struct flows *flows = flows__new();
	const struct siftr_record old = {.flow = 1}, new = {.flow = 2};
	const struct siftr_record *records[] = {&old, &new, &old};
	const struct siftr_flow_key old_key = key_number(1);
	struct siftr_flow_key new_key = old_key;
	const struct flow *found[3];

	(void)state;
	new_key.isn++;
	announce(flows, 1, &old_key);
	announce(flows, 2, &new_key);
	flows__find(flows, records, 3, found);
	assert_int_equal(found[0]->key.isn, old_key.isn);
	assert_int_equal(found[1]->key.isn, new_key.isn);
	assert_ptr_equal(found[2], found[0]);
	assert_int_not_equal(found[0]->id, found[1]->id);
	flows__free(flows);
}

static void a_flow_announced_again_keeps_its_id(void **state)
{
	struct flows *flows = flows__new();
	const struct siftr_record first = {.flow = 1}, again = {.flow = 2};
	const struct siftr_record *records[] = {&first, &again};
	const struct siftr_flow_key key = key_number(7);
	const struct flow *found[2];

	(void)state;
	announce(flows, 1, &key);
	announce(flows, 2, &key);
	flows__find(flows, records, 2, found);
	assert_non_null(found[0]);
	assert_ptr_equal(found[0], found[1]);
	assert_int_equal(flows__count(flows), 1);
	flows__free(flows);
}

/*
 * The BPF programs announce every flow before its lines. Should a line have no flow, it is counted
 * as lost instead of being written with the addresses of another flow.
 */
static void a_line_that_was_never_announced_is_counted_and_not_logged(void **state)
{
	const struct options options = {.output = scratch_log};
	const struct siftr_flow_key key = key_number(1);
	struct siftr_record record = idle_record();
	const struct siftr_record *records[] = {&record};
	struct accounting accounting;
	struct session session;

	(void)state;
	assert_int_equal(begin_run(&session, &options), 0);
	announce(session.flows, 1, &key);
	for (record.flow = 1; record.flow <= 3; record.flow++) {
		kernel_counters.of[SIFTR_IN][SIFTR_RECORDS]++;
		session__log(&session, records, 1);
	}
	end_run(&session, &accounting);
	assert_int_equal(accounting.lines[SIFTR_IN], 1);
	assert_int_equal(accounting.lost_output[SIFTR_IN], 2);
	assert_int_equal(accounting__unexplained(&accounting), 0);
}

static void announce_range(struct flows *flows, __u32 from, __u32 to)
{
	for (__u32 number = from; number <= to; number++) {
		const struct siftr_flow_key key = key_number(number);

		announce(flows, number, &key);
	}
}

static bool is_known(struct flows *flows, __u32 number)
{
	const struct siftr_record record = {.flow = number, .kind = SIFTR_KIND_FLOW};
	const struct siftr_record *records[] = {&record};
	const struct flow *found;

	flows__find(flows, records, 1, &found);
	if (found)
		assert_int_equal(found->key.fport, (__u16)number);
	return found;
}

/*
 * A file can follow another within a moment: records that still wait in the rings may then have
 * numbers that were announced for the first file.
 */
static void numbers_of_a_file_are_known_until_its_records_must_have_been_read(void **state)
{
	struct flows *flows = flows__new();
	const __u64 begin_ns = NSEC_PER_SEC;

	(void)state;
	announce_range(flows, 1, 10);
	flow_list__next_interval(flows, begin_ns, begin_ns);
	announce_range(flows, 11, 20);
	for (int i = 0; i < 50; i++)
		flow_list__next_interval(flows, begin_ns + i, begin_ns + i);
	assert_true(is_known(flows, 1));
	flow_list__next_interval(flows, begin_ns + 2 * NSEC_PER_SEC, begin_ns + 3 * NSEC_PER_SEC);
	assert_false(is_known(flows, 1));
	assert_false(is_known(flows, 10));
	assert_true(is_known(flows, 11));
	assert_true(is_known(flows, 20));
	flows__free(flows);
}

/*
 * Flows that no record can name any more are removed; the others are still found by their numbers.
 */
static void flows_that_have_a_number_survive_the_removal_of_idle_ones(void **state)
{
	struct flows *flows = flows__new();
	__u64 now_ns = NSEC_PER_SEC;

	(void)state;
	announce_range(flows, 1, FLOWS_REMEMBERED);
	flow_list__next_interval(flows, now_ns, now_ns);
	announce_range(flows, FLOWS_REMEMBERED + 1, FLOWS_REMEMBERED + 100);
	now_ns += 2 * NSEC_PER_SEC;
	flow_list__next_interval(flows, now_ns, now_ns);
	assert_false(is_known(flows, FLOWS_REMEMBERED));
	for (__u32 i = 1; i <= 100; i++)
		assert_true(is_known(flows, FLOWS_REMEMBERED + i));
	announce_range(flows, FLOWS_REMEMBERED + 101, FLOWS_REMEMBERED + 101);
	assert_true(is_known(flows, FLOWS_REMEMBERED + 101));
	flows__free(flows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DRAIN_TESTS(
			a_line_in_another_ring_comes_after_its_announcement_though_clocks_differ),
		DRAIN_TESTS(a_line_waits_for_an_announcement_that_cannot_be_read_yet),
		cmocka_unit_test(records_of_two_connections_with_one_tuple_are_told_apart),
		cmocka_unit_test(a_flow_announced_again_keeps_its_id),
		cmocka_unit_test_setup_teardown(
			a_line_that_was_never_announced_is_counted_and_not_logged, make_scratch,
			remove_all_scratch),
		cmocka_unit_test(numbers_of_a_file_are_known_until_its_records_must_have_been_read),
		cmocka_unit_test(flows_that_have_a_number_survive_the_removal_of_idle_ones),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("announcements", tests, NULL, NULL);
}
