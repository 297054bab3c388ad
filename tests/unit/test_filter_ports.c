// SPDX-License-Identifier: BSD-2-Clause
/*
 * The filters by port and direction: their syntax, and what the tables say of packets, compared
 * with the meaning of the options spelt out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <errno.h>
#include <cmocka.h>

#include <siftr/array_size.h>
#include <siftr/filter.h>
#include <siftr/record.h>

#include "filter/filter.h"
#include "filter/filter_list.h"

#include "../lib/random_numbers.h"

static struct siftr_filter filter;

static void fill(const struct filter_values *values)
{
	memset(&filter, 0, sizeof(filter));
	filter__fill(values, &filter);
}

static bool selects(__u16 lport, __u16 fport)
{
	return filter.lport[lport] + filter.fport[htons(fport)] < SIFTR_PORT_REFUSED;
}

static void items_are_split_at_commas(void **state)
{
	const char *list = "80,!443,,!,8000-8100";
	static const struct filter_item expected[] = {
		{false, "80"}, {true, "443"}, {false, ""}, {true, ""}, {false, "8000-8100"}};
	struct filter_item item;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		assert_true(filter_list__next(&list, &item));
		assert_int_equal(item.negated, expected[i].negated);
		assert_string_equal(item.text, expected[i].text);
	}
	assert_false(filter_list__next(&list, &item));
}

static void what_is_no_port_is_refused(void **state)
{
	static const char *const bad[] = {"",
					  ",",
					  "80,",
					  "0",
					  "65536",
					  "-1",
					  "+1",
					  " 80",
					  "80 ",
					  "80-",
					  "-80",
					  "100-99",
					  "1-2-3",
					  "!!80",
					  "!",
					  "http",
					  "0x50",
					  "1-65536",
					  "99999999999999999999",
					  "80;443"};
	static const char *const good[] = {"80",  "1",	    "65535",	       "1-65535", "80-80",
					   "!80", "80,443", "8000-8100,!8080", "!1-1023"};
	struct filter_values values = {};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (filter__add(&values, FILTER_PORT, bad[i]) != -EINVAL)
			fail_msg("'%s' was taken", bad[i]);
	assert_int_equal(values.count, 0);
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		if (filter__add(&values, FILTER_PORT, good[i]))
			fail_msg("'%s' was refused", good[i]);
	assert_int_equal(values.count, ARRAY_SIZE(good));
}

static void a_long_item_is_refused(void **state)
{
	char text[2 * FILTER_ITEM_BYTES];
	struct filter_values values = {};

	(void)state;
	memset(text, '0', sizeof(text));
	strcpy(text + sizeof(text) - 3, "80");
	assert_int_equal(filter__add(&values, FILTER_PORT, text), -EINVAL);
}

static void values_have_a_limit(void **state)
{
	struct filter_values values = {};

	(void)state;
	for (int i = 0; i < FILTER_VALUES_MAX; i++)
		assert_int_equal(filter__add(&values, FILTER_PORT, "80"), 0);
	assert_int_equal(filter__add(&values, FILTER_PORT, "80"), -E2BIG);
}

static void no_filter_selects_every_port(void **state)
{
	struct filter_values values = {};

	(void)state;
	fill(&values);
	assert_int_equal(filter__used(&values), 0);
	for (__u32 port = 0; port < SIFTR_PORTS; port++)
		assert_true(selects(port, 0) && selects(0, port));
}

/* A port that a socket lacks is 0: no filter that looks at that port may take it for another. */
static void a_port_that_is_missing_is_never_wanted(void **state)
{
	static const char *const lists[] = {"80", "!80", "1-65535"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		struct filter_values either = {}, local = {}, foreign = {};

		filter__add(&either, FILTER_PORT, lists[i]);
		fill(&either);
		assert_false(selects(0, 443) || selects(443, 0));
		filter__add(&local, FILTER_LPORT, lists[i]);
		fill(&local);
		assert_false(selects(0, 443));
		filter__add(&foreign, FILTER_FPORT, lists[i]);
		fill(&foreign);
		assert_false(selects(443, 0));
	}
}

static void the_ends_of_a_range_are_in_it(void **state)
{
	struct filter_values values = {};

	(void)state;
	filter__add(&values, FILTER_LPORT, "8000-8100,65535,1");
	fill(&values);
	assert_int_equal(filter__used(&values), SIFTR_FILTER_PORT);
	assert_true(selects(8000, 9) && selects(8100, 9) && selects(65535, 9) && selects(1, 9));
	assert_false(selects(7999, 9) || selects(8101, 9) || selects(65534, 9) || selects(2, 9));
}

struct random_item {
	__u16 first, last;
	bool negated;
};

/* What random filters mean, of every option and value one by one. */
struct random_filter {
	struct random_item items[FILTER_KINDS][3];
	int count[FILTER_KINDS];
};

static bool hits(const struct random_filter *random, int kind, bool negated, __u16 port)
{
	for (int i = 0; i < random->count[kind]; i++) {
		const struct random_item *item = &random->items[kind][i];

		if (item->negated == negated && port >= item->first && port <= item->last)
			return true;
	}
	return false;
}

static bool wants_any(const struct random_filter *random, int kind)
{
	for (int i = 0; i < random->count[kind]; i++)
		if (!random->items[kind][i].negated)
			return true;
	return false;
}

/* Whether one option holds for the port `a` or, with --port, for `a` and `b` together. */
static bool holds(const struct random_filter *random, int kind, __u16 a, __u16 b)
{
	if (hits(random, kind, true, a) || hits(random, kind, true, b))
		return false;
	return !wants_any(random, kind) || hits(random, kind, false, a) ||
	       hits(random, kind, false, b);
}

static void make_random(struct random_filter *random, struct filter_values *values,
			char texts[3][128])
{
	for (int kind = FILTER_PORT; kind <= FILTER_FPORT; kind++) {
		int used = 0;

		random->count[kind] = random_u64() % 4;
		for (int i = 0; i < random->count[kind]; i++) {
			__u16 first = 1 + random_u64() % 60, last = first + random_u64() % 20;

			random->items[kind][i].first = first;
			random->items[kind][i].last = last;
			random->items[kind][i].negated = random_u64() % 3 == 0;
			used += snprintf(texts[kind] + used, 128 - used, "%s%s%u-%u", i ? "," : "",
					 random->items[kind][i].negated ? "!" : "", first, last);
		}
		if (random->count[kind])
			assert_int_equal(filter__add(values, kind, texts[kind]), 0);
	}
}

static void random_filters_mean_what_they_say(void **state)
{
	(void)state;
	for (int round = 0; round < 50; round++) {
		struct filter_values values = {};
		struct random_filter random = {};
		char texts[3][128];

		make_random(&random, &values, texts);
		fill(&values);
		for (__u16 lport = 1; lport < 90; lport++)
			for (__u16 fport = 1; fport < 90; fport++) {
				bool wanted = holds(&random, FILTER_PORT, lport, fport) &&
					      holds(&random, FILTER_LPORT, lport, lport) &&
					      holds(&random, FILTER_FPORT, fport, fport);

				assert_int_equal(selects(lport, fport), wanted);
			}
	}
}

static void directions_are_refused(void **state)
{
	static const struct {
		const char *text;
		__u32 in, out;
	} rows[] = {{"in", 0, 1}, {"out", 1, 0}, {"!in", 1, 0}, {"in,out", 0, 0}, {"in,!in", 1, 1}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct filter_values values = {};

		assert_int_equal(filter__add(&values, FILTER_DIR, rows[i].text), 0);
		fill(&values);
		assert_int_equal(filter__used(&values), SIFTR_FILTER_DIRECTION);
		assert_int_equal(filter.refused_direction[SIFTR_IN], rows[i].in);
		assert_int_equal(filter.refused_direction[SIFTR_OUT], rows[i].out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_are_split_at_commas),
		cmocka_unit_test(what_is_no_port_is_refused),
		cmocka_unit_test(a_long_item_is_refused),
		cmocka_unit_test(values_have_a_limit),
		cmocka_unit_test(no_filter_selects_every_port),
		cmocka_unit_test(a_port_that_is_missing_is_never_wanted),
		cmocka_unit_test(the_ends_of_a_range_are_in_it),
		cmocka_unit_test(random_filters_mean_what_they_say),
		cmocka_unit_test(directions_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("filter_ports", tests, NULL, NULL);
}
