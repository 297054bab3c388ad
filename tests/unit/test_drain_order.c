// SPDX-License-Identifier: BSD-2-Clause
/* The drain returns records in time order whatever their order within the rings. */
#include <stdlib.h>

#include "../lib/drain_fixture.h"
#include "../lib/random_numbers.h"
#include "../lib/test.h"

static void records_of_one_time_come_as_they_stand_in_the_ring(void **state)
{
	static const __u64 times[] = {20, 20, 30, 20, 10, 20, 10};
	struct drain_fixture *fixture = *state;
	const struct siftr_record *records[7] = {};

	for (size_t i = 0; i < 7; i++)
		ring_fake__add(&fixture->rings[0], times[i]);
	drain__begin(fixture->drain, 100);
	assert_int_equal(drain__next(fixture->drain, records, 7), 7);
	for (size_t i = 1; i < 7; i++)
		assert_true(records[i - 1]->time_ns < records[i]->time_ns ||
			    (records[i - 1]->time_ns == records[i]->time_ns &&
			     records[i - 1] < records[i]));
	drain__end(fixture->drain);
}

/* Adds up to `count` records with timestamps within `spread_ns`. Returns how many fitted. */
static size_t add_in_any_order(struct ring_fake *ring, size_t count, __u64 time_ns, __u64 spread_ns)
{
	for (size_t i = 0; i < count; i++) {
		unsigned long pos;

		if (ring->kind == RING_FAKE_KERNEL && random_u64() % 8 == 0 &&
		    (pos = ring_fake__reserve(ring)) != RING_FAKE_FULL)
			ring_fake__discard(ring, pos);
		pos = ring_fake__reserve(ring);
		if (pos == RING_FAKE_FULL)
			return i;
		ring_fake__submit(ring, pos, time_ns + random_u64() % spread_ns);
	}
	return count;
}

static void whatever_the_order_in_the_rings_it_is_time_order_that_comes_out(void **state)
{
	struct drain_fixture *fixture = *state;
	size_t added = 0, handed_out = 0;

	for (__u64 round = 1; round <= 20000; round++) {
		const struct siftr_record *record;
		__u64 now_ns = round * 100, last_ns = 0;

		for (int i = 0; i < RINGS; i++)
			added += add_in_any_order(&fixture->rings[i], random_u64() % 12,
						  now_ns - 99, 1 + random_u64() % 99);
		/* Every other pass leaves the younger half of the records to the next one. */
		now_ns -= round % 2 ? 50 : 0;
		drain__begin(fixture->drain, now_ns);
		for (; (record = drain_fixture__next(fixture)); handed_out++) {
			assert_in_range(record->time_ns, last_ns, now_ns);
			last_ns = record->time_ns;
		}
		drain__end(fixture->drain);
		if (round % 2 == 0)
			assert_int_equal(handed_out, added);
	}
}

/* What a record is, for an order without the drain: in `flow` its ring, in `sk_rcvbuf` its number.
 */
static int compare(const void *left, const void *right)
{
	const struct siftr_record *a = left, *b = right;

	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	if (a->flow != b->flow)
		return a->flow < b->flow ? -1 : 1;
	return a->sk_rcvbuf < b->sk_rcvbuf ? -1 : 1;
}

/* Adds `count` records to a ring that has room for them, and to `all` behind the `added` there. */
static size_t add_numbered(struct ring_fake *rings, int number, size_t count, __u64 begin_ns,
			   struct siftr_record *all, size_t added)
{
	for (size_t i = 0; i < count; i++) {
		unsigned long pos = ring_fake__reserve(&rings[number]);
		__u64 time_ns = begin_ns + random_u64() % 20;

		assert_true(pos != RING_FAKE_FULL);
		all[added] = (struct siftr_record){.time_ns = time_ns};
		all[added].flow = number;
		all[added].sk_rcvbuf = added;
		*ring_fake__record(&rings[number], pos) = all[added++];
		ring_fake__submit(&rings[number], pos, time_ns);
	}
	return added;
}

static void the_order_is_by_time_then_by_ring_then_as_they_stand_in_it(void **state)
{
	struct drain_fixture *fixture = *state;
	struct siftr_record all[2 * RINGS * 10];
	size_t left = 0;

	for (__u64 round = 1; round <= 20000; round++) {
		const struct siftr_record *records[RINGS * 20];
		__u64 begin_ns = round * 20, end_ns = begin_ns + (round % 2 ? 8 : 19);
		size_t added = left, returned = 0, count;

		for (int i = 0; i < RINGS; i++)
			added = add_numbered(fixture->rings, i, random_u64() % 11, begin_ns, all,
					     added);
		qsort(all, added, sizeof(*all), compare);
		drain__begin(fixture->drain, end_ns);
		while ((count = drain__next(fixture->drain, records, 1 + random_u64() % 9)))
			for (size_t i = 0; i < count; i++)
				assert_memory_equal(records[i], &all[returned++], sizeof(*all));
		left = added - returned;
		assert_true(!left || all[returned].time_ns > end_ns);
		for (size_t i = 0; i < left; i++)
			all[i] = all[returned + i];
		drain__end(fixture->drain);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DRAIN_TESTS(records_of_one_time_come_as_they_stand_in_the_ring),
		DRAIN_TESTS(the_order_is_by_time_then_by_ring_then_as_they_stand_in_it),
		DRAIN_TESTS(whatever_the_order_in_the_rings_it_is_time_order_that_comes_out),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("drain order", tests, NULL, NULL);
}
