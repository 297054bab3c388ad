// SPDX-License-Identifier: BSD-2-Clause
/* The tournament tree against a search through all rings, for every number of rings. */
#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "../lib/random_numbers.h"
#include "../lib/test.h"
#include "capture/oldest_ring.h"

#define NO_TIME	 (~0ULL)
#define STEPS	 2000
#define YEARS_20 (20 * 365 * 86400ULL * NSEC_PER_SEC)

/* What the drain knows of its rings: the times of the next record and of the one after it. */
struct rings {
	size_t count;
	__u64 next_ns[SIFTR_RINGS_MAX], following_ns[SIFTR_RINGS_MAX];
};

/* Often the same time as before; sometimes the ring ends. */
static __u64 later(__u64 time_ns)
{
	if (time_ns == NO_TIME || random_u64() % 100 == 0)
		return NO_TIME;
	return time_ns + random_u64() % 9;
}

/* The first of the rings whose next record is the oldest. */
static size_t search(const struct rings *rings)
{
	size_t found = 0;

	for (size_t i = 1; i < rings->count; i++)
		if (rings->next_ns[i] < rings->next_ns[found])
			found = i;
	return found;
}

static void begin(struct oldest_ring *oldest, const struct rings *rings)
{
	oldest_ring__begin(oldest, rings->next_ns, rings->count);
	for (size_t i = 0; i < rings->count; i++)
		oldest_ring__follow(oldest, i, rings->following_ns[i]);
}

/* Takes a record of the oldest ring, as the drain does; returns the key of the next one. */
static __s64 take(struct oldest_ring *oldest, struct rings *rings, __s64 winner)
{
	size_t ring = oldest_ring__number(winner);
	__s64 next = oldest_ring__replay(oldest, winner);

	rings->next_ns[ring] = rings->following_ns[ring];
	rings->following_ns[ring] = later(rings->next_ns[ring]);
	oldest_ring__follow(oldest, ring, rings->following_ns[ring]);
	return next;
}

static void check_rings(size_t count)
{
	struct rings rings = {.count = count};
	struct oldest_ring oldest;
	__s64 winner;

	for (size_t i = 0; i < count; i++) {
		rings.next_ns[i] = random_u64() % 100;
		rings.following_ns[i] = later(rings.next_ns[i]);
	}
	begin(&oldest, &rings);
	winner = oldest.winner;
	for (int step = 0; step < STEPS && rings.next_ns[search(&rings)] != NO_TIME; step++) {
		__u64 time_ns = rings.next_ns[search(&rings)];

		assert_int_equal(oldest_ring__number(winner), search(&rings));
		assert_true(winner < oldest_ring__key_after(&oldest, time_ns));
		assert_false(winner < oldest_ring__key_after(&oldest, time_ns - 1));
		winner = take(&oldest, &rings, winner);
	}
}

static void the_oldest_ring_is_found_for_every_number_of_rings(void **state)
{
	(void)state;
	for (size_t count = 1; count <= SIFTR_RINGS_MAX; count++)
		check_rings(count);
}

static void rings_without_records_never_win_in_time(void **state)
{
	const __u64 none_ns[] = {NO_TIME, NO_TIME, NO_TIME}, one_ns[] = {NO_TIME, 7, NO_TIME};
	struct oldest_ring oldest;

	(void)state;
	oldest_ring__begin(&oldest, none_ns, ARRAY_SIZE(none_ns));
	assert_false(oldest.winner < oldest_ring__key_after(&oldest, 1000));
	oldest_ring__begin(&oldest, one_ns, ARRAY_SIZE(one_ns));
	oldest_ring__follow(&oldest, 1, NO_TIME);
	assert_int_equal(oldest_ring__number(oldest.winner), 1);
	assert_false(oldest_ring__replay(&oldest, oldest.winner) <
		     oldest_ring__key_after(&oldest, 1000));
}

/* A key has no room for such a time, which only a malformed record has. */
static void a_time_years_later_is_not_taken_for_an_early_one(void **state)
{
	const __u64 times_ns[] = {YEARS_20, 5, 2 * YEARS_20};
	struct oldest_ring oldest;

	(void)state;
	oldest_ring__begin(&oldest, times_ns, ARRAY_SIZE(times_ns));
	assert_int_equal(oldest_ring__number(oldest.winner), 1);
	oldest_ring__follow(&oldest, 1, YEARS_20 / 5);
	assert_int_equal(oldest_ring__number(oldest_ring__replay(&oldest, oldest.winner)), 1);
	assert_true(oldest_ring__key(&oldest, YEARS_20, 0) >=
		    oldest_ring__key_after(&oldest, YEARS_20 / 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_ring_is_found_for_every_number_of_rings),
		cmocka_unit_test(rings_without_records_never_win_in_time),
		cmocka_unit_test(a_time_years_later_is_not_taken_for_an_early_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("oldest ring", tests, NULL, NULL);
}
