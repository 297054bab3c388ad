// SPDX-License-Identifier: BSD-2-Clause
/* Which way to attach is chosen where some do not work, and which failure is kept: the first. */
#include <errno.h>

#include "../lib/test.h"

#include "capture/attach_way.h"

/* A simulated kernel: how an attempt to attach ends, by attach type, and the way that worked. */
struct kernel {
	int err[ATTACH_KPROBE + 1];
	bool refuses_events; /* performance events, for one kprobe each */
	struct attach_way taken;
};

static int attempt(void *context, struct attach_way way)
{
	struct kernel *kernel = context;

	if (kernel->refuses_events && attach_way__is_kprobe(way.type) && !way.multi)
		return -EACCES;
	if (!kernel->err[way.type])
		kernel->taken = way;
	return kernel->err[way.type];
}

static void the_best_way_that_works_is_no_fall(void **state)
{
	struct kernel kernel = {};
	struct attach_failure first = {.err = -1};

	(void)state;
	assert_int_equal(attach_way__choose(true, attempt, &kernel, &first), 0);
	assert_int_equal(kernel.taken.type, ATTACH_TYPED_KPROBE);
	assert_int_equal(first.err, 0);
	assert_int_equal(attach_way__choose(false, attempt, &kernel, &first), 0);
	assert_int_equal(kernel.taken.type, ATTACH_FENTRY);
	assert_int_equal(first.err, 0);
}

static void the_first_way_that_fails_is_kept(void **state)
{
	struct kernel kernel = {.err = {[ATTACH_TYPED_KPROBE] = -EINVAL}};
	struct attach_failure first;

	(void)state;
	assert_int_equal(attach_way__choose(true, attempt, &kernel, &first), 0);
	assert_int_equal(kernel.taken.type, ATTACH_FENTRY);
	assert_int_equal(first.err, -EINVAL);
	assert_int_equal(first.way.type, ATTACH_TYPED_KPROBE);

	kernel.err[ATTACH_FENTRY] = -ENOENT;
	assert_int_equal(attach_way__choose(false, attempt, &kernel, &first), 0);
	assert_int_equal(kernel.taken.type, ATTACH_KPROBE);
	assert_int_equal(first.err, -ENOENT);
	assert_int_equal(first.way.type, ATTACH_FENTRY);
}

static void typed_kprobes_work_without_performance_events(void **state)
{
	struct kernel kernel = {.refuses_events = true};
	struct attach_failure first;

	(void)state;
	assert_int_equal(attach_way__choose(true, attempt, &kernel, &first), 0);
	assert_int_equal(kernel.taken.type, ATTACH_TYPED_KPROBE);
	assert_true(kernel.taken.multi);
	assert_int_equal(attach_way__choose(false, attempt, &kernel, &first), 0);
	assert_int_equal(kernel.taken.type, ATTACH_FENTRY);
}

/* A kernel without fentry, such as Linux 6.1 for arm64, answers with an error of its own. */
static void what_the_kernel_does_not_support_has_a_name(void **state)
{
	struct kernel kernel = {.err = {[ATTACH_FENTRY] = -524}};
	struct attach_failure first;

	(void)state;
	assert_int_equal(attach_way__choose(false, attempt, &kernel, &first), 0);
	assert_int_equal(kernel.taken.type, ATTACH_TYPED_KPROBE);
	assert_int_equal(first.err, -ENOTSUP);
}

static void lockdown_that_forbids_kprobes_leaves_fentry(void **state)
{
	struct kernel kernel = {.err = {[ATTACH_TYPED_KPROBE] = -EPERM}};
	struct attach_failure first;

	(void)state;
	assert_int_equal(attach_way__choose(true, attempt, &kernel, &first), 0);
	assert_int_equal(kernel.taken.type, ATTACH_FENTRY);
	assert_int_equal(first.err, -EPERM);
}

static void missing_privilege_ends_the_search(void **state)
{
	struct kernel kernel = {.err = {[ATTACH_FENTRY] = -EPERM}};
	struct attach_failure first;

	(void)state;
	assert_int_equal(attach_way__choose(false, attempt, &kernel, &first), -EPERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_way_that_works_is_no_fall),
		cmocka_unit_test(the_first_way_that_fails_is_kept),
		cmocka_unit_test(typed_kprobes_work_without_performance_events),
		cmocka_unit_test(what_the_kernel_does_not_support_has_a_name),
		cmocka_unit_test(lockdown_that_forbids_kprobes_leaves_fentry),
		cmocka_unit_test(missing_privilege_ends_the_search),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
