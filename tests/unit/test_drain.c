// SPDX-License-Identifier: BSD-2-Clause
/*
 * The drain returns the records of all rings in time order: merging, nested records, uncommitted
 * records, and the wrap-around at a ring's end.
 */
#include <siftr/array_size.h>

#include "../lib/drain_fixture.h"
#include "../lib/test.h"

/*
 * Makes a pass and asserts that the times of its records are exactly `expected`, a list that ends
 * with 0.
 */
static void expect_pass(struct drain_fixture *fixture, __u64 now_ns, const __u64 *expected)
{
	const struct siftr_record *record;

	drain__begin(fixture->drain, now_ns);
	while ((record = drain_fixture__next(fixture))) {
		assert_int_equal(record->time_ns, *expected);
		expected++;
	}
	assert_int_equal(*expected, 0);
	drain__end(fixture->drain);
}

/*
 * Asserts the times of one pass. The 0 before the list allows it
 * to be empty and is not passed on.
 */
#define EXPECT_PASS(fixture, now, ...) \
	expect_pass(fixture, now, (const __u64[]){0, ##__VA_ARGS__, 0} + 1)

static void records_of_all_rings_come_in_time_order(void **state)
{
	struct drain_fixture *fixture = *state;

	ring_fake__add(&fixture->rings[0], 10);
	ring_fake__add(&fixture->rings[0], 40);
	ring_fake__add(&fixture->rings[1], 20);
	ring_fake__add(&fixture->rings[1], 30);
	ring_fake__add(&fixture->rings[2], 50);
	EXPECT_PASS(fixture, 100, 10, 20, 30, 40, 50);
	assert_true(drain__is_empty(fixture->drain));
}

static void a_nested_record_is_sorted_by_time(void **state)
{
	struct drain_fixture *fixture = *state;

	/* The record of an interrupt took its timestamp before the record that it interrupted. */
	ring_fake__add(&fixture->rings[0], 30);
	ring_fake__add(&fixture->rings[0], 10);
	ring_fake__add(&fixture->rings[0], 20);
	ring_fake__add(&fixture->rings[1], 15);
	EXPECT_PASS(fixture, 100, 10, 15, 20, 30);
}

static void nothing_later_than_the_look_is_handed_out(void **state)
{
	struct drain_fixture *fixture = *state;

	ring_fake__add(&fixture->rings[0], 10);
	ring_fake__add(&fixture->rings[0], 120);
	ring_fake__add(&fixture->rings[1], 90);
	EXPECT_PASS(fixture, 100, 10, 90);
	assert_false(drain__is_empty(fixture->drain));
	ring_fake__add(&fixture->rings[1], 110);
	EXPECT_PASS(fixture, 200, 110, 120);
	assert_true(drain__is_empty(fixture->drain));
}

static void an_uncommitted_record_holds_back_what_may_be_later(void **state)
{
	struct drain_fixture *fixture = *state;
	unsigned long uncommitted;

	EXPECT_PASS(fixture, 100);
	uncommitted = ring_fake__reserve(&fixture->rings[0]);
	ring_fake__add(&fixture->rings[0], 115);
	ring_fake__add(&fixture->rings[1], 110);
	ring_fake__add(&fixture->rings[2], 99);
	/* Ring 0 was empty at the poll at 100, so only records up to that time can be returned. */
	EXPECT_PASS(fixture, 200, 99);
	EXPECT_PASS(fixture, 300);
	ring_fake__submit(&fixture->rings[0], uncommitted, 105);
	EXPECT_PASS(fixture, 400, 105, 110, 115);
	assert_true(drain__is_empty(fixture->drain));
}

static void a_second_uncommitted_record_keeps_the_older_bound(void **state)
{
	struct drain_fixture *fixture = *state;
	unsigned long first, second;

	EXPECT_PASS(fixture, 100);
	first = ring_fake__reserve(&fixture->rings[0]);
	second = ring_fake__reserve(&fixture->rings[0]);
	ring_fake__add(&fixture->rings[1], 150);
	EXPECT_PASS(fixture, 200);
	ring_fake__submit(&fixture->rings[0], first, 120);
	/* `second` was reserved before the pass at 200, so it may still be older than 150. */
	EXPECT_PASS(fixture, 300);
	ring_fake__submit(&fixture->rings[0], second, 140);
	EXPECT_PASS(fixture, 400, 120, 140, 150);
}

static void discarded_records_are_stepped_over(void **state)
{
	struct drain_fixture *fixture = *state;

	ring_fake__discard(&fixture->rings[0], ring_fake__reserve(&fixture->rings[0]));
	ring_fake__add(&fixture->rings[0], 10);
	ring_fake__discard(&fixture->rings[0], ring_fake__reserve(&fixture->rings[0]));
	EXPECT_PASS(fixture, 100, 10);
	assert_true(drain__is_empty(fixture->drain));
}

static void space_comes_back_and_no_record_is_lost_over_many_rounds(void **state)
{
	struct drain_fixture *fixture = *state;
	__u64 time_ns = 1, expected = 1;

	for (int round = 0; round < 1000; round++) {
		const struct siftr_record *record;

		for (int i = 0; i < 20; i++, time_ns++) {
			unsigned long pos = ring_fake__reserve(&fixture->rings[time_ns % RINGS]);

			assert_true(pos != RING_FAKE_FULL);
			ring_fake__submit(&fixture->rings[time_ns % RINGS], pos, time_ns);
		}
		/* Every other pass ends 10 ns earlier, so later records must wait. */
		drain__begin(fixture->drain, round % 2 ? time_ns : time_ns - 10);
		while ((record = drain_fixture__next(fixture)))
			assert_int_equal(record->time_ns, expected++);
		drain__end(fixture->drain);
		assert_int_equal(expected, round % 2 ? time_ns : time_ns - 9);
	}
}

static void a_full_ring_is_emptied_completely(void **state)
{
	struct drain_fixture *fixture = *state;
	__u64 records = 0;
	unsigned long pos;

	while ((pos = ring_fake__reserve(&fixture->rings[1])) != RING_FAKE_FULL)
		ring_fake__submit(&fixture->rings[1], pos, ++records);
	drain__begin(fixture->drain, 1000);
	for (__u64 i = 1; i <= records; i++)
		assert_int_equal(drain_fixture__next(fixture)->time_ns, i);
	assert_null(drain_fixture__next(fixture));
	drain__end(fixture->drain);
	assert_true(drain__is_empty(fixture->drain));
	for (__u64 i = 1; i <= records; i++)
		assert_true(ring_fake__reserve(&fixture->rings[1]) != RING_FAKE_FULL);
	assert_true(ring_fake__reserve(&fixture->rings[1]) == RING_FAKE_FULL);
}

static void a_batch_holds_what_fits_whichever_ring_it_is_from(void **state)
{
	struct drain_fixture *fixture = *state;
	const struct siftr_record *records[4] = {};

	for (__u64 time_ns = 1; time_ns <= 9; time_ns++)
		ring_fake__add(&fixture->rings[time_ns / 2 % RINGS], time_ns);
	drain__begin(fixture->drain, 100);
	assert_int_equal(drain__next(fixture->drain, records, 0), 0);
	for (__u64 time_ns = 1; time_ns <= 8; time_ns += 4) {
		assert_int_equal(drain__next(fixture->drain, records, 4), 4);
		for (__u64 i = 0; i < 4; i++)
			assert_int_equal(records[i]->time_ns, time_ns + i);
	}
	assert_int_equal(drain__next(fixture->drain, records, 4), 1);
	assert_int_equal(records[0]->time_ns, 9);
	assert_int_equal(drain__next(fixture->drain, records, 4), 0);
	drain__end(fixture->drain);
	assert_true(drain__is_empty(fixture->drain));
}

static void an_entry_of_another_length_is_no_record(void **state)
{
	struct drain_fixture *fixture = *state;
	unsigned long pos;

	ring_fake__add(&fixture->rings[0], 10);
	pos = ring_fake__reserve(&fixture->rings[0]);
	ring_fake__submit(&fixture->rings[0], pos, 20);
	*ring_fake__header(&fixture->rings[0], pos) = 24;
	ring_fake__add(&fixture->rings[0], 30);
	ring_fake__add(&fixture->rings[1], 40);
	EXPECT_PASS(fixture, 100, 10, 30, 40);
	assert_true(drain__is_empty(fixture->drain));
}

static void any_other_sequence_number_is_an_uncommitted_record(void **state)
{
	static const __u32 differences[] = {~0U, 1, 32, 1U << 31};
	struct drain_fixture *fixture = *state;
	unsigned long pos;

	ring_fake__add(&fixture->rings[0], 10);
	pos = ring_fake__reserve(&fixture->rings[0]);
	ring_fake__submit(&fixture->rings[0], pos, 20);
	ring_fake__add(&fixture->rings[0], 30);
	for (size_t i = 0; i < ARRAY_SIZE(differences); i++) {
		*ring_fake__header(&fixture->rings[0], pos) = pos + 1 + differences[i];
		EXPECT_PASS(fixture, 100 + i);
	}
	ring_fake__submit(&fixture->rings[0], pos, 20);
	EXPECT_PASS(fixture, 200, 10, 20, 30);
}

static void a_position_beyond_the_ring_is_not_followed(void **state)
{
	struct drain_fixture *fixture = *state;
	struct ring_fake *ring = &fixture->rings[0];
	const unsigned long unit = ring->kind == RING_FAKE_KERNEL ? RING_ENTRY_BYTES : 1;
	unsigned long pos;

	ring_fake__add(ring, 10);
	pos = ring->producer_pos;
	ring->producer_pos = unit * (RING_BYTES + 1);
	EXPECT_PASS(fixture, 100);
	ring->producer_pos = ~0UL;
	EXPECT_PASS(fixture, 110);
	ring->producer_pos = pos;
	EXPECT_PASS(fixture, 200, 10);
	ring->producer_pos = pos - unit;
	EXPECT_PASS(fixture, 300);
}

static void a_position_between_two_entries_is_not_followed(void **state)
{
	struct drain_fixture *fixture = *state;
	unsigned long pos;

	ring_fake__add(&fixture->rings[0], 10);
	pos = fixture->rings[0].producer_pos;
	fixture->rings[0].producer_pos = pos - 8;
	EXPECT_PASS(fixture, 100);
	fixture->rings[0].producer_pos = pos;
	EXPECT_PASS(fixture, 200, 10);
}

/* Positions between the last slot and the next lap belong to no slot. */
static void a_position_beyond_the_last_slot_is_not_followed(void **state)
{
	struct drain_fixture *fixture = *state;
	struct ring_fake *ring = &fixture->rings[0];

	ring_fake__add(ring, 10);
	for (unsigned long pos = ring->slots; pos < ring->lap; pos++) {
		ring->producer_pos = pos;
		EXPECT_PASS(fixture, 100);
	}
	ring->producer_pos = 1;
	EXPECT_PASS(fixture, 200, 10);
}

static void a_record_of_no_direction_is_left_out(void **state)
{
	struct drain_fixture *fixture = *state;
	unsigned long pos = ring_fake__reserve(&fixture->rings[0]);

	ring_fake__record(&fixture->rings[0], pos)->direction = SIFTR_DIRECTIONS;
	ring_fake__submit(&fixture->rings[0], pos, 10);
	ring_fake__add(&fixture->rings[0], 20);
	EXPECT_PASS(fixture, 100, 20);
	assert_true(drain__is_empty(fixture->drain));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DRAIN_TESTS(records_of_all_rings_come_in_time_order),
		DRAIN_TESTS(a_nested_record_is_sorted_by_time),
		DRAIN_TESTS(nothing_later_than_the_look_is_handed_out),
		DRAIN_TESTS(an_uncommitted_record_holds_back_what_may_be_later),
		DRAIN_TESTS(a_second_uncommitted_record_keeps_the_older_bound),
		DRAIN_TEST(discarded_records_are_stepped_over, kernel),
		DRAIN_TESTS(space_comes_back_and_no_record_is_lost_over_many_rounds),
		DRAIN_TESTS(a_full_ring_is_emptied_completely),
		DRAIN_TESTS(a_batch_holds_what_fits_whichever_ring_it_is_from),
		DRAIN_TEST(an_entry_of_another_length_is_no_record, kernel),
		DRAIN_TEST(any_other_sequence_number_is_an_uncommitted_record, mapped),
		DRAIN_TEST(a_position_between_two_entries_is_not_followed, kernel),
		DRAIN_TEST(a_position_beyond_the_last_slot_is_not_followed, mapped),
		DRAIN_TESTS(a_position_beyond_the_ring_is_not_followed),
		DRAIN_TESTS(a_record_of_no_direction_is_left_out),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("drain", tests, NULL, NULL);
}
