// SPDX-License-Identifier: BSD-2-Clause
/*
 * The flow list has each 4-tuple of an interval once, in order. Idle flows are forgotten only if
 * there are more than FLOWS_REMEMBERED flows.
 */
#include "convert/flow_list.h"
#include "convert/flows.h"

#include "../lib/numbered_key.h"
#include "../lib/test.h"

struct visited {
	struct siftr_flow_key keys[16];
	size_t count;
	int stop_with;
};

static int collect(const struct siftr_flow_key *key, void *context)
{
	struct visited *visited = context;

	assert_in_range(visited->count, 0, 15);
	visited->keys[visited->count++] = *key;
	return visited->stop_with;
}

static void the_list_has_each_tuple_once_whatever_the_connections(void **state)
{
	struct flows *flows = flows__new();
	struct visited visited = {0};

	(void)state;
	for (__u32 i = 0; i < 12; i++) {
		struct siftr_flow_key key = key_number(i % 3);

		key.isn = i;
		key.netns = i % 2;
		flows__id(flows, &key);
	}
	assert_int_equal(flows__count(flows), 12);
	assert_int_equal(flow_list__each(flows, collect, &visited), 0);
	assert_int_equal(visited.count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(visited.keys[i].fport, i);
	flows__free(flows);
}

static void the_list_does_not_depend_on_the_order_of_arrival(void **state)
{
	struct siftr_flow_key keys[6];
	struct visited forward = {0}, backward = {0};
	struct flows *flows = flows__new();

	(void)state;
	for (__u32 i = 0; i < 6; i++)
		keys[i] = i < 3 ? key_number(i * 77777) : ipv6_key_number(i);
	keys[1].lport = 80;
	for (int i = 0; i < 6; i++)
		flows__id(flows, &keys[i]);
	flow_list__each(flows, collect, &forward);
	flows__free(flows);
	flows = flows__new();
	for (int i = 5; i >= 0; i--)
		flows__id(flows, &keys[i]);
	flow_list__each(flows, collect, &backward);
	flows__free(flows);
	assert_int_equal(forward.count, 6);
	assert_memory_equal(&forward, &backward, sizeof(forward));
	assert_int_equal(forward.keys[0].lport, 80);
	assert_int_equal(forward.keys[2].family, 4);
	assert_int_equal(forward.keys[3].family, 6);
}

static void the_list_of_no_flows_is_empty(void **state)
{
	struct flows *flows = flows__new();
	struct visited visited = {0};

	(void)state;
	assert_int_equal(flow_list__each(flows, collect, &visited), 0);
	assert_int_equal(visited.count, 0);
	flows__free(flows);
	flows__free(NULL);
}

static void the_visitor_can_stop_the_list(void **state)
{
	struct flows *flows = flows__new();
	struct visited visited = {.stop_with = -5};

	(void)state;
	for (__u32 i = 0; i < 3; i++) {
		struct siftr_flow_key key = key_number(i);

		flows__id(flows, &key);
	}
	assert_int_equal(flow_list__each(flows, collect, &visited), -5);
	assert_int_equal(visited.count, 1);
	flows__free(flows);
}

static __u32 enter(struct flows *flows, __u32 number)
{
	struct siftr_flow_key key = key_number(number);

	return flows__id(flows, &key);
}

static void an_interval_lists_the_flows_seen_in_it_under_the_same_ids(void **state)
{
	struct flows *flows = flows__new();
	struct visited visited = {0};
	__u32 ids[4];

	(void)state;
	for (__u32 i = 0; i < 4; i++)
		ids[i] = enter(flows, i);
	assert_int_equal(flow_list__size(flows, 4), 4);
	flow_list__next_interval(flows, 0, 0);
	assert_int_equal(flow_list__each(flows, collect, &visited), 0);
	assert_int_equal(visited.count, 0);
	assert_int_equal(enter(flows, 3), ids[3]);
	assert_int_equal(enter(flows, 1), ids[1]);
	assert_int_equal(enter(flows, 3), ids[3]);
	assert_int_equal(flow_list__size(flows, 4), 2);
	assert_int_equal(flow_list__size(flows, 6), 0);
	assert_int_equal(flows__count(flows), 4);
	assert_int_equal(flow_list__each(flows, collect, &visited), 0);
	assert_int_equal(visited.count, 2);
	assert_int_equal(visited.keys[0].fport, 1);
	assert_int_equal(visited.keys[1].fport, 3);
	flows__free(flows);
}

static void a_batch_is_listed_in_each_interval_that_sees_it(void **state)
{
	struct flows *flows = flows__new();
	struct siftr_flow_key key = key_number(7);
	struct siftr_record record = {.flow = 1};
	const struct siftr_record *records[] = {&record};
	const struct flow *found[3];
	struct visited visited = {0};

	(void)state;
	announce(flows, 1, &key);
	assert_int_equal(flow_list__size(flows, 4), 0);
	flows__find(flows, records, 1, &found[0]);
	flows__find(flows, records, 1, &found[1]);
	flow_list__next_interval(flows, 0, 0);
	flows__find(flows, records, 1, &found[2]);
	assert_non_null(found[0]);
	assert_ptr_equal(found[0], found[1]);
	assert_ptr_equal(found[0], found[2]);
	flow_list__each(flows, collect, &visited);
	assert_int_equal(visited.count, 1);
	flows__free(flows);
}

/* Enters two connections with the same 4-tuple. */
static void enter_pair(struct flows *flows, __u32 number, __u32 ids[2])
{
	struct siftr_flow_key key = key_number(number);

	for (int i = 0; i < 2; i++, key.isn++)
		ids[i] = flows__id(flows, &key);
}

static void idle_flows_are_forgotten_when_a_million_are_known(void **state)
{
	struct flows *flows = flows__new();
	__u32 kept[100][2], again[2];
	__u32 second;

	(void)state;
	/*
	 * These two keys, found in test_flows.c, hash to one id, so that the second gets another.
	 */
	enter(flows, 952081114);
	second = enter(flows, 2633076528U);
	assert_int_equal(second, 1);
	for (__u32 i = 0; i < 2 * FLOWS_REMEMBERED; i++)
		enter(flows, 1000 + i);
	for (__u32 i = 0; i < 100; i++)
		enter_pair(flows, i, kept[i]);
	flow_list__next_interval(flows, 0, 0);
	assert_int_equal(flows__count(flows), 2 * FLOWS_REMEMBERED + 202);
	assert_int_equal(enter(flows, 2633076528U), second);
	for (__u32 i = 0; i < 100; i++) {
		enter_pair(flows, i, again);
		assert_memory_equal(again, kept[i], sizeof(again));
	}
	assert_int_equal(flows__count(flows), 2 * FLOWS_REMEMBERED + 202);
	flow_list__next_interval(flows, 0, 0);
	assert_int_equal(enter(flows, 2633076528U), second);
	for (__u32 i = 0; i < 100; i++) {
		enter_pair(flows, i, again);
		assert_memory_equal(again, kept[i], sizeof(again));
	}
	/* A forgotten flow returns: it is a new flow and counted again. */
	enter(flows, 1000);
	assert_int_equal(flows__count(flows), 2 * FLOWS_REMEMBERED + 203);
	assert_int_equal(flow_list__size(flows, 4), 202);
	flows__free(flows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_has_each_tuple_once_whatever_the_connections),
		cmocka_unit_test(the_list_does_not_depend_on_the_order_of_arrival),
		cmocka_unit_test(the_list_of_no_flows_is_empty),
		cmocka_unit_test(the_visitor_can_stop_the_list),
		cmocka_unit_test(an_interval_lists_the_flows_seen_in_it_under_the_same_ids),
		cmocka_unit_test(a_batch_is_listed_in_each_interval_that_sees_it),
		cmocka_unit_test(idle_flows_are_forgotten_when_a_million_are_known),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
