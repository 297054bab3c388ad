// SPDX-License-Identifier: BSD-2-Clause
/* The times at which a run wakes up to report its progress. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <siftr/time_units.h>

#include "commands/progress.h"

static struct session session;

/* The progress of a run with a service manager, but without a watchdog and without a terminal. */
static struct progress served(void)
{
	session.records = 40;
	return (struct progress){
		.session = &session,
		.notify = {.fd = 0, .next_alive_ns = NEVER_NS},
		.terminal_ns = NEVER_NS,
		.status_ns = 7 * NSEC_PER_SEC,
		.status_records = 40,
	};
}

static void a_host_without_packets_is_not_woken_up(void **state)
{
	struct progress progress = served();

	(void)state;
	assert_true(progress__due_ns(&progress) == NEVER_NS);
	progress.notify.next_alive_ns = 20 * NSEC_PER_SEC;
	assert_true(progress__due_ns(&progress) == 20 * NSEC_PER_SEC);
}

/* New packets are shown even if no others follow, so that the last counts are shown in the end. */
static void new_packets_are_shown_a_second_after_those_before(void **state)
{
	struct progress progress = served();

	(void)state;
	session.records = 41;
	assert_true(progress__due_ns(&progress) == 8 * NSEC_PER_SEC);
	progress.notify.next_alive_ns = 20 * NSEC_PER_SEC;
	assert_true(progress__due_ns(&progress) == 8 * NSEC_PER_SEC);
	progress.notify.next_alive_ns = 7 * NSEC_PER_SEC + 1;
	assert_true(progress__due_ns(&progress) == 7 * NSEC_PER_SEC + 1);
}

static void where_nobody_listens_nothing_is_due(void **state)
{
	struct progress progress = served();

	(void)state;
	progress.notify.fd = -1;
	session.records = 41;
	assert_true(progress__due_ns(&progress) == NEVER_NS);
	progress.terminal_ns = 9 * NSEC_PER_SEC;
	assert_true(progress__due_ns(&progress) == 9 * NSEC_PER_SEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_without_packets_is_not_woken_up),
		cmocka_unit_test(new_packets_are_shown_a_second_after_those_before),
		cmocka_unit_test(where_nobody_listens_nothing_is_due),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("status_due", tests, NULL, NULL);
}
