// SPDX-License-Identifier: BSD-2-Clause
/* What packets of each direction pass, in the one constant that the programs load for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture/load_config.h"

#define PATH (SIFTR_SAMPLER_EVERY | SIFTR_PATH_COUNTED)

static struct siftr_config choose(__u32 filters, bool inbound_only)
{
	struct siftr_config config = {.filters = filters, .sampling.path = PATH};

	load_config__set_choice(&config, inbound_only);
	return config;
}

static void both_directions_pass_filters_and_samplers(void **state)
{
	struct siftr_config config = choose(SIFTR_FILTER_PORT | SIFTR_FILTER_HOST, false);

	(void)state;
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		assert_int_equal(config.choice[direction],
				 SIFTR_CHOICE(SIFTR_FILTER_PORT | SIFTR_FILTER_HOST, PATH));
		assert_int_equal(config.flow_choice[direction],
				 SIFTR_CHOICE(SIFTR_FILTER_HOST, PATH));
	}
}

static void without_filters_the_sampler_alone_is_compared(void **state)
{
	struct siftr_config config = choose(0, false);

	(void)state;
	assert_int_equal(config.choice[SIFTR_IN], PATH);
	assert_true(PATH < SIFTR_CHOICE_NONE);
	assert_true(SIFTR_PATH_SEVERAL < SIFTR_PATH_COUNTED);
	assert_true(SIFTR_CHOICE_NONE < SIFTR_CHOICE(1, 0));
}

static void a_format_of_received_packets_has_no_choice_for_sent_ones(void **state)
{
	struct siftr_config config = choose(SIFTR_FILTER_HOST, true);

	(void)state;
	assert_int_equal(config.choice[SIFTR_IN], SIFTR_CHOICE(SIFTR_FILTER_HOST, PATH));
	assert_int_equal(config.flow_choice[SIFTR_IN], SIFTR_CHOICE(SIFTR_FILTER_HOST, PATH));
	assert_int_equal(config.choice[SIFTR_OUT], SIFTR_CHOICE_NONE);
	assert_int_equal(config.flow_choice[SIFTR_OUT], SIFTR_CHOICE_NONE);
}

/* A sent packet that the port filter refuses is counted as refused by that. */
static void filters_of_single_packets_come_before_that(void **state)
{
	struct siftr_config config = choose(SIFTR_FILTER_PORT, true);

	(void)state;
	assert_int_equal(config.choice[SIFTR_OUT], SIFTR_CHOICE(SIFTR_FILTER_PORT, PATH));
	assert_int_equal(config.flow_choice[SIFTR_OUT], SIFTR_CHOICE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_directions_pass_filters_and_samplers),
		cmocka_unit_test(without_filters_the_sampler_alone_is_compared),
		cmocka_unit_test(a_format_of_received_packets_has_no_choice_for_sent_ones),
		cmocka_unit_test(filters_of_single_packets_come_before_that),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("tests", tests, NULL, NULL);
}
