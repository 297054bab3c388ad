// SPDX-License-Identifier: BSD-2-Clause
/*
 * The way to attach that fits a model of preemption, and the watch that reports a change of the
 * model which makes another way the better one.
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
#include <siftr/record.h>
#include <siftr/time_units.h>

#include "../lib/captured_output.h"

#include "capture/preemption_watch.h"

/* A kernel with fentry programs and, if `typed_kprobes`, with those as well. */
static struct attach_use use_of(enum attach_type type, __u32 seconds, enum preemption preemption,
				bool typed_kprobes)
{
	return (struct attach_use){
		.way = {type, SIFTR_FLOW_HASH, RING_MAPPED, false},
		.seconds = seconds,
		.preemption = preemption,
		.fentry = true,
		.typed_kprobes = typed_kprobes,
	};
}

static void each_model_has_its_way(void **state)
{
	static const struct {
		enum attach_type type;
		__u32 seconds;
		bool typed_kprobes;
		enum preemption now;
		enum attach_fit expected;
	} fits[] = {
		{ATTACH_FENTRY, 0, true, PREEMPTION_NONE, ATTACH_FITS},
		{ATTACH_FENTRY, 0, true, PREEMPTION_VOLUNTARY, ATTACH_FITS},
		{ATTACH_FENTRY, 0, true, PREEMPTION_LAZY, ATTACH_MISSES},
		{ATTACH_FENTRY, 0, false, PREEMPTION_FULL, ATTACH_MISSES},
		{ATTACH_FENTRY, 3, false, PREEMPTION_FULL, ATTACH_FITS},
		{ATTACH_FENTRY, 3, false, PREEMPTION_LAZY, ATTACH_FITS},
		{ATTACH_FENTRY, 3, false, PREEMPTION_NONE, ATTACH_COSTS},
		{ATTACH_TYPED_KPROBE, 1, true, PREEMPTION_LAZY, ATTACH_FITS},
		{ATTACH_TYPED_KPROBE, 1, true, PREEMPTION_FULL, ATTACH_MISSES},
		{ATTACH_TYPED_KPROBE, 3, true, PREEMPTION_LAZY, ATTACH_COSTS},
		{ATTACH_TYPED_KPROBE, 3, true, PREEMPTION_VOLUNTARY, ATTACH_COSTS},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fits); i++) {
		struct attach_use use = use_of(fits[i].type, fits[i].seconds, PREEMPTION_NONE,
					       fits[i].typed_kprobes);

		if (attach_fit__of(&use, fits[i].now) != fits[i].expected)
			fail_msg("case %zu", i);
	}
}

/* As where the compiler has renamed a function: nothing is cheaper than the kprobes in use. */
static void without_fentry_kprobes_are_right_for_each_model(void **state)
{
	struct attach_use use = use_of(ATTACH_TYPED_KPROBE, 1, PREEMPTION_VOLUNTARY, true);

	(void)state;
	use.fentry = false;
	assert_int_equal(attach_fit__of(&use, PREEMPTION_NONE), ATTACH_FITS);
	assert_int_equal(attach_fit__of(&use, PREEMPTION_LAZY), ATTACH_FITS);
	assert_int_equal(attach_fit__of(&use, PREEMPTION_FULL), ATTACH_MISSES);
	use.seconds = SIFTR_SECONDS_MAX;
	assert_int_equal(attach_fit__of(&use, PREEMPTION_VOLUNTARY), ATTACH_COSTS);
}

static void kernel_rings_have_one_way(void **state)
{
	struct attach_use use = use_of(ATTACH_KPROBE, 0, PREEMPTION_NONE, false);

	(void)state;
	use.way.ring = RING_KERNEL;
	assert_int_equal(attach_fit__of(&use, PREEMPTION_FULL), ATTACH_FITS);
	assert_int_equal(attach_fit__of(&use, PREEMPTION_NONE), ATTACH_FITS);
}

static void strict_has_all_programs_with_lazy_preemption(void **state)
{
	struct attach_use use = use_of(ATTACH_TYPED_KPROBE, 0, PREEMPTION_LAZY, true);

	(void)state;
	assert_int_equal(attach_fit__seconds(&use, PREEMPTION_LAZY), 1);
	use.complete = true;
	assert_int_equal(attach_fit__seconds(&use, PREEMPTION_LAZY), SIFTR_SECONDS_MAX);
	assert_int_equal(attach_fit__seconds(&use, PREEMPTION_NONE), 1);
}

static void strict_keeps_its_program_without_preemption(void **state)
{
	struct attach_use use = use_of(ATTACH_FENTRY, 1, PREEMPTION_VOLUNTARY, false);

	(void)state;
	use.complete = true;
	assert_int_equal(attach_fit__of(&use, PREEMPTION_NONE), ATTACH_FITS);
	use.alone = true;
	assert_int_equal(attach_fit__seconds(&use, PREEMPTION_FULL), 0);
}

static void a_second_program_is_ready_only_where_there_is_one(void **state)
{
	struct attach_use use = use_of(ATTACH_FENTRY, 0, PREEMPTION_VOLUNTARY, false);

	(void)state;
	assert_true(attach_fit__wants_fronts(&use));
	use.alone = true;
	assert_false(attach_fit__wants_fronts(&use));
	use.alone = false;
	use.way.ring = RING_KERNEL;
	assert_false(attach_fit__wants_fronts(&use));
	use = use_of(ATTACH_FENTRY, 1, PREEMPTION_VOLUNTARY, false);
	assert_false(attach_fit__wants_fronts(&use));
	use = use_of(ATTACH_TYPED_KPROBE, 0, PREEMPTION_VOLUNTARY, true);
	assert_false(attach_fit__wants_fronts(&use));
}

/* A watch that reads a file of the test's own; the programs are attached for `chosen`. */
static struct preemption_watch watch_of(const char *text, enum preemption chosen)
{
	enum attach_type type =
		preemption__is_possible(chosen) ? ATTACH_TYPED_KPROBE : ATTACH_FENTRY;
	struct preemption_watch watch = {.use = use_of(type, 0, chosen, true), .known = chosen};
	char path[] = "/tmp/siftr-preempt-XXXXXX";

	watch.use.seconds = attach_fit__seconds(&watch.use, chosen);
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

static void assert_reported(const char *text, const char *change, const char *meaning)
{
	assert_non_null(strstr(text, change));
	assert_non_null(strstr(text, meaning));
}

static void every_change_is_reported_once_with_what_it_means(void **state)
{
	struct preemption_watch watch = watch_of("full (lazy) \n", PREEMPTION_LAZY);

	(void)state;
	assert_string_equal(poll_at(&watch, 1), "");
	set_model(&watch, "(full) lazy \n");
	assert_reported(poll_at(&watch, 2),
			"changed from lazy to full:", "more packets may be missed");
	assert_string_equal(poll_at(&watch, 3), "");
	set_model(&watch, "full (lazy) \n");
	assert_reported(poll_at(&watch, 4), "changed from full to lazy:", "the right one");
	set_model(&watch, "(none) voluntary full \n");
	assert_reported(poll_at(&watch, 5), "changed from lazy to none:", "costs more");
	assert_reported(captured_stderr, "attached for lazy", "start siftr-bpf again");
	preemption_watch__close(&watch);
}

static void a_change_that_leaves_the_way_the_best_says_so(void **state)
{
	struct preemption_watch watch = watch_of("(none) voluntary \n", PREEMPTION_VOLUNTARY);

	(void)state;
	assert_reported(poll_at(&watch, 1), "changed from voluntary to none:", "the right one");
	preemption_watch__close(&watch);
}

static void what_is_no_change_is_not_reported(void **state)
{
	static const struct {
		const char *now;
		enum preemption chosen;
	} same[] = {
		{"none (voluntary) full \n", PREEMPTION_VOLUNTARY},
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

static void a_real_time_kernel_is_not_watched(void **state)
{
	struct attach_use use = use_of(ATTACH_FENTRY, 3, PREEMPTION_RT, false);
	struct preemption_watch watch;

	(void)state;
	preemption_watch__open(&watch, &use);
	assert_int_equal(watch.fd, -1);
}

static void the_model_is_read_once_a_second_at_most(void **state)
{
	struct preemption_watch watch = watch_of("none (voluntary) full \n", PREEMPTION_VOLUNTARY);

	(void)state;
	poll_at(&watch, 10);
	assert_int_equal(watch.due_ns, 11 * NSEC_PER_SEC);
	set_model(&watch, "none voluntary (full) \n");
	assert_string_equal(poll_at(&watch, 10), "");
	assert_non_null(strstr(poll_at(&watch, 11), "changed from voluntary to full"));
	preemption_watch__close(&watch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_model_has_its_way),
		cmocka_unit_test(without_fentry_kprobes_are_right_for_each_model),
		cmocka_unit_test(kernel_rings_have_one_way),
		cmocka_unit_test(strict_has_all_programs_with_lazy_preemption),
		cmocka_unit_test(strict_keeps_its_program_without_preemption),
		cmocka_unit_test(a_second_program_is_ready_only_where_there_is_one),
		cmocka_unit_test(every_change_is_reported_once_with_what_it_means),
		cmocka_unit_test(a_change_that_leaves_the_way_the_best_says_so),
		cmocka_unit_test(what_is_no_change_is_not_reported),
		cmocka_unit_test(a_real_time_kernel_is_not_watched),
		cmocka_unit_test(the_model_is_read_once_a_second_at_most),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("preemption_watch", tests, NULL, NULL);
}
