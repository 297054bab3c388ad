// SPDX-License-Identifier: BSD-2-Clause
/*
 * The drain with clocks that differ between processors: the clock of one ring is ahead of the
 * drain's, one is behind it, one is equal.
 */
#include "../lib/drain_fixture.h"
#include "../lib/random_numbers.h"
#include "../lib/test.h"

#define AHEAD_NS  700
#define BEHIND_NS 400
#define PASSES	  20000

static const __s64 skew_ns[RINGS] = {0, AHEAD_NS, -BEHIND_NS};

struct tally {
	__u64 added[RINGS];
	__u64 handed_out[RINGS];
	__u64 newest_ns;
	__u64 worst_ns; /* by how much a record was older than one returned before */
};

/*
 * Adds a record that has the number of its ring in `flow`, and in `sk_rcvbuf` how many records were
 * added to that ring before it.
 */
static void add_record(struct ring_fake *ring, int number, struct tally *tally, __u64 true_ns)
{
	unsigned long pos = ring_fake__reserve(ring);
	struct siftr_record *record;

	if (pos == RING_FAKE_FULL)
		return;
	record = ring_fake__record(ring, pos);
	*record = (struct siftr_record){.flow = number};
	record->sk_rcvbuf = tally->added[number]++;
	ring_fake__submit(ring, pos, true_ns + skew_ns[number]);
}

/*
 * Takes all records of a pass and asserts that those of each ring come once and in the order in
 * which they were added.
 */
static void take_all(struct drain_fixture *fixture, struct tally *tally)
{
	const struct siftr_record *record;

	while ((record = drain_fixture__next(fixture))) {
		int number = record->flow;

		assert_in_range(number, 0, RINGS - 1);
		assert_int_equal(record->sk_rcvbuf, tally->handed_out[number]++);
		if (record->time_ns >= tally->newest_ns)
			tally->newest_ns = record->time_ns;
		else if (tally->newest_ns - record->time_ns > tally->worst_ns)
			tally->worst_ns = tally->newest_ns - record->time_ns;
	}
}

static void pass(struct drain_fixture *fixture, struct tally *tally, __u64 now_ns)
{
	drain__begin(fixture->drain, now_ns);
	take_all(fixture, tally);
	drain__end(fixture->drain);
}

static void clocks_that_disagree_lose_and_double_nothing_and_bound_the_disorder(void **state)
{
	struct drain_fixture *fixture = *state;
	struct tally tally = {};
	__u64 now_ns = 1000000;

	for (int i = 0; i < PASSES; i++) {
		for (int events = random_u64() % 12; events; events--) {
			int number = random_u64() % RINGS;

			now_ns += 1 + random_u64() % 150;
			add_record(&fixture->rings[number], number, &tally, now_ns);
		}
		pass(fixture, &tally, now_ns);
	}
	add_record(&fixture->rings[1], 1, &tally, now_ns);
	pass(fixture, &tally, now_ns);
	/* Records ahead of the drain's clock wait for it and are not lost. */
	assert_true(tally.handed_out[1] < tally.added[1]);
	pass(fixture, &tally, now_ns + AHEAD_NS);
	for (int number = 0; number < RINGS; number++) {
		assert_true(tally.added[number] > PASSES);
		assert_int_equal(tally.handed_out[number], tally.added[number]);
	}
	assert_true(drain__is_empty(fixture->drain));
	assert_in_range(tally.worst_ns, 1, BEHIND_NS);
}

static void a_clock_that_is_behind_by_less_than_the_margin_costs_no_order(void **state)
{
	struct drain_fixture *fixture = *state;
	const __u64 lag_ns[RINGS] = {0, 0, ORDER_MARGIN_NS - BEHIND_NS - 1};
	struct tally tally = {};
	__u64 now_ns = 1000000;

	for (int i = 0; i < PASSES; i++) {
		int number = random_u64() % 2 * 2;

		now_ns += 1 + random_u64() % ORDER_MARGIN_NS;
		add_record(&fixture->rings[number], number, &tally, now_ns - lag_ns[number]);
		pass(fixture, &tally, now_ns - ORDER_MARGIN_NS);
	}
	pass(fixture, &tally, now_ns);
	assert_int_equal(tally.handed_out[0], tally.added[0]);
	assert_int_equal(tally.handed_out[2], tally.added[2]);
	assert_int_equal(tally.worst_ns, 0);
}

static void a_clock_that_is_only_ahead_costs_no_order(void **state)
{
	struct drain_fixture *fixture = *state;
	struct tally tally = {};
	__u64 now_ns = 1000000;

	for (int i = 0; i < PASSES; i++) {
		int number = random_u64() % 2;

		now_ns += 1 + random_u64() % 150;
		add_record(&fixture->rings[number], number, &tally, now_ns);
		pass(fixture, &tally, now_ns);
	}
	pass(fixture, &tally, now_ns + AHEAD_NS);
	assert_int_equal(tally.handed_out[1], tally.added[1]);
	assert_int_equal(tally.worst_ns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DRAIN_TESTS(clocks_that_disagree_lose_and_double_nothing_and_bound_the_disorder),
		DRAIN_TESTS(a_clock_that_is_behind_by_less_than_the_margin_costs_no_order),
		DRAIN_TESTS(a_clock_that_is_only_ahead_costs_no_order),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("drain skew", tests, NULL, NULL);
}
