// SPDX-License-Identifier: BSD-2-Clause
/* The filters by what only sockets have: their syntax, what they name, and their rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <errno.h>
#include <unistd.h>
#include <cmocka.h>

#include <siftr/array_size.h>
#include <siftr/filter.h>

#include "filter/filter.h"
#include "filter/filter_processes.h"

/* Adds the value, which must be taken, and returns its first rule. */
static struct siftr_rule first_rule(enum filter_kind kind, const char *text)
{
	struct filter_values values = {};

	if (filter__add(&values, kind, text) || values.lacking.err)
		fail_msg("--%s %s was refused", filter__name(kind), text);
	return values.rules[0];
}

static bool matches(const struct siftr_rule *rule, __u64 first, __u64 second)
{
	return (first & rule->mask[0]) == rule->value[0] &&
	       (second & rule->mask[1]) == rule->value[1];
}

/* A name as the kernel has it, zeros behind it. */
static bool matches_name(const struct siftr_rule *rule, const char *name)
{
	__u64 words[2] = {};

	memcpy(words, name, strlen(name));
	return matches(rule, words[0], words[1]);
}

static void a_mark_is_compared_under_its_mask(void **state)
{
	static const struct {
		const char *text;
		__u32 inside, outside;
	} rows[] = {
		{"7", 7, 6},
		{"0", 0, 1},
		{"0x10", 16, 10},
		{"4294967295", 0xffffffff, 0x7fffffff},
		{"0x10/0xf0", 0xffffff1f, 0x20},
		{"0xff/0xf0", 0xf0, 0xe0},
		{"0/1", 2, 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct siftr_rule rule = first_rule(FILTER_MARK, rows[i].text);

		if (!matches(&rule, rows[i].inside, 0) || matches(&rule, rows[i].outside, 0))
			fail_msg("%s", rows[i].text);
		assert_false(matches(&rule, SIFTR_NOT_KNOWN, 0));
		assert_int_equal(rule.filter, SIFTR_FILTER_MARK);
	}
}

static void any_mark_is_none_that_is_not_known(void **state)
{
	struct siftr_rule rule = first_rule(FILTER_MARK, "0/0");

	(void)state;
	assert_true(matches(&rule, 12345, 0));
	assert_false(matches(&rule, SIFTR_NOT_KNOWN, 0));
}

static void users_have_names_and_numbers(void **state)
{
	struct siftr_rule rule = first_rule(FILTER_UID, "root");

	(void)state;
	assert_true(matches(&rule, 0, 0));
	assert_false(matches(&rule, 1, 0));
	assert_false(matches(&rule, SIFTR_NOT_KNOWN, 0));
	rule = first_rule(FILTER_UID, "!1000");
	assert_true(rule.negated);
	assert_true(matches(&rule, 1000, 0));
	assert_int_equal(rule.filter, SIFTR_FILTER_UID);
}

static void names_are_compared_to_their_end(void **state)
{
	struct siftr_rule rule = first_rule(FILTER_CC, "reno");

	(void)state;
	assert_int_equal(rule.filter, SIFTR_FILTER_CC);
	assert_true(matches_name(&rule, "reno"));
	assert_false(matches_name(&rule, "ren"));
	assert_false(matches_name(&rule, "reno2"));
	assert_false(matches_name(&rule, ""));
	rule = first_rule(FILTER_IFACE, "lo");
	assert_int_equal(rule.filter, SIFTR_FILTER_IFACE);
	assert_true(matches_name(&rule, "lo"));
	assert_false(matches_name(&rule, "lo0"));
}

static void a_namespace_is_found_in_every_way(void **state)
{
	struct siftr_rule rule = first_rule(FILTER_NETNS, "self");
	struct stat own;
	char pid[16];

	(void)state;
	assert_int_equal(stat("/proc/self/ns/net", &own), 0);
	assert_true(matches(&rule, own.st_ino, 0));
	assert_false(matches(&rule, own.st_ino + 1, 0));
	assert_int_equal(rule.filter, SIFTR_FILTER_NETNS);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	rule = first_rule(FILTER_NETNS, pid);
	assert_true(matches(&rule, own.st_ino, 0));
	rule = first_rule(FILTER_NETNS, "/proc/self/ns/net");
	assert_true(matches(&rule, own.st_ino, 0));
}

static void processes_are_known_by_number_and_name(void **state)
{
	static const __u64 other[2] = {0x72656874}; /* "ther" */
	struct filter_values values = {};
	char pid[16];
	__u64 name[2] = {};

	(void)state;
	snprintf(pid, sizeof(pid), "!%d", (int)getpid());
	memcpy(name, "fifteen letters", 15);
	assert_int_equal(filter__add(&values, FILTER_PID, pid), 0);
	assert_int_equal(filter__add(&values, FILTER_COMM, "x,fifteen letters"), 0);
	assert_int_equal(filter__used(&values), SIFTR_FILTER_PID | SIFTR_FILTER_COMM);
	assert_true(values.rules[0].negated);
	assert_true(matches(&values.rules[0], getpid(), 0));
	assert_false(matches(&values.rules[0], SIFTR_NOT_KNOWN, 0));
	assert_true(matches_name(&values.rules[2], "fifteen letters"));
	assert_false(matches_name(&values.rules[2], "fifteen letter"));
	assert_true(filter_processes__are_about(&values, getpid(), other));
	assert_true(filter_processes__are_about(&values, 1, name));
	assert_false(filter_processes__are_about(&values, 1, other));
}

/* Of version 2, where this host has it: at its own place or, with version 1 as well, below it. */
static void a_cgroup_is_found_by_either_path(void **state)
{
	static const char *const paths[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	struct filter_values values = {};
	struct stat root;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct siftr_rule rule;

		values.lacking.err = 0;
		if (filter__add(&values, FILTER_CGROUP, paths[i]) || values.lacking.err)
			continue;
		assert_int_equal(stat(paths[i], &root), 0);
		rule = first_rule(FILTER_CGROUP, paths[i]);
		assert_true(matches(&rule, root.st_ino, 0));
		rule = first_rule(FILTER_CGROUP, "/");
		assert_true(matches(&rule, root.st_ino, 0));
		assert_false(matches(&rule, SIFTR_NOT_KNOWN, 0));
		assert_int_equal(rule.filter, SIFTR_FILTER_CGROUP);
		return;
	}
	skip();
}

static void what_means_nothing_is_refused(void **state)
{
	static const struct {
		enum filter_kind kind;
		const char *text;
		int err;
	} rows[] = {
		{FILTER_UID, "", -EINVAL},
		{FILTER_UID, "12x", -EINVAL},
		{FILTER_UID, "4294967296", -EINVAL},
		{FILTER_UID, "-1", -ENOENT},
		{FILTER_UID, "root,no-such-user", -ENOENT},
		{FILTER_MARK, "", -EINVAL},
		{FILTER_MARK, "x", -EINVAL},
		{FILTER_MARK, "0x", -EINVAL},
		{FILTER_MARK, "-1", -EINVAL},
		{FILTER_MARK, "1/", -EINVAL},
		{FILTER_MARK, "1/2/3", -EINVAL},
		{FILTER_MARK, "0x100000000", -EINVAL},
		{FILTER_CC, "", -EINVAL},
		{FILTER_CC, "nosuchcontrol", -ENOENT},
		{FILTER_CC, "reno/", -EINVAL},
		{FILTER_CC, "a-name-of-16-chars", -EINVAL},
		{FILTER_IFACE, "nosuchiface", -ENOENT},
		{FILTER_IFACE, "l", -ENOENT},
		{FILTER_NETNS, "", -EINVAL},
		{FILTER_NETNS, "no-such-netns", -ENOENT},
		{FILTER_NETNS, "4294967295", -ENOENT},
		{FILTER_NETNS, "/proc/self/ns/no-such", -ENOENT},
		{FILTER_NETNS, "/proc/self/ns/mnt", -ENOENT},
		{FILTER_NETNS, "/dev/null", -ENOENT},
		{FILTER_PID, "", -EINVAL},
		{FILTER_PID, "0", -EINVAL},
		{FILTER_PID, "12x", -EINVAL},
		{FILTER_PID, "self", -EINVAL},
		{FILTER_PID, "1234567890", -EINVAL},
		{FILTER_PID, "999999999", -ENOENT},
		{FILTER_COMM, "", -EINVAL},
		{FILTER_COMM, "a-name-of-16-byt", -EINVAL},
		{FILTER_CGROUP, "", -EINVAL},
		{FILTER_CGROUP, "/tmp", -ENOENT},
		{FILTER_CGROUP, "no/such/cgroup", -ENOENT},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct filter_values values = {};
		int err = filter__add(&values, rows[i].kind, rows[i].text);

		if ((err ? err : values.lacking.err) != rows[i].err)
			fail_msg("--%s '%s'", filter__name(rows[i].kind), rows[i].text);
		assert_int_equal(values.count, !err);
		assert_int_equal(values.nr_rules > 0, !err);
	}
}

/* Such as that of a container in a container, where it is some 330 characters long. */
static void a_path_may_be_as_long_as_the_kernel_takes(void **state)
{
	static const enum filter_kind kinds[] = {FILTER_CGROUP, FILTER_NETNS};
	char path[4000];

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(path); i++)
		path[i] = i % 100 ? 'a' : '/';
	path[sizeof(path) - 1] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct filter_values values = {};

		assert_int_equal(filter__add(&values, kinds[i], path), 0);
		assert_int_equal(values.lacking.err, -ENOENT);
		assert_string_equal(values.lacking.item.text, path);
	}
}

static void the_first_item_that_means_nothing_is_kept(void **state)
{
	struct filter_values values = {};

	(void)state;
	assert_int_equal(filter__add(&values, FILTER_UID, "root,!no-such-user,none"), 0);
	assert_int_equal(filter__add(&values, FILTER_CC, "nosuchcontrol"), 0);
	assert_int_equal(values.lacking.err, -ENOENT);
	assert_int_equal(values.lacking.kind, FILTER_UID);
	assert_string_equal(values.lacking.item.text, "no-such-user");
	assert_int_equal(values.nr_rules, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mark_is_compared_under_its_mask),
		cmocka_unit_test(any_mark_is_none_that_is_not_known),
		cmocka_unit_test(users_have_names_and_numbers),
		cmocka_unit_test(names_are_compared_to_their_end),
		cmocka_unit_test(a_namespace_is_found_in_every_way),
		cmocka_unit_test(processes_are_known_by_number_and_name),
		cmocka_unit_test(a_cgroup_is_found_by_either_path),
		cmocka_unit_test(what_means_nothing_is_refused),
		cmocka_unit_test(a_path_may_be_as_long_as_the_kernel_takes),
		cmocka_unit_test(the_first_item_that_means_nothing_is_kept),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("filter_sockets", tests, NULL, NULL);
}
