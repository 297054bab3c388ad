// SPDX-License-Identifier: BSD-2-Clause
#include "commands/diff_gate.h"

#include <stdio.h>

#include "analyse/flow_analysis.h"
#include "commands/diff_lines.h"
#include "report/plural.h"
#include "report/report.h"

#define FAILURES_SHOWN 20

int diff_gate__parse(struct diff_gate *gate, const struct options *options)
{
	for (__u32 i = 0; i < options->fail_if.count; i++) {
		int err = condition__parse(&gate->conditions[i], options->fail_if.of[i]);

		if (err)
			return err;
		gate->count++;
	}
	return 0;
}

/* " of flow 7 and flow 9", or "" of all flows. */
static void write_flows(const struct comparison *comparison, char *text, size_t bytes)
{
	*text = '\0';
	if (comparison->flows[DIFF_A])
		snprintf(text, bytes, " of flow %u and flow %u", comparison->flows[DIFF_A]->flowid,
			 comparison->flows[DIFF_B]->flowid);
}

static void report_failure(const struct condition *condition, enum condition_result result,
			   const struct comparison *comparison)
{
	const struct summary *a = &comparison->of[DIFF_A], *b = &comparison->of[DIFF_B];
	char flows[64], before[DIFF_LINES_BYTES], now[DIFF_LINES_BYTES];

	write_flows(comparison, flows, sizeof(flows));
	if (result == CONDITION_HOLDS)
		report_message("--fail-if '%s' holds%s: %s in A, %s in B", condition->text, flows,
			       diff_lines__value(before, a, condition->number),
			       diff_lines__value(now, b, condition->number));
	else
		report_message("--fail-if '%s' cannot be decided%s: %s is not known of %s",
			       condition->text, flows, summary_texts[condition->number].name,
			       diff_sides__name(b->known[condition->number] ? DIFF_A : DIFF_B));
}

/* The worse of two: one that holds, then one that cannot be decided. */
static enum condition_result worse(enum condition_result one, enum condition_result other)
{
	if (one == CONDITION_HOLDS || other == CONDITION_FALSE)
		return one;
	return other;
}

void diff_gate__test(struct diff_gate *gate, const struct comparison *comparison)
{
	for (size_t i = 0; i < gate->count; i++) {
		enum condition_result result = condition__test(
			&gate->conditions[i], &comparison->of[DIFF_A], &comparison->of[DIFF_B]);

		gate->results[i] = worse(gate->results[i], result);
		if (result != CONDITION_FALSE && gate->failures++ < FAILURES_SHOWN)
			report_failure(&gate->conditions[i], result, comparison);
	}
}

bool diff_gate__end(const struct diff_gate *gate)
{
	if (gate->failures > FAILURES_SHOWN)
		report_message("--fail-if: %llu more condition%s of pairs failed",
			       gate->failures - FAILURES_SHOWN,
			       plural__ending(gate->failures - FAILURES_SHOWN));
	return gate->failures > 0;
}
