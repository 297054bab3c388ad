// SPDX-License-Identifier: BSD-2-Clause
/* The filters by address and version of IP: their syntax, and the rules that they become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <arpa/inet.h>
#include <errno.h>
#include <cmocka.h>

#include <siftr/array_size.h>
#include <siftr/filter.h>
#include <siftr/record.h>

#include "filter/filter.h"
#include "filter/filter_addresses.h"
#include "filter/filter_flows.h"

/* Whether the rule matches the address, which is written as in a log. */
static bool matches(const struct siftr_rule *rule, const char *text)
{
	__u16 family = strchr(text, ':') ? 6 : 4;
	__u64 address[2] = {};

	assert_int_equal(inet_pton(family == 4 ? AF_INET : AF_INET6, text, address), 1);
	return (!rule->family || rule->family == family) &&
	       (address[0] & rule->mask[0]) == rule->value[0] &&
	       (address[1] & rule->mask[1]) == rule->value[1];
}

static void the_prefix_alone_is_compared(void **state)
{
	static const struct {
		const char *text, *inside, *outside;
	} rows[] = {
		{"10.0.0.1", "10.0.0.1", "10.0.0.2"},
		{"10.0.0.1/32", "10.0.0.1", "10.0.0.0"},
		{"10.0.0.1/8", "10.255.0.9", "11.0.0.1"},
		{"10.0.0.0/31", "10.0.0.1", "10.0.0.2"},
		{"0.0.0.0/0", "255.1.2.3", "::"},
		{"0.0.0.0/1", "127.1.2.3", "128.0.0.0"},
		{"fd00::1", "fd00::1", "fd00::2"},
		{"fd00::/8", "fdff::1:2", "fc00::1"},
		{"fd00::/7", "fcff::1:2", "fe00::1"},
		{"fd00:0:0:1:8000::/65", "fd00:0:0:1:8000::9", "fd00:0:0:1::9"},
		{"fd00::ff00/127", "fd00::ff01", "fd00::ff02"},
		{"::/0", "fd00::1", "10.0.0.1"},
		{"::ffff:10.0.0.1", "10.0.0.1", "10.0.0.2"},
		{"::ffff:10.0.0.0/104", "10.9.9.9", "11.0.0.0"},
		{"::ffff:0:0/96", "1.2.3.4", "::1"},
		{"::/95", "::1", "1.2.3.4"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct siftr_rule rule = {};

		assert_true(filter_addresses__parse(rows[i].text, &rule));
		if (!matches(&rule, rows[i].inside) || matches(&rule, rows[i].outside))
			fail_msg("%s", rows[i].text);
	}
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const bad[] = {
		"",	      "10",	     "10.0.0",	     "10.0.0.256",
		"10.0.0.1/",  "10.0.0.1/33", "10.0.0.1/-1",  "10.0.0.1/8x",
		"fd00::/129", "fd00:::1",    "fe80::1%eth0", "example.com",
		"/8",	      " 10.0.0.1",   "10.0.0.1,",    "!!::1"};
	struct filter_values values = {};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (filter__add(&values, FILTER_HOST, bad[i]) != -EINVAL)
			fail_msg("'%s' was taken", bad[i]);
	assert_int_equal(filter__add(&values, FILTER_IP, "5"), -EINVAL);
	assert_int_equal(filter__add(&values, FILTER_IP, "46"), -EINVAL);
	assert_int_equal(values.count, 0);
}

static void each_item_becomes_a_rule(void **state)
{
	static struct siftr_filter filter;
	struct filter_values values = {};

	(void)state;
	memset(&filter, 0, sizeof(filter));
	assert_int_equal(filter__add(&values, FILTER_FADDR, "10.0.0.1,!fd00::/8"), 0);
	assert_int_equal(filter__add(&values, FILTER_PORT, "80"), 0);
	assert_int_equal(filter__add(&values, FILTER_IP, "!6"), 0);
	assert_int_equal(filter__used(&values),
			 SIFTR_FILTER_FADDR | SIFTR_FILTER_PORT | SIFTR_FILTER_IP);
	filter__fill(&values, &filter);
	assert_int_equal(filter.rules[0].filter, SIFTR_FILTER_FADDR);
	assert_int_equal(filter.rules[0].family, 4);
	assert_false(filter.rules[0].negated);
	assert_int_equal(filter.rules[1].filter, SIFTR_FILTER_FADDR);
	assert_true(filter.rules[1].negated);
	assert_int_equal(filter.rules[2].filter, SIFTR_FILTER_IP);
	assert_int_equal(filter.rules[2].family, 6);
	assert_int_equal(filter.rules[2].mask[0] | filter.rules[2].mask[1], 0);
	assert_int_equal(filter.rules[3].filter, 0);
}

static void rules_have_a_limit(void **state)
{
	static struct siftr_filter filter;
	struct filter_values values = {};
	char text[SIFTR_RULES_MAX * 3 + 8] = "::1";

	(void)state;
	memset(&filter, 0, sizeof(filter));
	for (int i = 1; i < SIFTR_RULES_MAX; i++)
		strcat(text, ",::");
	assert_int_equal(filter__add(&values, FILTER_HOST, text), 0);
	assert_int_equal(filter__add(&values, FILTER_HOST, "::1"), -E2BIG);
	assert_int_equal(filter__add(&values, FILTER_PORT, "80"), 0);
	filter__fill(&values, &filter);
	assert_int_equal(filter.rules[SIFTR_RULES_MAX - 1].filter, SIFTR_FILTER_HOST);
	assert_int_equal(filter.rules[SIFTR_RULES_MAX].filter, 0);
}

/* A flow between 10.0.0.1 and 10.0.0.2, each selected or not by what the options mean. */
static void options_must_all_hold(void **state)
{
	static const struct {
		enum filter_kind kind;
		const char *text;
		bool selected;
	} rows[] = {
		{FILTER_HOST, "10.0.0.2,10.0.0.9", true},
		{FILTER_HOST, "10.0.0.9", false},
		{FILTER_HOST, "!10.0.0.2", false},
		{FILTER_HOST, "10.0.0.1,!10.0.0.2", false},
		{FILTER_LADDR, "10.0.0.1", true},
		{FILTER_LADDR, "10.0.0.2", false},
		{FILTER_LADDR, "!10.0.0.2", true},
		{FILTER_FADDR, "10.0.0.2/31", true},
		{FILTER_FADDR, "10.0.0.1", false},
		{FILTER_FADDR, "!::/0", true},
		{FILTER_IP, "4", true},
		{FILTER_IP, "6", false},
		{FILTER_IP, "!6", true},
		{FILTER_IP, "!4", false},
		{FILTER_FPORT, "80", true},
		{FILTER_FPORT, "81", false},
	};
	static const struct siftr_flow_key key = {.laddr = {0x0100000a},
						  .faddr = {0x0200000a},
						  .lport = 5000,
						  .fport = 80,
						  .family = 4};
	static struct siftr_filter filter;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (size_t j = 0; j < ARRAY_SIZE(rows); j++) {
			struct filter_values values = {};

			if (i != j && rows[i].kind == rows[j].kind)
				continue;
			memset(&filter, 0, sizeof(filter));
			assert_int_equal(filter__add(&values, rows[i].kind, rows[i].text), 0);
			assert_int_equal(filter__add(&values, rows[j].kind, rows[j].text), 0);
			filter__fill(&values, &filter);
			if (filter_flows__match(&filter, &key) !=
			    (rows[i].selected && rows[j].selected))
				fail_msg("%s and %s", rows[i].text, rows[j].text);
		}
}

/* As when a run is steered: a filter gets other values, and those of the others stay. */
static void a_filter_is_forgotten_with_its_rules_alone(void **state)
{
	struct filter_values values = {}, before;

	(void)state;
	assert_int_equal(filter__add(&values, FILTER_LADDR, "10.0.0.1,10.0.0.2"), 0);
	assert_int_equal(filter__add(&values, FILTER_IP, "4"), 0);
	assert_int_equal(filter__add(&values, FILTER_PORT, "80"), 0);
	before = values;
	assert_false(filter__differs(&values, &before));
	filter__forget(&values, FILTER_HOST);
	assert_false(filter__differs(&values, &before));
	filter__forget(&values, FILTER_LADDR);
	assert_true(filter__differs(&values, &before));
	assert_int_equal(values.count, 2);
	assert_int_equal(values.nr_rules, 1);
	assert_int_equal(values.rules[0].filter, SIFTR_FILTER_IP);
	filter__forget(&values, FILTER_IP);
	assert_int_equal(values.nr_rules, 0);
	filter__forget(&values, FILTER_PORT);
	assert_int_equal(values.count, 0);
	assert_int_equal(filter__add(&values, FILTER_LADDR, "10.0.0.1,10.0.0.2"), 0);
	assert_int_equal(filter__add(&values, FILTER_IP, "4"), 0);
	assert_int_equal(filter__add(&values, FILTER_PORT, "80"), 0);
	assert_false(filter__differs(&values, &before));
	/* The same name may mean something else now. */
	values.rules[0].value[0]++;
	assert_true(filter__differs(&values, &before));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_prefix_alone_is_compared),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(each_item_becomes_a_rule),
		cmocka_unit_test(rules_have_a_limit),
		cmocka_unit_test(options_must_all_hold),
		cmocka_unit_test(a_filter_is_forgotten_with_its_rules_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("filter_rules", tests, NULL, NULL);
}
