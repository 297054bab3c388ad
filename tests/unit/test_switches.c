// SPDX-License-Identifier: BSD-2-Clause
/*
 * Kernel switches that stop attached programs from being called: for how long they were off, and
 * how the self-test notices them.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "capture/load_errors.h"
#include "capture/selftest.h"
#include "capture/switches.h"

#define START (100 * NSEC_PER_SEC)
#define NEVER (~0ULL)

static int file = -1;

/* Returns a set of switches that has one switch, which is on. */
static struct switches begun(void)
{
	struct switches switches = SWITCHES_NONE;

	switches.fds[0] = file;
	assert_int_equal(pwrite(file, "1\n", 2, 0), 2);
	switches__begin(&switches, START);
	return switches;
}

static void set(char value)
{
	assert_int_equal(pwrite(file, &value, 1, 0), 1);
}

static void nothing_is_unobserved_while_all_are_on(void **state)
{
	struct switches switches = begun();

	(void)state;
	switches__poll(&switches, START + NSEC_PER_SEC, 0);
	switches__poll(&switches, START + 2 * NSEC_PER_SEC, 0);
	assert_int_equal(switches__unobserved_ns(&switches), 0);
}

/*
 * The unobserved time begins at the last poll that found the switch on, and ends at the first that
 * found it on again.
 */
static void the_time_from_on_to_on_is_unobserved(void **state)
{
	struct switches switches = begun();

	(void)state;
	switches__poll(&switches, START + NSEC_PER_SEC, 0);
	set('0');
	switches__poll(&switches, START + 2 * NSEC_PER_SEC, 0);
	assert_non_null(switches.off);
	switches__poll(&switches, START + 3 * NSEC_PER_SEC, 0);
	assert_int_equal(switches__unobserved_ns(&switches), 2 * NSEC_PER_SEC);
	set('1');
	switches__poll(&switches, START + 4 * NSEC_PER_SEC, 0);
	assert_null(switches.off);
	switches__poll(&switches, START + 5 * NSEC_PER_SEC, 0);
	assert_int_equal(switches__unobserved_ns(&switches), 3 * NSEC_PER_SEC);
	set('0');
	switches__poll(&switches, START + 6 * NSEC_PER_SEC, 0);
	assert_int_equal(switches__unobserved_ns(&switches), 4 * NSEC_PER_SEC);
}

static void a_switch_that_does_not_stop_records_is_let_be(void **state)
{
	struct switches switches = begun();
	int kept = file;

	(void)state;
	file = dup(kept);
	set('0');
	switches__poll(&switches, START + NSEC_PER_SEC, START);
	switches__poll(&switches, START + 2 * NSEC_PER_SEC, START + NSEC_PER_SEC / 2);
	assert_non_null(switches.off);
	switches__poll(&switches, START + 4 * NSEC_PER_SEC, START + 3 * NSEC_PER_SEC);
	assert_null(switches.off);
	assert_int_equal(switches__due_ns(&switches, START), NEVER);
	assert_int_equal(switches__unobserved_ns(&switches), 0);
}

/* Typed kprobes: the fentry programs behind them log on, but not all. */
static void records_do_not_hide_a_switch_that_stops_some_programs(void **state)
{
	struct switches switches = begun();

	(void)state;
	switches.fds[0] = -1;
	switches.fds[2] = file;
	set('0');
	assert_false(switches__poll(&switches, START + NSEC_PER_SEC, START));
	assert_false(switches__poll(&switches, START + 4 * NSEC_PER_SEC, START + 4 * NSEC_PER_SEC));
	assert_int_equal(switches__unobserved_ns(&switches), 4 * NSEC_PER_SEC);
	set('1');
	assert_true(switches__poll(&switches, START + 5 * NSEC_PER_SEC, START + 5 * NSEC_PER_SEC));
	assert_int_equal(switches__unobserved_ns(&switches), 5 * NSEC_PER_SEC);
}

/* Their self-test sees its connection by the fentry programs. */
static void a_self_test_that_saw_all_does_not_hide_it_either(void **state)
{
	const struct kernel_switch all = {"all", "all", "fix", ~0U, false},
				   some = {"some", "some", "fix", ~0U, true};
	struct selftest test = {.outcome = SELFTEST_SEEN};
	char text[LOAD_ERRORS_BYTES];

	(void)state;
	assert_int_equal(load_errors__find_uncalled(&test, NULL, text), 0);
	assert_int_equal(load_errors__find_uncalled(&test, &all, text), 0);
	assert_int_equal(load_errors__find_uncalled(&test, &some, text), -EOPNOTSUPP);
	assert_string_equal(text, "some is 0, so that the kernel calls not all programs: fix");
	test.outcome = SELFTEST_NOT_MADE;
	assert_int_equal(load_errors__find_uncalled(&test, &all, text), -EOPNOTSUPP);
	assert_string_equal(text, "all is 0, so that the kernel calls no program: fix");
}

static void the_next_look_is_soon_while_packets_come(void **state)
{
	struct switches switches = begun(), none = SWITCHES_NONE;

	(void)state;
	assert_int_equal(switches__due_ns(&switches, START), START + NSEC_PER_SEC / 10);
	assert_int_equal(switches__due_ns(&switches, START - 5 * NSEC_PER_SEC),
			 START + 2 * NSEC_PER_SEC);
	assert_int_equal(switches__due_ns(&none, START), NEVER);
}

/* Polls as often as is due, from the last packet at START on. Returns how often within `ns`. */
static int polls_within(__u64 ns)
{
	struct switches switches = begun();
	int polls = 0;

	for (;;) {
		__u64 due_ns = switches__due_ns(&switches, START);

		if (due_ns > START + ns)
			return polls;
		switches__poll(&switches, due_ns, START);
		polls++;
	}
}

static void without_packets_the_looks_become_rare(void **state)
{
	(void)state;
	assert_int_equal(polls_within(NSEC_PER_SEC), 4); /* after 0.1, 0.2, 0.4 and 0.8 s */
	assert_int_equal(polls_within(10 * NSEC_PER_SEC), 9);
}

static void a_hook_that_counted_nothing_is_named(void **state)
{
	struct siftr_counters before = {}, after;
	struct selftest test = {.sending = "__tcp_transmit_skb"};

	(void)state;
	before.of[SIFTR_IN][SIFTR_LOST_RING] = 7;
	after = before;
	after.of[SIFTR_IN][SIFTR_SKIPPED_STATE] = 3;
	after.of[SIFTR_OUT][SIFTR_LOST_RING] = 2;
	after.of[SIFTR_IN][SIFTR_FILTERED_PORT] = 5;
	selftest__judge(&before, &after, &test);
	assert_int_equal(test.outcome, SELFTEST_UNSEEN);
	assert_string_equal(test.hook, "tcp_rcv_established");
	after.of[SIFTR_IN][SIFTR_LOST_RING] = 9;
	selftest__judge(&before, &after, &test);
	assert_int_equal(test.outcome, SELFTEST_SEEN);
	after.of[SIFTR_IN][SIFTR_SKIPPED_STATE] = before.of[SIFTR_IN][SIFTR_SKIPPED_STATE];
	selftest__judge(&before, &after, &test);
	assert_string_equal(test.hook, "tcp_rcv_state_process");
	after.of[SIFTR_OUT][SIFTR_LOST_RING] = before.of[SIFTR_OUT][SIFTR_LOST_RING];
	selftest__judge(&before, &after, &test);
	assert_int_equal(test.outcome, SELFTEST_UNSEEN);
	assert_string_equal(test.hook, "__tcp_transmit_skb");
}

/* The figures are those of six segments, after 40 that were counted before. */
static void programs_in_the_wrong_order_count_more_than_was_sent(void **state)
{
	const struct {
		__u64 in_no_state, selected, sent;
		bool twice;
	} cases[] = {
		{1, 5, 6, false},  /* one program, or those behind the first alone */
		{1, 4, 6, false},  /* the last one was sent after the counters were read */
		{0, 3, 6, false},  /* some were missed by all programs */
		{2, 7, 6, true},   /* two programs count every other segment twice */
		{1, 6, 6, true},   /* one twice is enough, as two sockets may share a mark */
		{2, 10, 6, true},  /* each counted twice */
		{4, 20, 6, true},  /* four programs */
		{2, 10, 0, false}, /* it is not known how many were sent */
	};
	struct siftr_counters before = {}, after;

	(void)state;
	before.of[SIFTR_OUT][SIFTR_LOST_RING] = 40;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		after = before;
		after.of[SIFTR_OUT][SIFTR_SKIPPED_STATE] += cases[i].in_no_state;
		after.of[SIFTR_OUT][SIFTR_LOST_RING] += cases[i].selected;
		after.of[SIFTR_OUT][SIFTR_FILTERED_PORT] += 1000; /* of other connections */
		after.of[SIFTR_IN][SIFTR_LOST_RING] += 50;
		assert_int_equal(selftest__is_twice(&before, &after, cases[i].sent),
				 cases[i].twice);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_unobserved_while_all_are_on),
		cmocka_unit_test(the_time_from_on_to_on_is_unobserved),
		cmocka_unit_test(a_switch_that_does_not_stop_records_is_let_be),
		cmocka_unit_test(records_do_not_hide_a_switch_that_stops_some_programs),
		cmocka_unit_test(a_self_test_that_saw_all_does_not_hide_it_either),
		cmocka_unit_test(the_next_look_is_soon_while_packets_come),
		cmocka_unit_test(without_packets_the_looks_become_rare),
		cmocka_unit_test(a_hook_that_counted_nothing_is_named),
		cmocka_unit_test(programs_in_the_wrong_order_count_more_than_was_sent),
	};
	char path[] = "/tmp/siftr-switch-XXXXXX";

	file = mkstemp(path);
	if (file < 0)
		return 1;
	unlink(path);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("switches", tests, NULL, NULL);
}
