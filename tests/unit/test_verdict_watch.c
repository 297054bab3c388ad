// SPDX-License-Identifier: BSD-2-Clause
/* What flows remember is outdated once for each change that no program can have told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture/verdict_watch.h"

static void nothing_is_outdated_while_all_runs(void **state)
{
	struct verdict_watch watch = {};

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_false(verdict_watch__poll(&watch, false, 0));
}

static void each_skipped_run_counts_once(void **state)
{
	struct verdict_watch watch = {};

	(void)state;
	assert_true(verdict_watch__poll(&watch, false, 2));
	assert_false(verdict_watch__poll(&watch, false, 2));
	assert_true(verdict_watch__poll(&watch, false, 3));
	assert_false(verdict_watch__poll(&watch, false, 3));
}

static void a_switch_counts_when_it_is_on_again(void **state)
{
	struct verdict_watch watch = {};

	(void)state;
	assert_false(verdict_watch__poll(&watch, true, 0));
	assert_false(verdict_watch__poll(&watch, true, 0));
	assert_true(verdict_watch__poll(&watch, false, 0));
	assert_false(verdict_watch__poll(&watch, false, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_outdated_while_all_runs),
		cmocka_unit_test(each_skipped_run_counts_once),
		cmocka_unit_test(a_switch_counts_when_it_is_on_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("tests", tests, NULL, NULL);
}
