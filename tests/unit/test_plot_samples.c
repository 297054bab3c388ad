// SPDX-License-Identifier: BSD-2-Clause
/* Thinning keeps the extremes, the ends and the memory; scales have ticks that people read. */
#include <math.h>

#include "../lib/test.h"

#include "plot/samples.h"
#include "plot/scale.h"

#define ROWS  200000
#define LIMIT 1000

static double lesser(double a, double b)
{
	return a < b ? a : b;
}

static double greater(double a, double b)
{
	return a > b ? a : b;
}

static double least(const struct samples *samples, size_t column)
{
	double value = INFINITY;

	for (size_t row = 0; row < samples->count; row++)
		if (samples__row(samples, row)[column + 1] < value)
			value = samples__row(samples, row)[column + 1];
	return value;
}

static void few_rows_are_kept_as_they_are(void **state)
{
	struct samples samples = {.nr_columns = 2, .limit = LIMIT};

	(void)state;
	for (int i = 0; i < LIMIT; i++)
		assert_int_equal(samples__add(&samples, 1000 + i, (double[]){i, NAN}), 0);
	samples__finish(&samples);
	assert_int_equal(samples.count, LIMIT);
	assert_int_equal(samples.part_us, 0);
	for (int i = 0; i < LIMIT; i++) {
		assert_true(samples__row(&samples, i)[0] == 1000 + i);
		assert_true(samples__row(&samples, i)[1] == i);
	}
	assert_true(samples__has_value(&samples, 0));
	assert_false(samples__has_value(&samples, 1));
	samples__free(&samples);
}

static void many_rows_keep_their_extremes_and_ends(void **state)
{
	struct samples samples = {.nr_columns = 2, .limit = LIMIT};

	(void)state;
	for (int i = 0; i < ROWS; i++) {
		/* One row is the highest of the first column, another the lowest of the second. */
		double values[] = {i == 77777 ? 1e9 : i % 100, i == 123456 ? -5 : 1 + i % 7};

		assert_int_equal(samples__add(&samples, 10ULL * i, values), 0);
		assert_true(samples.count <= LIMIT);
	}
	samples__finish(&samples);
	assert_int_equal(samples.added, ROWS);
	assert_true(samples.part_us > 0);
	assert_true(samples.count > LIMIT / 8);
	assert_true(samples__max(&samples, 0) == 1e9);
	assert_true(least(&samples, 1) == -5);
	assert_true(samples__row(&samples, 0)[0] == 0);
	assert_true(samples__row(&samples, samples.count - 1)[0] == 10.0 * (ROWS - 1));
	for (size_t row = 1; row < samples.count; row++)
		assert_true(samples__row(&samples, row)[0] > samples__row(&samples, row - 1)[0]);
	samples__free(&samples);
}

/* Lengths of parts that can leave out nothing are not tried, which must not show in the rows. */
static void a_limit_thins_as_every_length_of_parts_in_turn_does(void **state)
{
	struct samples limited = {.nr_columns = 1, .limit = LIMIT}, stepwise;
	__u64 time_us = 1000;

	(void)state;
	for (int i = 0; i < LIMIT; i++) {
		time_us += i % 3 ? 700 : 90000;
		assert_int_equal(samples__add(&limited, time_us, (double[]){i * 7919 % 997}), 0);
	}
	samples__finish(&limited);
	for (size_t limit = LIMIT; limit >= 8; limit /= 2) {
		assert_int_equal(samples__copy(&limited, &stepwise, 1), 0);
		for (__u64 part = 1; stepwise.count > limit; part *= 2)
			samples__thin(&stepwise, part);
		samples__set_limit(&limited, limit);
		assert_int_equal(limited.count, stepwise.count);
		assert_int_equal(limited.part_us, stepwise.part_us);
		assert_memory_equal(limited.rows, stepwise.rows,
				    limited.count * 2 * sizeof(double));
		samples__free(&stepwise);
	}
	samples__free(&limited);
}

/* Whatever the rows, each part that is thinned has its least and greatest values. */
static void each_part_keeps_its_least_and_greatest(void **state)
{
	struct samples all = {.nr_columns = 1, .limit = ROWS}, thinned;
	const __u64 part = 1000;
	__u64 random = 12345, time = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		random = random * 6364136223846793005ULL + 1442695040888963407ULL;
		time += random >> 60;
		assert_int_equal(samples__add(&all, time, (double[]){(double)(random >> 40)}), 0);
	}
	assert_int_equal(samples__copy(&all, &thinned, part), 0);
	assert_true(thinned.count < all.count / 4);
	for (size_t i = 0, j = 0; i < all.count;) {
		double low = INFINITY, high = -INFINITY, kept_low = INFINITY, kept_high = -INFINITY;
		__u64 this = (__u64)samples__row(&all, i)[0] / part;

		for (; i < all.count && (__u64)samples__row(&all, i)[0] / part == this; i++) {
			low = lesser(low, samples__row(&all, i)[1]);
			high = greater(high, samples__row(&all, i)[1]);
		}
		for (; j < thinned.count && (__u64)samples__row(&thinned, j)[0] / part == this;
		     j++) {
			kept_low = lesser(kept_low, samples__row(&thinned, j)[1]);
			kept_high = greater(kept_high, samples__row(&thinned, j)[1]);
		}
		assert_true(low == kept_low);
		assert_true(high == kept_high);
	}
	samples__free(&thinned);
	samples__free(&all);
}

static void a_clock_that_steps_does_not_break_the_order(void **state)
{
	struct samples samples = {.nr_columns = 1, .limit = 64};

	(void)state;
	for (int i = 0; i < 5000; i++)
		assert_int_equal(samples__add(&samples, i < 2500 ? 9000 + i : i, (double[]){i}), 0);
	/* A row without a time, as in a damaged log, leaves the others where they are. */
	assert_int_equal(samples__add(&samples, 0, (double[]){-1}), 0);
	assert_int_equal(samples__add(&samples, 1ULL << 52, (double[]){-2}), 0);
	samples__finish(&samples);
	assert_true(samples.count <= 64);
	assert_true(samples.count > 8);
	for (size_t row = 1; row < samples.count; row++)
		assert_true(samples__row(&samples, row)[0] >= samples__row(&samples, row - 1)[0]);
	assert_true(least(&samples, 0) == -2);
	assert_true(samples__max(&samples, 0) == 4999);
	samples__free(&samples);
}

static void a_smaller_limit_thins(void **state)
{
	struct samples samples = {.nr_columns = 1, .limit = LIMIT};

	(void)state;
	for (int i = 0; i < LIMIT; i++)
		assert_int_equal(samples__add(&samples, i, (double[]){i == 500 ? 9e9 : 1}), 0);
	samples__set_limit(&samples, 50);
	assert_true(samples.count <= 50);
	assert_int_equal(samples.limit, 50);
	assert_true(samples__max(&samples, 0) == 9e9);
	samples__free(&samples);
}

static void assert_scale(enum quantity quantity, double max, int ticks, const char *unit,
			 const char *last)
{
	struct scale scale = scale__choose(quantity, max, ticks);
	char text[SCALE_NUMBER_BYTES];

	assert_string_equal(scale.unit, unit);
	assert_true(scale.nr_ticks >= 1);
	assert_true(scale.nr_ticks <= ticks);
	assert_string_equal(scale__number(&scale, scale.nr_ticks, text), last);
	assert_true(scale__place(&scale, scale.nr_ticks) <= 1.0001);
	assert_true(scale__place(&scale, 0) == 0);
}

static void axes_have_round_numbers_and_units(void **state)
{
	(void)state;
	assert_scale(QUANTITY_BYTES, 150.0 * 1024, 5, "KiB", "150");
	assert_scale(QUANTITY_BYTES, 900, 5, "B", "800");
	assert_scale(QUANTITY_BYTES, 5.2 * (1 << 20), 5, "MiB", "4");
	assert_scale(QUANTITY_RATE, 3.0 * (1 << 30), 5, "GiB/s", "3");
	assert_scale(QUANTITY_TIME, 23456, 5, "ms", "20");
	assert_scale(QUANTITY_TIME, 2500000, 8, "s", "2.5");
	assert_scale(QUANTITY_TIME, 0, 8, "us", "1.0");
	assert_scale(QUANTITY_COUNT, 7, 5, "", "6");
	assert_scale(QUANTITY_COUNT, 1e-3, 5, "", "0.0010");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_rows_are_kept_as_they_are),
		cmocka_unit_test(many_rows_keep_their_extremes_and_ends),
		cmocka_unit_test(a_limit_thins_as_every_length_of_parts_in_turn_does),
		cmocka_unit_test(each_part_keeps_its_least_and_greatest),
		cmocka_unit_test(a_clock_that_steps_does_not_break_the_order),
		cmocka_unit_test(a_smaller_limit_thins),
		cmocka_unit_test(axes_have_round_numbers_and_units),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
