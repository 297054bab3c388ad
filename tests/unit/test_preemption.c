// SPDX-License-Identifier: BSD-2-Clause
/*
 * The kernel's model of preemption, from the texts in which kernels state it, and the watch that
 * reports a change which makes another way to attach the better one.
 */
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

#include "../lib/captured_output.h"

#include "capture/preemption_watch.h"

#define DYNAMIC "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-1 (2026-10-28)"

static const struct {
	const char *debugfs, *version, *command_line, *config;
	enum preemption expected;
} cases[] = {
	{"none (voluntary) full \n", DYNAMIC, "", "", PREEMPTION_VOLUNTARY},
	{"(none) voluntary full \n", DYNAMIC, "", "", PREEMPTION_NONE},
	{"none voluntary (full) lazy \n", DYNAMIC, "", "", PREEMPTION_FULL},
	{"full (lazy) \n", DYNAMIC, "", "", PREEMPTION_LAZY},
	/* debugfs has what is true now, the command line what was true at boot. */
	{"none (voluntary) full \n", DYNAMIC, "quiet preempt=full\n", "", PREEMPTION_VOLUNTARY},
	{"", DYNAMIC, "quiet preempt=full\n", "CONFIG_PREEMPT_VOLUNTARY=y\n", PREEMPTION_FULL},
	{"", DYNAMIC, "preempt=full preempt=none", "", PREEMPTION_NONE},
	{"", DYNAMIC, "nopreempt=full preempt=fuller", "", PREEMPTION_UNKNOWN},
	{"", DYNAMIC, "", "CONFIG_PREEMPT_VOLUNTARY=y\nCONFIG_PREEMPT_DYNAMIC=y\n",
	 PREEMPTION_VOLUNTARY},
	{"", DYNAMIC, "", "CONFIG_PREEMPT_LAZY=y\nCONFIG_PREEMPT_DYNAMIC=y\n", PREEMPTION_LAZY},
	{"", DYNAMIC, "", "", PREEMPTION_UNKNOWN},
	{"", "#1 SMP PREEMPT_RT Debian 6.1.192-1", "", "", PREEMPTION_RT},
	{"", "#1 SMP PREEMPT Debian 5.10", "", "", PREEMPTION_FULL},
	{"", "#1 SMP PREEMPT(lazy) 6.19", "", "", PREEMPTION_LAZY},
	{"", "#1 SMP Debian 5.10.262-1", "preempt=full", "", PREEMPTION_NONE},
};

static void the_model_is_found_wherever_the_kernel_states_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		enum preemption found = preemption__parse(cases[i].debugfs, cases[i].version,
							  cases[i].command_line, cases[i].config);

		if (found != cases[i].expected)
			fail_msg("case %zu: %s, not %s", i, preemption__name(found),
				 preemption__name(cases[i].expected));
	}
}

static void what_is_not_known_is_taken_for_possible(void **state)
{
	(void)state;
	assert_false(preemption__is_possible(PREEMPTION_NONE));
	assert_false(preemption__is_possible(PREEMPTION_VOLUNTARY));
	assert_true(preemption__is_possible(PREEMPTION_LAZY));
	assert_true(preemption__is_possible(PREEMPTION_FULL));
	assert_true(preemption__is_possible(PREEMPTION_RT));
	assert_true(preemption__is_possible(PREEMPTION_UNKNOWN));
}

/* A watch that reads a file of the test's own. */
static struct preemption_watch watch_of(const char *text, enum preemption chosen)
{
	struct preemption_watch watch = {.chosen = chosen};
	char path[] = "/tmp/siftr-preempt-XXXXXX";

	watch.fd = mkstemp(path);
	assert_true(watch.fd >= 0);
	unlink(path);
	assert_int_equal(write(watch.fd, text, strlen(text)), strlen(text));
	return watch;
}

static void set_model(const struct preemption_watch *watch, const char *text)
{
	assert_int_equal(ftruncate(watch->fd, 0), 0);
	assert_int_equal(pwrite(watch->fd, text, strlen(text), 0), strlen(text));
}

/* What the watch reports when it polls at this second. */
static const char *poll_at(struct preemption_watch *watch, __u64 seconds)
{
	capture_begin();
	preemption_watch__poll(watch, seconds * NSEC_PER_SEC);
	capture_end();
	return captured_stderr;
}

static void a_change_that_calls_for_another_way_is_reported_once(void **state)
{
	struct preemption_watch watch = watch_of("none (voluntary) full \n", PREEMPTION_VOLUNTARY);

	(void)state;
	assert_string_equal(poll_at(&watch, 1), "");
	set_model(&watch, "none voluntary (full) \n");
	assert_non_null(strstr(poll_at(&watch, 2), "changed from voluntary to full"));
	assert_non_null(strstr(captured_stderr, "missed in bursts"));
	assert_int_equal(watch.fd, -1);
	assert_string_equal(poll_at(&watch, 3), "");
}

static void the_end_of_preemption_is_reported_as_a_saving(void **state)
{
	struct preemption_watch watch = watch_of("(none) voluntary full \n", PREEMPTION_FULL);

	(void)state;
	assert_non_null(strstr(poll_at(&watch, 1), "changed from full to none"));
	assert_non_null(strstr(captured_stderr, "costs more than it needs to"));
}

static void a_change_that_leaves_the_way_the_best_is_not_reported(void **state)
{
	static const struct {
		const char *now;
		enum preemption chosen;
	} same[] = {
		{"(none) voluntary full \n", PREEMPTION_VOLUNTARY},
		{"full (lazy) \n", PREEMPTION_FULL},
		{"(full) lazy \n", PREEMPTION_RT},
		{"none voluntary (full) \n", PREEMPTION_UNKNOWN},
		{"", PREEMPTION_VOLUNTARY},
		{"something new \n", PREEMPTION_NONE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		struct preemption_watch watch = watch_of(same[i].now, same[i].chosen);

		assert_string_equal(poll_at(&watch, 1), "");
		preemption_watch__close(&watch);
	}
}

static void the_model_is_read_once_a_second_at_most(void **state)
{
	struct preemption_watch watch = watch_of("none (voluntary) full \n", PREEMPTION_NONE);

	(void)state;
	poll_at(&watch, 10);
	assert_int_equal(watch.due_ns, 11 * NSEC_PER_SEC);
	set_model(&watch, "none voluntary (full) \n");
	assert_string_equal(poll_at(&watch, 10), "");
	assert_non_null(strstr(poll_at(&watch, 11), "changed from none to full"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_model_is_found_wherever_the_kernel_states_it),
		cmocka_unit_test(what_is_not_known_is_taken_for_possible),
		cmocka_unit_test(a_change_that_calls_for_another_way_is_reported_once),
		cmocka_unit_test(the_end_of_preemption_is_reported_as_a_saving),
		cmocka_unit_test(a_change_that_leaves_the_way_the_best_is_not_reported),
		cmocka_unit_test(the_model_is_read_once_a_second_at_most),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("preemption", tests, NULL, NULL);
}
