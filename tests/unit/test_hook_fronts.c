// SPDX-License-Identifier: BSD-2-Clause
/*
 * A second program is put in front of a hook's first one. The programs are those of the BPF object,
 * opened but not loaded, and count as detached, so that a test sets how many runs were skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <siftr/mapped_ring.h>

#include "capture/hook_fronts.h"
#include "capture/hooks.h"
#include "capture/prog_misses.h"

#include "../lib/captured_output.h"
#include "../lib/fentry_object.h"

static struct siftr_second second;

static void note(const char *name, __u64 missed, void *context)
{
	assert_string_equal(name, "transmit_skb");
	assert_true(*(__u64 *)context == PROG_MISSES_UNKNOWN); /* the hook is reported once */
	*(__u64 *)context = missed;
}

static __u64 missed_in(const struct hook_links *links)
{
	__u64 missed = PROG_MISSES_UNKNOWN;

	hook_links__each_missed(links, note, &missed);
	return missed;
}

/*
 * Until then every skipped run is a missed packet; afterwards only what both programs were skipped
 * for is, whatever the first is skipped for.
 */
static void a_program_in_front_takes_over(void **state)
{
	struct hook_links links = {.nr = 1, .second = &second};
	struct hook_link *first = &links.of[0], *front = &links.of[1];

	(void)state;
	second = (struct siftr_second){};
	first->program = fentry_program("transmit_skb");
	first->skipped = 70;
	hook_links__begin(&links);
	first->skipped += 3;
	*front = (struct hook_link){.program = fentry_program("transmit_skb_marked"),
				    .skipped = 4,
				    .is_front = true,
				    .fd = -1};
	links.nr = 2;
	/* Packets that were between the two programs when the bit was set. */
	second.rescued[HOOK_TRANSMIT_SKB] = 5;
	second.refused[HOOK_TRANSMIT_SKB] = 1;
	assert_int_equal(hook_fronts__begin(&links, HOOK_TRANSMIT_SKB), 3);
	assert_int_equal(missed_in(&links), 3);
	first->skipped += 20;
	front->skipped += 6;
	second.refused[HOOK_TRANSMIT_SKB] += 2;
	second.rescued[HOOK_TRANSMIT_SKB] += 7;
	assert_int_equal(missed_in(&links), 4);
	hook_links__end(&links);
	first->skipped += 20;
	front->skipped += 20;
	assert_int_equal(missed_in(&links), 4);
	hook_links__begin(&links);
	assert_int_equal(missed_in(&links), 4);
	front->skipped += 1;
	assert_int_equal(missed_in(&links), 5);
}

/* Before tracing begins, and where there is no reason, nothing is attached. */
static void a_hook_that_misses_nothing_gets_no_second_program(void **state)
{
	struct hook_links links = {.nr = 1, .second = &second};

	(void)state;
	links.of[0] = (struct hook_link){.program = fentry_program("transmit_skb"), .skipped = 5};
	assert_false(hook_fronts__are_left(&links));
	hook_fronts__add(&links, fentry_program("transmit_skb_marked"));
	hook_fronts__add(&links, fentry_program("rcv_established_marked"));
	assert_true(hook_fronts__are_left(&links));
	assert_int_equal(hook_fronts__attach(&links, false), HOOKS);
	assert_true(hook_fronts__are_left(&links));
	hook_links__begin(&links);
	assert_int_equal(hook_fronts__attach(&links, false), HOOKS);
	assert_int_equal(links.nr, 1);
	hook_links__end(&links);
	links.of[0].skipped++;
	assert_int_equal(hook_fronts__attach(&links, false), HOOKS);
	links.of[0].skipped = PROG_MISSES_UNKNOWN;
	hook_links__begin(&links);
	assert_int_equal(hook_fronts__attach(&links, false), HOOKS);
	assert_true(hook_fronts__are_left(&links));
}

/*
 * The kernel refuses to attach the program of a test, which is not loaded. The first program of the
 * other hook is not attached, so that it is not tried.
 */
static void with_many_connections_a_hook_gets_one_before_it_misses_any(void **state)
{
	struct hook_links links = {.nr = 1, .second = &second};

	(void)state;
	links.of[0] = (struct hook_link){.program = fentry_program("transmit_skb")};
	hook_fronts__add(&links, fentry_program("transmit_skb_marked"));
	hook_fronts__add(&links, fentry_program("rcv_established_marked"));
	assert_int_equal(hook_fronts__attach(&links, true), HOOKS);
	assert_non_null(links.fronts[HOOK_TRANSMIT_SKB]);
	hook_links__begin(&links);
	capture_begin();
	assert_int_equal(hook_fronts__attach(&links, true), HOOKS);
	capture_end();
	assert_non_null(strstr(captured_stderr, "__tcp_transmit_skb"));
}

/* The program of a test is not loaded: the kernel refuses to attach it, which is told once. */
static void a_second_program_that_cannot_be_attached_is_reported_once(void **state)
{
	struct hook_links links = {.nr = 1, .second = &second};

	(void)state;
	links.of[0].program = fentry_program("transmit_skb");
	hook_fronts__add(&links, fentry_program("transmit_skb_marked"));
	hook_fronts__add(&links, fentry_program("rcv_established_marked"));
	hook_links__begin(&links);
	links.of[0].skipped = 1;
	capture_begin();
	assert_int_equal(hook_fronts__attach(&links, false), HOOKS);
	assert_int_equal(hook_fronts__attach(&links, false), HOOKS);
	assert_false(hook_fronts__are_left(&links));
	capture_end();
	assert_non_null(strstr(captured_stderr, "__tcp_transmit_skb: a second program cannot"));
	assert_non_null(strstr(captured_stderr, "with --strict each hook has both"));
	assert_ptr_equal(strchr(captured_stderr, '\n'),
			 captured_stderr + strlen(captured_stderr) - 1);
	assert_int_equal(missed_in(&links), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_in_front_takes_over),
		cmocka_unit_test(a_hook_that_misses_nothing_gets_no_second_program),
		cmocka_unit_test(with_many_connections_a_hook_gets_one_before_it_misses_any),
		cmocka_unit_test(a_second_program_that_cannot_be_attached_is_reported_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("hook fronts", tests, open_fentry_object,
					   close_fentry_object);
}
