// SPDX-License-Identifier: BSD-2-Clause
/* The kernel's model of preemption, from the texts in which kernels state it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <siftr/array_size.h>

#include "capture/preemption.h"

#define DYNAMIC "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-1 (2026-10-28)"
#define OF_7_2	"CONFIG_PREEMPT_LAZY=y\n# CONFIG_PREEMPT is not set\nCONFIG_PREEMPT_DYNAMIC=y\n"
#define OF_6_12                                                          \
	"# CONFIG_PREEMPT_NONE is not set\nCONFIG_PREEMPT_VOLUNTARY=y\n" \
	"# CONFIG_PREEMPT is not set\nCONFIG_PREEMPT_DYNAMIC=y\n"

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
	{"", DYNAMIC, "quiet preempt=full\n", OF_6_12, PREEMPTION_FULL},
	{"", DYNAMIC, "preempt=full preempt=none", "", PREEMPTION_NONE},
	{"", DYNAMIC, "nopreempt=full preempt=fuller", "", PREEMPTION_UNKNOWN},
	{"", DYNAMIC, "", "CONFIG_PREEMPT_VOLUNTARY=y\nCONFIG_PREEMPT_DYNAMIC=y\n",
	 PREEMPTION_VOLUNTARY},
	{"", DYNAMIC, "", "CONFIG_PREEMPT_LAZY=y\nCONFIG_PREEMPT_DYNAMIC=y\n", PREEMPTION_LAZY},
	/* Words that the kernel does not know it ignores: 7.2 has two models, 6.12 no lazy one. */
	{"", DYNAMIC, "preempt=none", OF_7_2, PREEMPTION_LAZY},
	{"", DYNAMIC, "preempt=full preempt=voluntary", OF_7_2, PREEMPTION_FULL},
	{"", DYNAMIC, "preempt=lazy", OF_6_12, PREEMPTION_VOLUNTARY},
	{"", DYNAMIC, "preempt=none", OF_6_12, PREEMPTION_NONE},
	{"", DYNAMIC, "preempt=full", OF_6_12, PREEMPTION_FULL},
	{"", DYNAMIC, "", "", PREEMPTION_UNKNOWN},
	{"", "#1 SMP PREEMPT_RT Debian 6.1.192-1", "", "", PREEMPTION_RT},
	/* Since 6.13 lazy preemption has this word as well, as Debian's 7.2 for arm64. */
	{"", "#1 SMP PREEMPT Debian 7.2.13-1", "", "CONFIG_PREEMPT_LAZY=y\n", PREEMPTION_LAZY},
	{"", "#1 SMP PREEMPT Debian 7.2.13-1", "", "CONFIG_PREEMPT=y\n", PREEMPTION_FULL},
	{"", "#1 SMP PREEMPT Debian 7.2.13-1", "", "", PREEMPTION_ON},
	{"", "#1 SMP PREEMPT(lazy) 6.19", "", "", PREEMPTION_LAZY},
	/* Nothing is chosen at boot, and which of two models it is only the configuration tells. */
	{"", "#1 SMP Debian 5.10.262-1", "preempt=full", "", PREEMPTION_OFF},
	{"", "#1 SMP Debian 6.1.176-1", "", "CONFIG_PREEMPT_VOLUNTARY=y\n", PREEMPTION_VOLUNTARY},
	{"", "#1 SMP Debian 6.1.176-1", "", "CONFIG_PREEMPT_NONE=y\n", PREEMPTION_NONE},
	{"", "#1 SMP Debian 6.1.176-1", "", "CONFIG_PREEMPT=y\n", PREEMPTION_OFF},
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
	assert_false(preemption__is_possible(PREEMPTION_OFF));
	assert_true(preemption__is_possible(PREEMPTION_LAZY));
	assert_true(preemption__is_possible(PREEMPTION_ON));
	assert_true(preemption__is_possible(PREEMPTION_FULL));
	assert_true(preemption__is_possible(PREEMPTION_RT));
	assert_true(preemption__is_possible(PREEMPTION_UNKNOWN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_model_is_found_wherever_the_kernel_states_it),
		cmocka_unit_test(what_is_not_known_is_taken_for_possible),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("preemption", tests, NULL, NULL);
}
