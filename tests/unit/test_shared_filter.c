// SPDX-License-Identifier: BSD-2-Clause
/* How filters reach the programs: which are loaded, and when those of single packets are on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <siftr/filter.h>
#include <siftr/record.h>
#include <siftr/settings.h>

#include "capture/shared.h"
#include "filter/filter.h"

static struct siftr_live live;

static int make_filter(void **state)
{
	*state = calloc(1, sizeof(struct siftr_filter));
	live = (struct siftr_live){};
	return !*state;
}

static int free_filter(void **state)
{
	free(*state);
	return 0;
}

static struct filter_values by_port(const char *port)
{
	struct filter_values values = {};

	if (port)
		assert_int_equal(filter__add(&values, FILTER_PORT, port), 0);
	return values;
}

static void only_filters_that_may_change_are_loaded_unused(void **state)
{
	struct filter_values none = by_port(NULL), port = by_port("80"), host = by_port(NULL);
	__u32 loaded;

	(void)state;
	assert_int_equal(filter__add(&host, FILTER_HOST, "10.0.0.1"), 0);
	assert_int_equal(filter__loaded(&none, false), 0);
	assert_int_equal(filter__loaded(&port, false), SIFTR_FILTER_PORT);
	assert_int_equal(filter__loaded(&host, false), SIFTR_FILTER_HOST);
	assert_int_equal(filter__loaded(&none, true), SIFTR_FILTER_PACKET | SIFTR_FILTER_SWITCHED);
	assert_int_equal(filter__loaded(&port, true), filter__loaded(&none, true));
	loaded = filter__loaded(&host, true);
	assert_int_equal(loaded & ~SIFTR_FILTER_FLOW, filter__loaded(&none, true));
	assert_int_equal(loaded & SIFTR_FILTER_FLOW, SIFTR_FILTERS_WITH_LIVE);
}

static void filters_of_packets_are_on_while_there_are_some(void **state)
{
	struct shared shared = {.live = &live, .filter = *state};
	struct filter_values none = by_port(NULL), port = by_port("80");
	struct siftr_filter *filter = *state;

	shared__begin_filter(&shared, &none, true);
	shared__turn(&shared, shared.on);
	assert_int_equal(live.on, SIFTR_ON);
	assert_int_equal(shared__set_filter(&shared, &port), 0);
	assert_int_equal(live.on, SIFTR_FILTERING);
	assert_true(live.on & SIFTR_ON);
	assert_int_equal(filter->lport[80], SIFTR_PORT_WANTED);
	assert_int_equal(filter->lport[81], SIFTR_PORT_UNWANTED);
	assert_int_equal(shared__set_filter(&shared, &none), 0);
	assert_int_equal(live.on, SIFTR_ON);
	assert_int_equal(filter->lport[81], SIFTR_PORT_WANTED);
}

static void a_change_while_tracing_is_off_counts_when_it_is_on_again(void **state)
{
	struct shared shared = {.live = &live, .filter = *state};
	struct filter_values none = by_port(NULL), port = by_port("80");

	shared__begin_filter(&shared, &port, true);
	assert_int_equal(live.on, SIFTR_OFF);
	assert_int_equal(shared.on, SIFTR_FILTERING);
	assert_int_equal(shared__set_filter(&shared, &none), 0);
	assert_int_equal(live.on, SIFTR_OFF);
	assert_int_equal(shared.on, SIFTR_ON);
}

/* Off, the bits stay: marks of sockets that are destroyed then have to go. */
static void a_program_in_front_works_whatever_the_filters_are(void **state)
{
	struct shared shared = {.live = &live, .filter = *state};
	struct filter_values none = by_port(NULL), port = by_port("80");

	shared__begin_filter(&shared, &none, true);
	shared__turn(&shared, shared.on);
	shared__add_front(&shared, 2);
	assert_int_equal(live.on, SIFTR_ON | SIFTR_FRONT(2));
	assert_int_equal(shared__set_filter(&shared, &port), 0);
	assert_int_equal(live.on, SIFTR_FILTERING | SIFTR_FRONT(2));
	shared__turn(&shared, SIFTR_OFF);
	assert_int_equal(live.on, SIFTR_OFF | SIFTR_FRONT(2));
	assert_int_equal(shared__set_filter(&shared, &none), 0);
	shared__add_front(&shared, 0);
	assert_int_equal(live.on, SIFTR_OFF | SIFTR_FRONT(2) | SIFTR_FRONT(0));
	shared__turn(&shared, shared.on);
	assert_int_equal(live.on, SIFTR_ON | SIFTR_FRONT(2) | SIFTR_FRONT(0));
	live.on = SIFTR_OFF;
}

static void filters_that_cannot_change_need_no_switch(void **state)
{
	struct shared shared = {.live = &live, .filter = *state};
	struct filter_values port = by_port("80");

	shared__begin_filter(&shared, &port, false);
	assert_int_equal(shared.on, SIFTR_ON);
	assert_int_equal(shared.filter->lport[81], SIFTR_PORT_UNWANTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_filters_that_may_change_are_loaded_unused),
		cmocka_unit_test_setup_teardown(filters_of_packets_are_on_while_there_are_some,
						make_filter, free_filter),
		cmocka_unit_test_setup_teardown(
			a_change_while_tracing_is_off_counts_when_it_is_on_again, make_filter,
			free_filter),
		cmocka_unit_test_setup_teardown(a_program_in_front_works_whatever_the_filters_are,
						make_filter, free_filter),
		cmocka_unit_test_setup_teardown(filters_that_cannot_change_need_no_switch,
						make_filter, free_filter),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("shared_filter", tests, NULL, NULL);
}
