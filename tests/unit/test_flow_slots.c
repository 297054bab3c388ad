// SPDX-License-Identifier: BSD-2-Clause
/* Flows are found by all that tells them apart, whatever their hashes, while the table grows. */
#include "analyse/flow_slots.h"
#include "format/row.h"

#include "../lib/test.h"

#define FLOWS 5000

struct fixture {
	struct flow_slots slots;
	struct flow_chunks chunks;
	size_t nr_flows;
};

static struct siftr_flow_key key_of(int number)
{
	return (struct siftr_flow_key){
		.laddr = {1}, .faddr = {2}, .lport = 80, .fport = (__u16)number, .family = 4};
}

/* Every second flow has the 4-tuple of the one before it, and another flowid. */
static struct row row_of(int number, const struct siftr_flow_key *key)
{
	return (struct row){.flow = key, .flowid = (__u32)(number % 2 + 1), .flowtype = 3};
}

static void add(struct fixture *fixture, const struct row *row, __u32 hash)
{
	size_t place = fixture->nr_flows++;

	assert_int_equal(flow_chunks__make_room(&fixture->chunks, place), 0);
	assert_int_equal(flow_slots__make_room(&fixture->slots), 0);
	*flow_chunks__at(&fixture->chunks, place) = (struct flow_analysis){
		.key = *row->flow, .flowid = row->flowid, .flowtype = row->flowtype};
	flow_slots__add(&fixture->slots, (__u32)fixture->nr_flows, hash);
}

static __u32 find(const struct fixture *fixture, const struct row *row, __u32 hash)
{
	return flow_slots__find(&fixture->slots, &fixture->chunks, row, hash);
}

static void close_fixture(struct fixture *fixture)
{
	flow_slots__close(&fixture->slots);
	flow_chunks__free(&fixture->chunks);
}

static void each_flow_is_found_while_the_table_grows(void **state)
{
	struct fixture fixture = {};

	(void)state;
	assert_int_equal(flow_slots__open(&fixture.slots), 0);
	for (int i = 0; i < FLOWS; i++) {
		struct siftr_flow_key key = key_of(i / 2);
		struct row row = row_of(i, &key);
		__u32 hash = flow_slots__hash(&fixture.slots, &row);

		assert_int_equal(find(&fixture, &row, hash), 0);
		add(&fixture, &row, hash);
		assert_int_equal(find(&fixture, &row, hash), i + 1);
	}
	for (int i = 0; i < FLOWS; i++) {
		struct siftr_flow_key key = key_of(i / 2);
		struct row row = row_of(i, &key);

		assert_int_equal(find(&fixture, &row, flow_slots__hash(&fixture.slots, &row)),
				 i + 1);
		row.flowtype = 4;
		assert_int_equal(find(&fixture, &row, flow_slots__hash(&fixture.slots, &row)), 0);
	}
	assert_true(fixture.slots.nr_slots >= 2 * FLOWS);
	close_fixture(&fixture);
}

static void flows_of_one_hash_are_told_apart(void **state)
{
	struct fixture fixture = {};

	(void)state;
	assert_int_equal(flow_slots__open(&fixture.slots), 0);
	for (int i = 0; i < 600; i++) {
		struct siftr_flow_key key = key_of(i / 2);
		struct row row = row_of(i, &key);

		add(&fixture, &row, 7);
	}
	for (int i = 0; i < 600; i++) {
		struct siftr_flow_key key = key_of(i / 2);
		struct row row = row_of(i, &key);

		assert_int_equal(find(&fixture, &row, 7), i + 1);
	}
	close_fixture(&fixture);
}

static void flows_that_are_forgotten_are_not_found(void **state)
{
	struct fixture fixture = {};
	struct siftr_flow_key key = key_of(1);
	struct row row = row_of(1, &key);
	__u32 hash;

	(void)state;
	assert_int_equal(flow_slots__open(&fixture.slots), 0);
	hash = flow_slots__hash(&fixture.slots, &row);
	add(&fixture, &row, hash);
	flow_slots__clear(&fixture.slots);
	assert_int_equal(find(&fixture, &row, hash), 0);
	add(&fixture, &row, hash);
	assert_int_equal(find(&fixture, &row, hash), 2);
	close_fixture(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_flow_is_found_while_the_table_grows),
		cmocka_unit_test(flows_of_one_hash_are_told_apart),
		cmocka_unit_test(flows_that_are_forgotten_are_not_found),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
