// SPDX-License-Identifier: BSD-2-Clause
/* The tournament tree against a search through all rings, for every number of rings. */
#include "../lib/random_numbers.h"
#include "../lib/test.h"
#include "capture/oldest_ring.h"

#define NO_TIME (~0ULL)
#define STEPS	2000

/* Returns the smallest time of all rings but the ring `except`. */
static __u64 smallest(const __u64 times_ns[], size_t nr_rings, size_t except)
{
	__u64 found_ns = NO_TIME;

	for (size_t i = 0; i < nr_rings; i++)
		if (i != except && times_ns[i] < found_ns)
			found_ns = times_ns[i];
	return found_ns;
}

static void expect_oldest(const struct oldest_ring *oldest, const __u64 times_ns[], size_t nr_rings)
{
	__u64 time_ns = oldest_ring__time_ns(oldest);

	assert_true(oldest->ring < nr_rings);
	assert_int_equal(time_ns, times_ns[oldest->ring]);
	assert_int_equal(time_ns, smallest(times_ns, nr_rings, nr_rings));
	assert_true(oldest->until_ns >= time_ns);
	assert_true(oldest->until_ns <= smallest(times_ns, nr_rings, oldest->ring));
}

/* The heads of some rings advance, by steps that are often 0, and some rings end. */
static void the_oldest_ring_is_found_for_every_number_of_rings(void **state)
{
	(void)state;
	for (size_t nr_rings = 1; nr_rings <= SIFTR_RINGS_MAX; nr_rings++) {
		__u64 times_ns[SIFTR_RINGS_MAX];
		struct oldest_ring oldest;

		for (size_t i = 0; i < nr_rings; i++)
			times_ns[i] = random_u64() % 100;
		oldest_ring__begin(&oldest, times_ns, nr_rings);
		for (int step = 0; step < STEPS && oldest_ring__time_ns(&oldest) != NO_TIME;
		     step++) {
			__u64 *head_ns = &times_ns[oldest.ring];

			expect_oldest(&oldest, times_ns, nr_rings);
			*head_ns = random_u64() % 100 ? *head_ns + random_u64() % 9 : NO_TIME;
			oldest_ring__replay(&oldest, *head_ns);
		}
		assert_int_equal(oldest_ring__time_ns(&oldest),
				 smallest(times_ns, nr_rings, nr_rings));
	}
}

/* While a ring stays the oldest, its records need no further look at the others. */
static void a_ring_that_stays_the_oldest_knows_how_long(void **state)
{
	const __u64 times_ns[] = {10, 500, 200, 300, 400};
	struct oldest_ring oldest;

	(void)state;
	oldest_ring__begin(&oldest, times_ns, 5);
	oldest_ring__replay(&oldest, 20);
	assert_int_equal(oldest.ring, 0);
	assert_int_equal(oldest.until_ns, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_ring_is_found_for_every_number_of_rings),
		cmocka_unit_test(a_ring_that_stays_the_oldest_knows_how_long),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("oldest ring", tests, NULL, NULL);
}
