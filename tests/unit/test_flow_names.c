// SPDX-License-Identifier: BSD-2-Clause
/* A number finds the flow that was announced under it, or none, whatever the numbers are. */
#include "convert/flow_names.h"

#include <errno.h>

#include "../lib/test.h"

static void a_number_has_the_position_that_it_was_given(void **state)
{
	struct flow_names names = {};

	(void)state;
	assert_int_equal(*flow_names__at(&names, 0), FLOW_NAMES_NONE);
	for (__u32 number = 5; number < 5000; number += 3)
		assert_int_equal(flow_names__set(&names, number, 2 * number), 0);
	for (__u32 number = 0; number < 6000; number++)
		assert_int_equal(*flow_names__at(&names, number),
				 number >= 5 && number < 5000 && number % 3 == 2 ? 2 * number
										 : FLOW_NAMES_NONE);
	assert_int_equal(flow_names__end(&names), 4997 + 1);
	free(names.positions);
}

static void a_forgotten_number_has_none_and_the_others_keep_theirs(void **state)
{
	struct flow_names names = {};

	(void)state;
	for (__u32 number = 1; number <= 2000; number++)
		assert_int_equal(flow_names__set(&names, number, number), 0);
	flow_names__forget(&names, 1500);
	flow_names__forget(&names, 700);   /* changes nothing: they are forgotten */
	flow_names__forget(&names, 10000); /* changes nothing: it is beyond the last */
	for (__u32 number = 0; number <= 2001; number++)
		assert_int_equal(*flow_names__at(&names, number),
				 number >= 1500 && number <= 2000 ? number : FLOW_NAMES_NONE);
	flow_names__forget(&names, flow_names__end(&names));
	assert_int_equal(*flow_names__at(&names, 2000), FLOW_NAMES_NONE);
	assert_int_equal(flow_names__set(&names, 2001, 7), 0);
	assert_int_equal(*flow_names__at(&names, 2001), 7);
	free(names.positions);
}

/* After four billion announcements the numbers begin again. */
static void numbers_wrap_around(void **state)
{
	struct flow_names names = {};

	(void)state;
	names.first = 0xfffffff0;
	for (__u32 i = 0; i < 100; i++)
		assert_int_equal(flow_names__set(&names, 0xfffffff0 + i, i), 0);
	flow_names__forget(&names, 4);
	for (__u32 i = 0; i < 100; i++)
		assert_int_equal(*flow_names__at(&names, 0xfffffff0 + i),
				 i >= 20 ? i : FLOW_NAMES_NONE);
	free(names.positions);
}

static void a_number_far_from_all_others_takes_no_memory(void **state)
{
	struct flow_names names = {};

	(void)state;
	assert_int_equal(flow_names__set(&names, 1, 1), 0);
	assert_int_equal(flow_names__set(&names, 1U << 31, 2), -EINVAL);
	assert_int_equal(flow_names__set(&names, 0xffffffff, 2), -EINVAL);
	assert_int_equal(names.count, 2);
	assert_int_equal(*flow_names__at(&names, 1U << 31), FLOW_NAMES_NONE);
	free(names.positions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_has_the_position_that_it_was_given),
		cmocka_unit_test(a_forgotten_number_has_none_and_the_others_keep_theirs),
		cmocka_unit_test(numbers_wrap_around),
		cmocka_unit_test(a_number_far_from_all_others_takes_no_memory),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("flow names", tests, NULL, NULL);
}
