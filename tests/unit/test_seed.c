// SPDX-License-Identifier: BSD-2-Clause
/*
 * Chosen flow ids or many connections cannot make the hash tables slow: keys that cluster in a
 * table without a secret seed are spread over a table with one.
 */
#include <stdbool.h>

#include "check/flow_index.h"
#include "convert/flow_table.h"
#include "convert/flows.h"

#include "../lib/numbered_key.h"
#include "../lib/test.h"

#define NR_KEYS	      20000U
#define NEIGHBOURHOOD 64U
/*
 * The longest run of occupied slots allowed in a table that is half full. Random keys make runs of
 * about 60; if all keys were side by side it would be 20000.
 */
#define RUN_MAX 400

/* Length of the longest run of occupied slots, which is the longest search. */
static size_t longest_run(const void *slots, size_t nr_slots, bool (*taken)(const void *, size_t))
{
	size_t longest = 0, run = 0;

	for (size_t i = 0; i < nr_slots; i++) {
		run = taken(slots, i) ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	return longest;
}

static bool flow_index_slot_taken(const void *slots, size_t i)
{
	return ((const struct flow_index_slot *)slots)[i].flow != 0;
}

static bool flow_slot_taken(const void *slots, size_t i)
{
	return ((const struct slot *)slots)[i].id != 0;
}

static void count_flow(struct flow_index *index, __u32 flowid, __u32 number)
{
	struct indexed_flow *flow, *other;
	char text[64];
	int bytes = snprintf(text, sizeof(text), "10.0.0.1,80,10.%u.%u.%u,5001", number >> 16,
			     number >> 8 & 255, number & 255);

	assert_int_equal(flow_index__add_line(index, flowid, text, (size_t)bytes, number + 1, &flow,
					      &other),
			 FLOW_INDEX_NEW_FLOW);
}

/*
 * The next id after `after` that falls into the same small part of a table whose hash has no
 * secret.
 */
static __u32 next_clustered(__u32 after)
{
	do
		after++;
	while ((after * HASH_MULTIPLIER >> 32 & 0xffff) >= NEIGHBOURHOOD);
	return after;
}

static void chosen_flow_ids_of_a_log_lie_apart(void **state)
{
	struct flow_index index;
	__u32 flowid = 0;

	(void)state;
	assert_int_equal(flow_index__open(&index), 0);
	for (__u32 number = 0; number < NR_KEYS; number++) {
		flowid = next_clustered(flowid);
		count_flow(&index, flowid, number);
	}
	assert_in_range(longest_run(index.by_id.slots, index.by_id.nr_slots, flow_index_slot_taken),
			2, RUN_MAX);
	assert_in_range(longest_run(index.by_text.slots, index.by_text.nr_slots,
				    flow_index_slot_taken),
			2, RUN_MAX);
	flow_index__free(&index);
}

/*
 * The low 16 bits of all ids are below 1024, so that a hash that is a mask of low bits would put
 * the connections side by side.
 */
static void chosen_connections_lie_apart(void **state)
{
	struct flows *flows = flows__new();
	__u32 number = 0, found = 0;

	(void)state;
	assert_non_null(flows);
	for (; found < NR_KEYS; number++) {
		struct siftr_flow_key key = ipv6_key_number(number);

		if ((flow_table__hash(&key) & 0xffff) >= 1024)
			continue;
		assert_int_not_equal(flows__id(flows, &key), 0);
		found++;
	}
	assert_in_range(longest_run(flows->slots, 2 * flows->capacity, flow_slot_taken), 2,
			RUN_MAX);
	flows__free(flows);
}

static void a_process_has_one_seed(void **state)
{
	struct seed one = seed__of_process(), other = seed__of_process();

	(void)state;
	assert_memory_equal(&one, &other, sizeof(one));
	assert_int_equal(one.second & 1, 1);
	assert_int_equal(one.third & 1, 1);
}

static void texts_that_differ_hash_differently(void **state)
{
	struct seed seed = seed__of_process();
	static const char text[] = "192.168.100.20,51234,2001:db8::1,443";
	char changed[sizeof(text)];
	size_t same = 0;

	(void)state;
	for (size_t i = 0; i < strlen(text); i++)
		for (int bit = 0; bit < 8; bit++) {
			memcpy(changed, text, sizeof(text));
			changed[i] = (char)(changed[i] ^ 1 << bit);
			same += seed__text(&seed, changed, strlen(text)) ==
				seed__text(&seed, text, strlen(text));
		}
	assert_in_range(same, 0, 1);
	assert_int_not_equal(seed__text(&seed, "a\0", 1), seed__text(&seed, "a\0", 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chosen_flow_ids_of_a_log_lie_apart),
		cmocka_unit_test(chosen_connections_lie_apart),
		cmocka_unit_test(a_process_has_one_seed),
		cmocka_unit_test(texts_that_differ_hash_differently),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
