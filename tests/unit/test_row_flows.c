// SPDX-License-Identifier: BSD-2-Clause
/* Flows are numbered in the order of their first rows, however their searches are completed. */
#include "read/row_flows.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include "../lib/random_numbers.h"
#include "../lib/test.h"

#define TUPLES	   3000
#define FLOWIDS	   2
#define SEARCHES   40000
#define BATCH_MAX  64
#define TEXT_BYTES 128
#define BOUND	   32

struct expected {
	__u32 numbers[TUPLES][FLOWIDS]; /* 0: no row yet */
	__u32 nr_flows;
};

/* Every second 4-tuple is of IPv6. */
static size_t text_of(unsigned int tuple, char text[TEXT_BYTES])
{
	int bytes = snprintf(text, TEXT_BYTES,
			     tuple % 2 ? "2001:db8::%x,%u,fe80::1:ff,65535"
				       : "10.0.%u.255,%u,192.0.2.1,9",
			     tuple % 2 ? tuple : tuple / 256, 1024 + tuple);

	return (size_t)bytes;
}

static struct siftr_flow_key key_of(unsigned int tuple)
{
	struct siftr_flow_key key = {.lport = (__u16)(1024 + tuple)};
	char local[INET6_ADDRSTRLEN];
	int family = tuple % 2 ? AF_INET6 : AF_INET;

	key.family = tuple % 2 ? 6 : 4;
	key.fport = tuple % 2 ? 65535 : 9;
	snprintf(local, sizeof(local), tuple % 2 ? "2001:db8::%x" : "10.0.%u.255",
		 tuple % 2 ? tuple : tuple / 256);
	assert_int_equal(inet_pton(family, local, key.laddr), 1);
	assert_int_equal(inet_pton(family, tuple % 2 ? "fe80::1:ff" : "192.0.2.1", key.faddr), 1);
	return key;
}

static void check_flow(struct expected *expected, const struct row_flow *flow, unsigned int tuple,
		       __u32 flowid)
{
	struct siftr_flow_key key = key_of(tuple);
	__u32 *number = &expected->numbers[tuple][flowid];

	if (!*number)
		*number = ++expected->nr_flows;
	assert_non_null(flow);
	assert_int_equal(flow->number, *number);
	assert_int_equal(flow->flowid, flowid);
	assert_memory_equal(&flow->key, &key, sizeof(key));
}

/* The text of each search is overwritten by the next, as those of a reader may be. */
static void check_batch(struct row_flows *flows, struct expected *expected, size_t count)
{
	struct row_search searches[BATCH_MAX];
	unsigned int tuples[BATCH_MAX];
	char text[TEXT_BYTES];

	for (size_t i = 0; i < count; i++) {
		/* Half of the searches are for few flows, so that some repeat within a batch. */
		tuples[i] = (unsigned int)(random_u64() % (random_u64() % 2 ? TUPLES : 20));
		row_flows__begin(flows, &searches[i], text, text_of(tuples[i], text), (__u32)i % 2,
				 0);
	}
	assert_int_equal(row_flows__complete(flows, searches, count), 0);
	for (size_t i = 0; i < count; i++)
		check_flow(expected, searches[i].flow, tuples[i], (__u32)i % 2);
}

static void searches_of_a_batch_find_the_flows_in_the_order_of_their_rows(void **state)
{
	static struct expected expected;
	struct row_flows *flows = row_flows__new();

	(void)state;
	for (int searches = 0; searches < SEARCHES; searches += BATCH_MAX)
		check_batch(flows, &expected, 1 + random_u64() % BATCH_MAX);
	assert_true(expected.nr_flows > TUPLES);
	assert_int_equal(row_flows__at(flows, expected.nr_flows)->number, expected.nr_flows);
	assert_null(row_flows__at(flows, expected.nr_flows + 1));
	row_flows__free(flows);
}

static void a_flow_is_the_same_by_its_text_and_by_its_key(void **state)
{
	static struct expected expected;
	struct row_flows *flows = row_flows__new();
	char text[TEXT_BYTES];

	(void)state;
	for (unsigned int i = 0; i < 2 * TUPLES; i++) {
		unsigned int tuple = i % TUPLES;
		struct siftr_flow_key key = key_of(tuple);

		check_flow(&expected, row_flows__find(flows, text, text_of(tuple, text), 1, 0),
			   tuple, 1);
		check_flow(&expected, row_flows__find_key(flows, &key, 1, 0), tuple, 1);
	}
	assert_int_equal(expected.nr_flows, TUPLES);
	row_flows__free(flows);
}

static __u32 number_of(struct row_flows *flows, __u32 flowid)
{
	static const char text[] = "10.0.0.1,1024,192.0.2.1,9";

	return row_flows__find(flows, text, sizeof(text) - 1, flowid, 0)->number;
}

/* Each flow is silent while `others` new ones come, as often as there are rounds. */
static bool is_known_after(size_t others, int rounds)
{
	struct row_flows *flows = row_flows__new_bounded(BOUND);
	__u32 first = number_of(flows, 1), next = 2;
	bool known = true;

	for (int i = 0; i < rounds; i++) {
		for (size_t j = 0; j < others; j++, next++)
			assert_true(number_of(flows, next) >= next);
		known = known && number_of(flows, 1) == first;
	}
	row_flows__free(flows);
	return known;
}

static void with_a_bound_the_flows_with_the_last_rows_are_known(void **state)
{
	(void)state;
	for (size_t others = 0; others < BOUND; others++)
		assert_true(is_known_after(others, 20));
	assert_false(is_known_after(2 * BOUND, 1));
}

/* Flows of a batch are valid although the table is full in the midst of it. */
static void with_a_bound_a_batch_finds_its_flows(void **state)
{
	struct row_flows *flows = row_flows__new_bounded(BOUND);
	struct row_search searches[BOUND];
	char text[TEXT_BYTES];

	(void)state;
	for (__u32 round = 0; round < 1000; round++) {
		for (__u32 i = 0; i < BOUND; i++)
			row_flows__begin(flows, &searches[i], text, text_of(i, text),
					 round * (i % 3), 0);
		assert_int_equal(row_flows__complete(flows, searches, BOUND), 0);
		for (__u32 i = 0; i < BOUND; i++) {
			struct siftr_flow_key key = key_of(i);

			assert_memory_equal(&searches[i].flow->key, &key, sizeof(key));
			assert_int_equal(searches[i].flow->flowid, round * (i % 3));
		}
	}
	row_flows__free(flows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(searches_of_a_batch_find_the_flows_in_the_order_of_their_rows),
		cmocka_unit_test(a_flow_is_the_same_by_its_text_and_by_its_key),
		cmocka_unit_test(with_a_bound_the_flows_with_the_last_rows_are_known),
		cmocka_unit_test(with_a_bound_a_batch_finds_its_flows),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
