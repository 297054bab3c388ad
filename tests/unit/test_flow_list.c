// SPDX-License-Identifier: BSD-2-Clause
/*
 * The flow list names each 4-tuple once, in an order of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "numbered_key.h"

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
	assert_int_equal(flows__each_tuple(flows, collect, &visited), 0);
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
	flows__each_tuple(flows, collect, &forward);
	flows__free(flows);
	flows = flows__new();
	for (int i = 5; i >= 0; i--)
		flows__id(flows, &keys[i]);
	flows__each_tuple(flows, collect, &backward);
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
	assert_int_equal(flows__each_tuple(flows, collect, &visited), 0);
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
	assert_int_equal(flows__each_tuple(flows, collect, &visited), -5);
	assert_int_equal(visited.count, 1);
	flows__free(flows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_has_each_tuple_once_whatever_the_connections),
		cmocka_unit_test(the_list_does_not_depend_on_the_order_of_arrival),
		cmocka_unit_test(the_list_of_no_flows_is_empty),
		cmocka_unit_test(the_visitor_can_stop_the_list),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
