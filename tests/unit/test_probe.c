// SPDX-License-Identifier: BSD-2-Clause
/* A search by linear probing stays in the table and sees every slot once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "hash/probe.h"

#define NR_SLOTS 64

static void a_search_visits_every_slot_once(void **state)
{
	struct seed seed = seed__of_process();

	(void)state;
	for (__u32 key = 0; key < 1000; key++) {
		size_t slot = probe__start(&seed, key, NR_SLOTS);
		bool visited[NR_SLOTS] = {};

		for (size_t i = 0; i < NR_SLOTS; i++) {
			assert_true(slot < NR_SLOTS);
			assert_false(visited[slot]);
			visited[slot] = true;
			slot = probe__next(slot, NR_SLOTS);
		}
	}
}

static void successive_keys_start_all_over_the_table(void **state)
{
	struct seed seed = seed__of_process();
	size_t nr_starts = 0;
	bool start[NR_SLOTS] = {};

	(void)state;
	for (__u32 key = 0; key < 16 * NR_SLOTS; key++)
		start[probe__start(&seed, key, NR_SLOTS)] = true;
	for (size_t i = 0; i < NR_SLOTS; i++)
		nr_starts += start[i];
	assert_in_range(nr_starts, NR_SLOTS * 3 / 4, NR_SLOTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_search_visits_every_slot_once),
		cmocka_unit_test(successive_keys_start_all_over_the_table),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
