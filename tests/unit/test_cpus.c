// SPDX-License-Identifier: BSD-2-Clause
/* Every CPU that is online has a ring of its own as long as there are enough. */
#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include <siftr/array_size.h>
#include <siftr/record.h>

#include "capture/cpus.h"

#include "../lib/test.h"

#define CPUS_MAX 1024

static bool online[CPUS_MAX];
static size_t ring_of[CPUS_MAX];

static int read_list(const char *text, int nr_cpus)
{
	FILE *list = fmemopen((void *)text, strlen(text), "r");
	int count;

	assert_non_null(list);
	count = cpus__read_list(list, online, nr_cpus);
	fclose(list);
	return count;
}

static void lists_of_the_kernel_are_read(void **state)
{
	(void)state;
	assert_int_equal(read_list("0-3\n", 4), 4);
	assert_int_equal(read_list("5\n", 8), 1);
	assert_true(online[5] && !online[4] && !online[6]);
	assert_int_equal(read_list("0,2-3,300-301\n", CPUS_MAX), 5);
	assert_true(online[0] && !online[1] && online[2] && online[3] && online[301]);
	assert_int_equal(read_list("0-1023", CPUS_MAX), CPUS_MAX);
	assert_int_equal(read_list("0-7\n", 4), 4);
}

static void what_is_no_list_is_refused(void **state)
{
	static const char *const texts[] = {"\n", "x\n", "0-\n", "3-1\n", "0,\n", "0 1\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_int_equal(read_list(texts[i], 4), -EINVAL);
}

static int read_end(const char *text)
{
	FILE *list = fmemopen((void *)text, strlen(text), "r");
	int end;

	assert_non_null(list);
	end = cpus__read_end(list);
	fclose(list);
	return end;
}

static void gaps_between_the_possible_cpus_count(void **state)
{
	(void)state;
	assert_int_equal(read_end("0\n"), 1);
	assert_int_equal(read_end("0-3\n"), 4);
	assert_int_equal(read_end("0,2-3\n"), 4);
	assert_int_equal(read_end("0-1,64-65,300\n"), 301);
	assert_int_equal(read_end("8-9,0-1\n"), 10);
	assert_int_equal(read_end("\n"), -EINVAL);
	assert_int_equal(read_end("0-4294967295\n"), -EINVAL);
}

/*
 * Returns how many CPUs have this ring, of those that are online if `is_online`, else of the
 * others.
 */
static int sharing(size_t ring, bool is_online, int nr_cpus)
{
	int count = 0;

	for (int cpu = 0; cpu < nr_cpus; cpu++)
		count += online[cpu] == is_online && ring_of[cpu] == ring;
	return count;
}

static void gaps_between_the_cpus_online_leave_no_ring_idle(void **state)
{
	(void)state;
	assert_int_equal(read_list("0,2", 4), 2);
	cpus__deal(online, 4, 2, ring_of);
	for (size_t ring = 0; ring < 2; ring++) {
		assert_int_equal(sharing(ring, true, 4), 1);
		assert_int_equal(sharing(ring, false, 4), 1);
	}
}

static void a_cpu_beyond_a_gap_has_a_ring(void **state)
{
	int nr_cpus = read_end("0,2-3\n");

	(void)state;
	assert_int_equal(read_list("0,2-3\n", nr_cpus), 3);
	cpus__deal(online, nr_cpus, 3, ring_of);
	assert_true(online[3]);
	for (size_t ring = 0; ring < 3; ring++)
		assert_int_equal(sharing(ring, true, nr_cpus), 1);
}

static void more_cpus_than_rings_share_evenly(void **state)
{
	(void)state;
	assert_int_equal(read_list("0-899", CPUS_MAX), 900);
	cpus__deal(online, CPUS_MAX, 32, ring_of);
	for (size_t ring = 0; ring < 32; ring++) {
		assert_in_range(sharing(ring, true, CPUS_MAX), 900 / 32, 900 / 32 + 1);
		assert_in_range(sharing(ring, true, CPUS_MAX) + sharing(ring, false, CPUS_MAX),
				CPUS_MAX / 32, CPUS_MAX / 32);
	}
}

static void every_cpu_has_counters(void **state)
{
	(void)state;
	for (int nr_cpus = 1; nr_cpus <= 2 * SIFTR_COUNTER_SLOTS; nr_cpus++) {
		int nr_sets = cpus__counter_sets(nr_cpus);

		assert_int_equal(nr_sets & (nr_sets - 1), 0);
		assert_true(nr_sets >= nr_cpus || nr_sets == SIFTR_COUNTER_SLOTS);
		assert_in_range(nr_sets, CPUS_COUNTER_SETS, SIFTR_COUNTER_SLOTS);
	}
}

static void this_machine_has_a_cpu(void **state)
{
	(void)state;
	assert_in_range(cpus__possible(), sysconf(_SC_NPROCESSORS_ONLN), CPUS_MAX);
	cpus__online(online, 1);
	cpus__deal(online, 1, 1, ring_of);
	assert_true(online[0]);
	assert_int_equal(ring_of[0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_of_the_kernel_are_read),
		cmocka_unit_test(what_is_no_list_is_refused),
		cmocka_unit_test(gaps_between_the_possible_cpus_count),
		cmocka_unit_test(a_cpu_beyond_a_gap_has_a_ring),
		cmocka_unit_test(gaps_between_the_cpus_online_leave_no_ring_idle),
		cmocka_unit_test(more_cpus_than_rings_share_evenly),
		cmocka_unit_test(every_cpu_has_counters),
		cmocka_unit_test(this_machine_has_a_cpu),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("cpus", tests, NULL, NULL);
}
