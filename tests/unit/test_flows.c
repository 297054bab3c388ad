// SPDX-License-Identifier: BSD-2-Clause
/*
 * A flow keeps one id for life, and no two flows of a run share one, however
 * many there are.
 */
#include <siftr/array_size.h>

#include "convert/flow_list.h"
#include "convert/flows.h"

#include "../lib/numbered_key.h"
#include "../lib/random_numbers.h"
#include "../lib/test.h"

#define MILLION 1000000

static int compare_ids(const void *left, const void *right)
{
	__u32 a = *(const __u32 *)left;
	__u32 b = *(const __u32 *)right;

	return (a > b) - (a < b);
}

static void assert_unique(__u32 *ids, size_t count)
{
	qsort(ids, count, sizeof(*ids), compare_ids);
	assert_int_not_equal(ids[0], 0);
	for (size_t i = 1; i < count; i++)
		assert_int_not_equal(ids[i - 1], ids[i]);
}

/* The id that a flow gets if there is no other flow: the hash of its key. */
static __u32 id_alone(const struct siftr_flow_key *key)
{
	struct flows *flows = flows__new();
	__u32 id;

	assert_non_null(flows);
	id = flows__id(flows, key);
	flows__free(flows);
	return id;
}

static void a_flow_keeps_its_id_and_counts_once(void **state)
{
	struct flows *flows = flows__new();
	struct siftr_flow_key key = key_number(1), other = key_number(2);
	__u32 id = flows__id(flows, &key);

	(void)state;
	assert_int_not_equal(id, 0);
	assert_int_equal(flows__id(flows, &key), id);
	assert_int_not_equal(flows__id(flows, &other), id);
	assert_int_equal(flows__id(flows, &key), id);
	assert_int_equal(flows__count(flows), 2);
	flows__free(flows);
}

static void ids_are_the_same_in_every_run(void **state)
{
	(void)state;
	for (__u32 number = 0; number < 100; number++) {
		struct siftr_flow_key key = key_number(number);

		assert_int_equal(id_alone(&key), id_alone(&key));
	}
}

static void every_part_of_the_key_makes_another_flow(void **state)
{
	struct flows *flows = flows__new();
	struct siftr_flow_key key = ipv6_key_number(5);
	__u32 ids[1 + 8 * (48 - 3)];
	size_t count = 0;

	(void)state;
	ids[count++] = flows__id(flows, &key);
	for (size_t byte = 0; byte < offsetof(struct siftr_flow_key, zero); byte++) {
		for (int bit = 0; bit < 8; bit++) {
			struct siftr_flow_key changed = key;

			((unsigned char *)&changed)[byte] ^= (unsigned char)(1 << bit);
			ids[count++] = flows__id(flows, &changed);
		}
	}
	assert_int_equal(flows__count(flows), count);
	assert_unique(ids, count);
	flows__free(flows);
}

static void a_reused_tuple_and_another_namespace_are_flows_of_their_own(void **state)
{
	struct flows *flows = flows__new();
	struct siftr_flow_key key = key_number(1), reused = key, elsewhere = key;
	__u32 ids[3];

	(void)state;
	reused.isn++;
	elsewhere.netns++;
	ids[0] = flows__id(flows, &key);
	ids[1] = flows__id(flows, &reused);
	ids[2] = flows__id(flows, &elsewhere);
	assert_int_equal(flows__id(flows, &key), ids[0]);
	assert_int_equal(flows__count(flows), 3);
	assert_unique(ids, 3);
	flows__free(flows);
}

struct numbered_id {
	__u32 id;
	__u32 number;
};

/*
 * Finds two keys with the same hash of 32 bits. By the birthday paradox some 100,000 keys are
 * enough; three times as many are tried.
 */
static void find_colliding_keys(struct siftr_flow_key *first, struct siftr_flow_key *second)
{
	enum {
		TRIED = 300000
	};
	struct numbered_id *ids = malloc(TRIED * sizeof(*ids));
	int found = 0;

	assert_non_null(ids);
	for (__u32 number = 0; number < TRIED; number++) {
		struct siftr_flow_key key = key_number(number);

		ids[number] = (struct numbered_id){id_alone(&key), number};
	}
	qsort(ids, TRIED, sizeof(*ids), compare_ids);
	for (size_t i = 1; i < TRIED && !found; i++) {
		if (ids[i].id == ids[i - 1].id) {
			*first = key_number(ids[i - 1].number);
			*second = key_number(ids[i].number);
			found = 1;
		}
	}
	free(ids);
	assert_true(found);
}

static void colliding_flows_get_neighbouring_ids_and_keep_them(void **state)
{
	struct siftr_flow_key first, second;
	struct flows *flows = flows__new();
	__u32 id;

	(void)state;
	find_colliding_keys(&first, &second);
	id = flows__id(flows, &first);
	assert_int_equal(id, id_alone(&second));
	assert_int_equal(flows__id(flows, &second), id == UINT32_MAX ? 1 : id + 1);
	for (__u32 number = 0; number < 5000; number++) {
		struct siftr_flow_key other = key_number(0x40000000 + number);

		flows__id(flows, &other);
	}
	assert_int_equal(flows__id(flows, &first), id);
	assert_int_equal(flows__id(flows, &second), id == UINT32_MAX ? 1 : id + 1);
	flows__free(flows);
}

/* The keys were found by exhaustive search: `zero` hashes to 0, `last` and `second` to 2^32 - 1. */
static void ids_wrap_around_without_ever_being_zero(void **state)
{
	struct siftr_flow_key zero = key_number(1343654758);
	struct siftr_flow_key last = key_number(952081114), second = key_number(2633076528);
	struct flows *flows = flows__new();

	(void)state;
	assert_int_equal(id_alone(&zero), 1);
	assert_int_equal(flows__id(flows, &last), UINT32_MAX);
	assert_int_equal(flows__id(flows, &second), 1);
	assert_int_equal(flows__id(flows, &zero), 2);
	assert_int_equal(flows__id(flows, &second), 1);
	flows__free(flows);
}

static void a_million_flows_have_unique_ids_that_survive_growth(void **state)
{
	struct flows *flows = flows__new();
	const __u32 count = (__u32)random_rounds(MILLION);
	__u32 *ids = malloc(count * sizeof(*ids));

	(void)state;
	assert_non_null(ids);
	for (__u32 i = 0; i < count; i++) {
		struct siftr_flow_key key = i % 2 ? key_number(i) : ipv6_key_number(i);

		ids[i] = flows__id(flows, &key);
	}
	assert_int_equal(flows__count(flows), count);
	for (__u32 i = 0; i < count; i++) {
		struct siftr_flow_key key = i % 2 ? key_number(i) : ipv6_key_number(i);

		assert_true(flows__id(flows, &key) == ids[i]);
	}
	assert_int_equal(flows__count(flows), count);
	assert_unique(ids, count);
	free(ids);
	flows__free(flows);
}

/* Fills a batch with flows that occur in it twice, flows of earlier batches and new flows. */
static void fill_batch(struct siftr_record *records, const struct siftr_record **batch, __u32 round)
{
	for (__u32 i = 0; i < FLOWS_BATCH; i++) {
		__u32 number = i % 4 == 0 ? round * FLOWS_BATCH + i : (i * i * 7919 + round) % 5000;

		records[i].kind = SIFTR_KIND_FLOW;
		records[i].flow = 1 + round * FLOWS_BATCH + i;
		records[i].key = i % 3 ? key_number(number) : ipv6_key_number(number);
		batch[i] = &records[i];
	}
}

static void the_end_of_a_flow_neither_announces_nor_lists_it(void **state)
{
	struct siftr_record records[] = {
		{.kind = SIFTR_KIND_FLOW, .flow = 1},
		{.kind = SIFTR_KIND_END, .flow = 1},
		{.kind = SIFTR_KIND_END, .flow = 2},
	};
	const struct siftr_record *batch[] = {&records[0], &records[1], &records[2]};
	const struct flow *found[ARRAY_SIZE(batch)];
	struct flows *flows = flows__new();

	(void)state;
	for (__u32 i = 0; i < ARRAY_SIZE(records); i++)
		records[i].key = key_number(i);
	flows__announce(flows, batch, ARRAY_SIZE(batch));
	flows__find(flows, batch, ARRAY_SIZE(batch), found);
	assert_int_equal(flows__count(flows), 1);
	assert_non_null(found[1]);
	assert_ptr_equal(found[1], found[0]);
	assert_null(found[2]);
	assert_int_equal(flow_list__size(flows, 4) + flow_list__size(flows, 6), 0);
	flows__free(flows);
}

static void a_batch_has_the_ids_its_flows_have_one_by_one(void **state)
{
	struct flows *batched = flows__new(), *single = flows__new();
	struct siftr_record records[FLOWS_BATCH] = {};

	(void)state;
	for (__u32 round = 0; round < (__u32)random_rounds(3000); round++) {
		const struct siftr_record *batch[FLOWS_BATCH];
		const struct flow *found[FLOWS_BATCH];
		size_t count = round % FLOWS_BATCH + 1;

		fill_batch(records, batch, round);
		flows__announce(batched, batch, count);
		flows__find(batched, batch, count, found);
		for (size_t i = 0; i < count; i++) {
			assert_non_null(found[i]);
			assert_int_equal(found[i]->id, flows__id(single, &records[i].key));
			assert_memory_equal(&found[i]->key, &records[i].key, sizeof(found[i]->key));
		}
		assert_int_equal(flows__count(batched), flows__count(single));
	}
	flows__free(batched);
	flows__free(single);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flow_keeps_its_id_and_counts_once),
		cmocka_unit_test(ids_are_the_same_in_every_run),
		cmocka_unit_test(every_part_of_the_key_makes_another_flow),
		cmocka_unit_test(a_reused_tuple_and_another_namespace_are_flows_of_their_own),
		cmocka_unit_test(colliding_flows_get_neighbouring_ids_and_keep_them),
		cmocka_unit_test(ids_wrap_around_without_ever_being_zero),
		cmocka_unit_test(the_end_of_a_flow_neither_announces_nor_lists_it),
		cmocka_unit_test(a_batch_has_the_ids_its_flows_have_one_by_one),
		cmocka_unit_test(a_million_flows_have_unique_ids_that_survive_growth),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
