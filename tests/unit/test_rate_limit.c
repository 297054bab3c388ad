// SPDX-License-Identifier: BSD-2-Clause
/* --max-rate: when ppl rises and when it falls. */
#include "commands/rate_limit.h"

#include "../lib/test.h"

#define SECOND NSEC_PER_SEC

static void ppl_rises_to_what_the_rate_needs_and_falls_back_by_halves(void **state)
{
	struct rate_limit limit;

	(void)state;
	rate_limit__begin(&limit, 1000, 1, 0);
	assert_false(rate_limit__poll(&limit, SECOND, 900));
	assert_true(rate_limit__poll(&limit, 2 * SECOND, 900 + 7500));
	assert_int_equal(limit.ppl, 8);
	assert_int_equal(limit.rate, 7500);
	assert_false(rate_limit__poll(&limit, 3 * SECOND, 900 + 7500 + 940));
	assert_true(rate_limit__poll(&limit, 4 * SECOND, 900 + 7500 + 940 + 400));
	assert_int_equal(limit.ppl, 4);
	assert_int_equal(rate_limit__due_ns(&limit), 5 * SECOND);
	assert_true(rate_limit__poll(&limit, 5 * SECOND, 9740));
	assert_true(rate_limit__poll(&limit, 6 * SECOND, 9740));
	assert_int_equal(limit.ppl, 1);
	assert_false(rate_limit__poll(&limit, 7 * SECOND, 9740));
	assert_int_equal(rate_limit__due_ns(&limit), NEVER_NS);
	assert_int_equal(limit.nr_changes, 4);
	assert_int_equal(limit.highest, 8);
}

/* A flood is not let through for a second: ppl rises as soon as the second's lines are used up. */
static void ppl_rises_before_the_second_is_over(void **state)
{
	struct rate_limit limit;

	(void)state;
	rate_limit__begin(&limit, 1000, 3, 0);
	assert_false(rate_limit__poll(&limit, SECOND / 20, 5000));
	assert_true(rate_limit__poll(&limit, SECOND / 10, 5000));
	assert_int_equal(limit.ppl, 150);
	assert_int_equal(limit.rate, 50000);
}

static void ppl_never_leaves_its_bounds(void **state)
{
	struct rate_limit limit;
	__u64 lines = 0;

	(void)state;
	rate_limit__begin(&limit, 1, 10, 0);
	for (int second = 1; second < 20; second++) {
		lines += 1000000;
		rate_limit__poll(&limit, second * SECOND, lines);
		assert_in_range(limit.ppl, 10, 1000000000);
	}
	for (int second = 20; second < 80; second++)
		rate_limit__poll(&limit, second * SECOND, lines);
	assert_int_equal(limit.ppl, 10);
}

/* Such as one for which only --keep makes lines, of which there may be too many all the same. */
static void a_ppl_above_all_others_is_not_lowered_to_them(void **state)
{
	struct rate_limit limit;

	(void)state;
	rate_limit__begin(&limit, 10, 4294967295, 0);
	assert_false(rate_limit__poll(&limit, SECOND, 5000));
	assert_int_equal(limit.ppl, 4294967295);
	assert_int_equal(limit.nr_changes, 0);
}

static void without_a_limit_nothing_changes(void **state)
{
	struct rate_limit limit;

	(void)state;
	rate_limit__begin(&limit, 0, 1, 0);
	assert_false(rate_limit__poll(&limit, SECOND, 1000000000));
	assert_int_equal(rate_limit__due_ns(&limit), NEVER_NS);
}

static void a_change_begins_at_the_new_ppl_with_no_old_lines(void **state)
{
	struct rate_limit limit;

	(void)state;
	rate_limit__begin(&limit, 1000, 1, 0);
	assert_true(rate_limit__poll(&limit, SECOND, 8000));
	rate_limit__change(&limit, 100, 5, SECOND, 8000);
	assert_int_equal(limit.ppl, 5);
	assert_false(rate_limit__poll(&limit, 2 * SECOND, 8090));
	assert_true(rate_limit__poll(&limit, 3 * SECOND, 8090 + 250));
	assert_int_equal(limit.ppl, 15);
	rate_limit__change(&limit, 0, 2, 3 * SECOND, 8340);
	assert_int_equal(limit.ppl, 2);
	assert_false(rate_limit__poll(&limit, 4 * SECOND, 1000000));
	assert_int_equal(rate_limit__due_ns(&limit), NEVER_NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ppl_rises_to_what_the_rate_needs_and_falls_back_by_halves),
		cmocka_unit_test(ppl_rises_before_the_second_is_over),
		cmocka_unit_test(ppl_never_leaves_its_bounds),
		cmocka_unit_test(a_ppl_above_all_others_is_not_lowered_to_them),
		cmocka_unit_test(without_a_limit_nothing_changes),
		cmocka_unit_test(a_change_begins_at_the_new_ppl_with_no_old_lines),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
