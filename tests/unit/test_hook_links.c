// SPDX-License-Identifier: BSD-2-Clause
/*
 * How many packets the attached programs have missed. The programs are those of the BPF object,
 * opened but not loaded. They count as detached, so that a test sets how many runs were skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <siftr/array_size.h>
#include <siftr/mapped_ring.h>

#include "capture/hook_links.h"
#include "capture/hooks.h"
#include "capture/prog_misses.h"

#include "../lib/fentry_object.h"

enum {
	PACKETS,
	BEHIND,
	RESET,
	LINKS
}; /* the links below */

static struct siftr_second second;

static struct hook_links attached(void)
{
	static const char *const names[LINKS] = {
		[PACKETS] = "transmit_skb_marked",
		[BEHIND] = "second_transmit",
		[RESET] = "send_reset_v4",
	};
	struct hook_links links = {.nr = LINKS, .second = &second};

	second = (struct siftr_second){};
	for (int i = 0; i < LINKS; i++)
		links.of[i].program = fentry_program(names[i]);
	return links;
}

struct missed {
	__u64 packets, resets;
	int nr;
};

static void note(const char *name, __u64 missed, void *context)
{
	struct missed *seen = context;

	if (!strcmp(name, "transmit_skb"))
		seen->packets = missed;
	else if (!strcmp(name, "send_reset_v4"))
		seen->resets = missed;
	seen->nr++;
}

static struct missed missed_by(const struct hook_links *links)
{
	struct missed seen = {~0ULL - 1, ~0ULL - 1, 0};

	hook_links__each_missed(links, note, &seen);
	assert_int_equal(seen.nr, 2); /* each hook is reported once */
	return seen;
}

static void skip_runs(struct hook_links *links, __u64 runs)
{
	for (int i = 0; i < LINKS; i++)
		links->of[i].skipped += runs;
}

static void what_the_programs_behind_did_not_log_is_missed(void **state)
{
	struct hook_links links = attached();

	(void)state;
	hook_links__begin(&links);
	skip_runs(&links, 10);
	second.refused[HOOK_TRANSMIT_SKB] = 5;
	second.rescued[HOOK_TRANSMIT_SKB] = 12;
	assert_int_equal(missed_by(&links).packets, 3);
	assert_int_equal(missed_by(&links).resets, 10);
	second.rescued[HOOK_TRANSMIT_SKB] = 16;
	assert_int_equal(missed_by(&links).packets, 0);
}

/* As in the self-test and after it, when the programs behind the first log nothing. */
static void what_is_skipped_before_tracing_begins_is_not_missed(void **state)
{
	struct hook_links links = attached();

	(void)state;
	skip_runs(&links, 100);
	/* As in a run that waits for its first burst. */
	assert_int_equal(missed_by(&links).packets, 0);
	assert_int_equal(missed_by(&links).resets, 0);
	second.refused[HOOK_TRANSMIT_SKB] = 30;
	second.rescued[HOOK_TRANSMIT_SKB] = 90;
	assert_int_equal(missed_by(&links).packets, 0);
	hook_links__begin(&links);
	assert_int_equal(missed_by(&links).packets, 0);
	assert_int_equal(missed_by(&links).resets, 0);
	skip_runs(&links, 7);
	second.rescued[HOOK_TRANSMIT_SKB] += 3;
	assert_int_equal(missed_by(&links).packets, 4);
	assert_int_equal(missed_by(&links).resets, 7);
}

static void what_is_skipped_after_tracing_has_ended_is_not_missed(void **state)
{
	struct hook_links links = attached();

	(void)state;
	hook_links__begin(&links);
	skip_runs(&links, 7);
	hook_links__end(&links);
	skip_runs(&links, 50);
	assert_int_equal(missed_by(&links).packets, 7);
	assert_int_equal(missed_by(&links).resets, 7);
	/* A program behind the first, still running at the end, has logged its packet. */
	second.rescued[HOOK_TRANSMIT_SKB] = 7;
	assert_int_equal(missed_by(&links).packets, 0);
}

/* Of the packets sent since tracing began. */
static struct hook_links with_four_missed(void)
{
	struct hook_links links = attached();

	hook_links__begin(&links);
	skip_runs(&links, 7);
	second.rescued[HOOK_TRANSMIT_SKB] = 3;
	return links;
}

/* What is logged behind programs that a switch has stopped makes up for nothing that was skipped.
 */
static void what_is_logged_while_no_first_program_is_called_hides_no_miss(void **state)
{
	struct hook_links links = with_four_missed();

	(void)state;
	hook_links__follow_switch(&links, true);
	second.rescued[HOOK_TRANSMIT_SKB] += 500; /* off since now, and noticed later */
	hook_links__follow_switch(&links, false);
	second.rescued[HOOK_TRANSMIT_SKB] += 900;
	hook_links__follow_switch(&links, false);
	assert_int_equal(missed_by(&links).packets, 4);
	second.rescued[HOOK_TRANSMIT_SKB] += 40;
	hook_links__follow_switch(&links, true);
	assert_int_equal(missed_by(&links).packets, 4);
	skip_runs(&links, 5);
	second.rescued[HOOK_TRANSMIT_SKB] += 2;
	assert_int_equal(missed_by(&links).packets, 7);
	hook_links__follow_switch(&links, true);
	assert_int_equal(missed_by(&links).packets, 7);
}

/* Tracing ends, as a burst does, while the switch is off, and begins again. */
static void tracing_may_end_and_begin_while_no_first_program_is_called(void **state)
{
	struct hook_links links = with_four_missed();

	(void)state;
	hook_links__follow_switch(&links, true);
	hook_links__follow_switch(&links, false);
	second.rescued[HOOK_TRANSMIT_SKB] += 900;
	hook_links__end(&links);
	assert_int_equal(missed_by(&links).packets, 4);
	second.rescued[HOOK_TRANSMIT_SKB] += 60;
	hook_links__begin(&links);
	second.rescued[HOOK_TRANSMIT_SKB] += 80;
	assert_int_equal(missed_by(&links).packets, 4);
	hook_links__follow_switch(&links, true);
	skip_runs(&links, 2);
	assert_int_equal(missed_by(&links).packets, 6);
}

/* As between two bursts. */
static void what_is_skipped_while_tracing_pauses_is_not_missed(void **state)
{
	struct hook_links links = attached();

	(void)state;
	skip_runs(&links, 100);
	second.rescued[HOOK_TRANSMIT_SKB] = 90;
	hook_links__begin(&links);
	skip_runs(&links, 7);
	second.rescued[HOOK_TRANSMIT_SKB] += 3;
	hook_links__end(&links);
	skip_runs(&links, 50);
	second.refused[HOOK_TRANSMIT_SKB] += 20;
	second.rescued[HOOK_TRANSMIT_SKB] += 30;
	hook_links__begin(&links);
	assert_int_equal(missed_by(&links).packets, 4);
	assert_int_equal(missed_by(&links).resets, 7);
	skip_runs(&links, 5);
	second.rescued[HOOK_TRANSMIT_SKB] += 2;
	hook_links__end(&links);
	skip_runs(&links, 50);
	assert_int_equal(missed_by(&links).packets, 7);
	assert_int_equal(missed_by(&links).resets, 12);
}

static void what_the_kernel_does_not_count_is_not_known(void **state)
{
	struct hook_links links = attached();

	(void)state;
	links.of[PACKETS].skipped = PROG_MISSES_UNKNOWN;
	hook_links__begin(&links);
	assert_true(missed_by(&links).packets == PROG_MISSES_UNKNOWN);
	assert_int_equal(missed_by(&links).resets, 0);
	hook_links__end(&links);
	assert_true(missed_by(&links).packets == PROG_MISSES_UNKNOWN);
	/* As when /proc cannot be read any more at the end. */
	links = attached();
	hook_links__begin(&links);
	links.of[PACKETS].skipped = PROG_MISSES_UNKNOWN;
	hook_links__end(&links);
	assert_true(missed_by(&links).packets == PROG_MISSES_UNKNOWN);
}

static int visits;

static void sum_timewait(const char *name, __u64 missed, void *context)
{
	assert_string_equal(name, "timewait");
	*(__u64 *)context = missed;
	visits++;
}

static __u64 missed_of_timewait(const struct hook_links *links)
{
	__u64 missed = 0;

	visits = 0;
	hook_links__each_missed(links, sum_timewait, &missed);
	assert_int_equal(visits, 1);
	return missed;
}

/* Of the members of a JSON object with the same name a reader sees the last one only. */
static void a_hook_with_several_first_programs_is_reported_once(void **state)
{
	static const char *const names[] = {"timewait_listener", "timewait_begin", "timewait_4"};
	struct hook_links links = {.nr = ARRAY_SIZE(names)};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		links.of[i].program = fentry_program(names[i]);
	hook_links__begin(&links);
	links.of[0].skipped = 5;
	links.of[2].skipped = 3;
	assert_int_equal(missed_of_timewait(&links), 8);
	links.of[1].skipped = PROG_MISSES_UNKNOWN;
	assert_true(missed_of_timewait(&links) == PROG_MISSES_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_programs_behind_did_not_log_is_missed),
		cmocka_unit_test(what_is_skipped_before_tracing_begins_is_not_missed),
		cmocka_unit_test(what_is_skipped_after_tracing_has_ended_is_not_missed),
		cmocka_unit_test(what_is_logged_while_no_first_program_is_called_hides_no_miss),
		cmocka_unit_test(tracing_may_end_and_begin_while_no_first_program_is_called),
		cmocka_unit_test(what_is_skipped_while_tracing_pauses_is_not_missed),
		cmocka_unit_test(what_the_kernel_does_not_count_is_not_known),
		cmocka_unit_test(a_hook_with_several_first_programs_is_reported_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("hook links", tests, open_fentry_object,
					   close_fentry_object);
}
