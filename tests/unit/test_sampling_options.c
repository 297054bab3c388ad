// SPDX-License-Identifier: BSD-2-Clause
/* The options of the samplers: what they take, and the message for each error. */
#include <siftr/array_size.h>
#include <siftr/groups.h>
#include <siftr/sampling.h>

#include "commands/sampling.h"

#include "../lib/command_line.h"
#include "../lib/test.h"

static void samplers_are_taken(void **state)
{
	struct options options;

	(void)state;
	assert_int_equal(
		parse("--every 250us --on-change cwnd,ca_state,rto --keep loss,rst", &options), 0);
	assert_int_equal(options.every_ns, 250000);
	assert_int_equal(options.on_change, 1 << SIFTR_WATCH_snd_cwnd | 1 << SIFTR_WATCH_ca_state |
						    1 << SIFTR_WATCH_rto);
	assert_int_equal(options.keep, SIFTR_KEEP_LOSS | SIFTR_KEEP_RST);
	assert_false(options.ppl_given);
	assert_int_equal(parse("--ppl 2 --keep open,close,zero-window", &options), 0);
	assert_int_equal(options.keep, SIFTR_KEEP_OPEN | SIFTR_KEEP_CLOSE | SIFTR_KEEP_ZERO_WINDOW);
	assert_int_equal(parse("--every 1000000s", &options), 0);
	assert_int_equal(options.every_ns, 1000000000000000ULL);
	assert_int_equal(parse("--every 1us", &options), 0);
	assert_int_equal(parse("--max-rate 500 --keep loss", &options), 0);
	assert_int_equal(options.max_rate, 500);
}

static void bad_samplers_are_refused_and_named(void **state)
{
	static const struct {
		const char *line, *named, *got;
	} bad[] = {
		{"--every 10", "--every", "a whole number with us, ms or s"},
		{"--every 0ms", "--every", "'0ms'"},
		{"--every 1.5ms", "--every", "'1.5ms'"},
		{"--every 1000001s", "--every", "1000001s"},
		{"--every 18446744073709551615s", "--every", "'18446744073709551615s'"},
		{"--on-change pacing", "--on-change", "snd_cwnd, snd_ssthresh, snd_wnd, rcv_wnd, "},
		{"--on-change cwnd,", "--on-change", "'cwnd,'"},
		{"--ppl 2 --keep loss,fin", "--keep", "loss, zero-window, open, close, rst, not "},
		{"--keep loss", "--keep",
		 "needs --ppl above 1, --every, --on-change or --max-rate"},
		{"--max-rate 0", "--max-rate", "'0'"},
		{"--max-rate 10 --every 1ms", "--max-rate", "give it without them"},
		{"check --sampled --ppl 2 x", "--sampled", "exclude"},
		{"--sampled", "--sampled", "not an option of trace"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_parse_refused(bad[i].line, bad[i].named, bad[i].got);
	}
}

static void only_samplers_that_are_on_are_chained(void **state)
{
	static const struct {
		const char *line;
		__u32 groups, ppl, chain[8];
	} cases[] = {
		{"--ppl 5", 0, 5, {SIFTR_SAMPLER_NONE}},
		{"--ppl 5", SIFTR_GROUP_BIT(sample), 5, {SIFTR_SAMPLER_COUNT}},
		{"--every 1ms", 0, SIFTR_NO_PPL, {SIFTR_SAMPLER_EVERY}},
		{"--every 1ms",
		 SIFTR_GROUP_BIT(sample),
		 SIFTR_NO_PPL,
		 {SIFTR_SAMPLER_COUNT, SIFTR_SAMPLER_EVERY}},
		{"--ppl 7 --on-change lost,cwnd --keep rst,close",
		 0,
		 7,
		 {SIFTR_SAMPLER_COUNT, SIFTR_SAMPLER_CLOSE,
		  SIFTR_SAMPLER_CHANGE + SIFTR_WATCH_snd_cwnd,
		  SIFTR_SAMPLER_CHANGE + SIFTR_WATCH_lost, SIFTR_SAMPLER_RST}},
		{"--max-rate 5", 0, 1, {SIFTR_SAMPLER_NONE}},
		{"--max-rate 5", SIFTR_GROUP_BIT(sample), SIFTR_PPL_ALL, {SIFTR_SAMPLER_COUNT}},
		{"--max-rate 5 --keep open,loss,zero-window",
		 0,
		 SIFTR_PPL_ALL,
		 {SIFTR_SAMPLER_COUNT, SIFTR_SAMPLER_OPEN, SIFTR_SAMPLER_ZERO_WINDOW,
		  SIFTR_SAMPLER_LOSS}},
	};
	struct siftr_sampling sampling;
	struct options options;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		__u32 at = SIFTR_SAMPLER_NONE;

		assert_int_equal(parse(cases[i].line, &options), 0);
		sampling__set(&sampling, &options, cases[i].groups);
		assert_int_equal(sampling__ppl(&options, options.ppl, cases[i].groups),
				 cases[i].ppl);
		for (size_t step = 0; step < ARRAY_SIZE(cases[i].chain); step++) {
			at = sampling.next[at];
			if (at != cases[i].chain[step])
				fail_msg("'%s': sampler %u at step %zu", cases[i].line, at, step);
			if (!at)
				break;
		}
	}
}

static void samplers_have_the_short_path_that_fits(void **state)
{
	static const struct {
		const char *line;
		__u32 groups, path;
	} cases[] = {
		{"--ppl 5", 0, SIFTR_SAMPLER_NONE},
		{"--ppl 5", SIFTR_GROUP_BIT(sample), SIFTR_SAMPLER_COUNT},
		{"--every 1ms", 0, SIFTR_SAMPLER_EVERY},
		{"--every 1ms", SIFTR_GROUP_BIT(sample), SIFTR_SAMPLER_EVERY | SIFTR_PATH_COUNTED},
		{"--on-change lost", 0, SIFTR_SAMPLER_CHANGE + SIFTR_WATCH_lost},
		{"--on-change cwnd", SIFTR_GROUP_BIT(sample),
		 (SIFTR_SAMPLER_CHANGE + SIFTR_WATCH_snd_cwnd) | SIFTR_PATH_COUNTED},
		{"--on-change cwnd,lost", 0, SIFTR_PATH_SEVERAL},
		{"--on-change cwnd --every 1ms", 0, SIFTR_PATH_SEVERAL},
		{"--on-change cwnd --keep rst", SIFTR_GROUP_BIT(sample), SIFTR_PATH_SEVERAL},
		{"--on-change cwnd --ppl 2", 0, SIFTR_PATH_SEVERAL},
		{"--ppl 2 --keep loss", SIFTR_GROUP_BIT(sample), SIFTR_PATH_SEVERAL},
		{"--ppl 2 --keep loss --every 1ms", 0, SIFTR_PATH_SEVERAL},
		{"--max-rate 5", SIFTR_GROUP_BIT(sample), SIFTR_SAMPLER_COUNT},
	};
	struct siftr_sampling sampling;
	struct options options;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(parse(cases[i].line, &options), 0);
		sampling__set(&sampling, &options, cases[i].groups);
		if (sampling.path != cases[i].path)
			fail_msg("'%s': path 0x%x", cases[i].line, sampling.path);
	}
}

/* So long after a line the kernel's count of ticks, which may be late, tells that TIME has not
 * passed. */
static void ticks_tell_what_is_early_but_for_those_that_may_be_late(void **state)
{
	static const __u64 ms = 1000000;

	(void)state;
	assert_int_equal(sampling__early_ticks(1000 * ms, 4 * ms), 243);
	assert_int_equal(sampling__early_ticks(1003 * ms, 4 * ms), 243);
	assert_int_equal(sampling__early_ticks(32 * ms, 4 * ms), 1);
	assert_int_equal(sampling__early_ticks(31 * ms, 4 * ms), 0);
	assert_int_equal(sampling__early_ticks(1, 10 * ms), 0);
	assert_int_equal(sampling__early_ticks(1000000000 * ms, 1 * ms), 999999993);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samplers_are_taken),
		cmocka_unit_test(ticks_tell_what_is_early_but_for_those_that_may_be_late),
		cmocka_unit_test(bad_samplers_are_refused_and_named),
		cmocka_unit_test(only_samplers_that_are_on_are_chained),
		cmocka_unit_test(samplers_have_the_short_path_that_fits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
