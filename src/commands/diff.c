// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf diff`: the connections of two logs, or of two sets of logs, compared number by number,
 * and a gate for continuous integration.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/analysis.h"
#include "analyse/flow_pairs.h"
#include "commands/commands.h"
#include "commands/diff_gate.h"
#include "commands/diff_json.h"
#include "commands/diff_lines.h"
#include "commands/diff_manifests.h"
#include "commands/diff_sides.h"
#include "commands/flow_choice.h"
#include "report/plural.h"
#include "report/report.h"

/* Pairs the flows of two sets. NULL: without --match they are compared all together. */
typedef int match_function(struct flow_pairs *pairs, const struct analysis *a,
			   const struct analysis *b);

struct diff {
	const struct options *options;
	struct diff_side sides[DIFF_SIDES];
	match_function *match;
	struct diff_gate gate;
	struct diff_manifests manifests;
	bool nothing_compared;
};

/* 0 or -EINVAL, reported. */
static int choose_match(struct diff *diff)
{
	const char *match = diff->options->match;

	if (match && !strcmp(match, "ports"))
		diff->match = flow_pairs__by_ports;
	else if (match && !strcmp(match, "order"))
		diff->match = flow_pairs__by_order;
	if (!match || diff->match)
		return 0;
	report_message("--match takes ports or order, not '%s'", match);
	return -EINVAL;
}

/* Sums up `count` flows of each side. 0 or -ENOMEM. */
static int compare(struct comparison *comparison, const struct flow_analysis *const a[],
		   size_t nr_a, const struct flow_analysis *const b[], size_t nr_b)
{
	int err = summary__of(&comparison->of[DIFF_A], a, nr_a);

	return err ? err : summary__of(&comparison->of[DIFF_B], b, nr_b);
}

static int compare_pair(struct diff *diff, const struct flow_pairs *pairs, size_t i)
{
	struct comparison pair = {.flows = {pairs->a[i], pairs->b[i]}};
	int err = compare(&pair, &pairs->a[i], 1, &pairs->b[i], 1);

	if (err)
		return err;
	if (diff->options->json)
		diff_json__print_pair(&pair, i);
	else
		diff_lines__print_pair(&pair);
	diff_gate__test(&diff->gate, &pair);
	return 0;
}

static void print_all(struct diff *diff, const struct comparison *all)
{
	if (diff->options->json)
		diff_json__begin(diff->sides, all);
	else
		diff_lines__print_all(diff->sides, all);
	diff_gate__test(&diff->gate, all);
}

static void report_left_out(const struct diff *diff, const struct flow_pairs *pairs)
{
	for (int side = 0; side < DIFF_SIDES; side++) {
		size_t left = analysis__count(diff->sides[side].analysis) - pairs->count;

		if (left)
			report_notice("%zu connection%s of %s %s left out: the other logs have "
				      "none to match",
				      left, plural__ending(left), diff_sides__name(side),
				      left == 1 ? "is" : "are");
	}
}

/* Compares the pairs, together and one by one. 0 or -ENOMEM. */
static int compare_pairs(struct diff *diff)
{
	struct comparison all = {};
	struct flow_pairs pairs;
	int err = diff->match(&pairs, diff->sides[DIFF_A].analysis, diff->sides[DIFF_B].analysis);

	if (!err)
		err = compare(&all, pairs.a, pairs.count, pairs.b, pairs.count);
	if (!err) {
		report_left_out(diff, &pairs);
		print_all(diff, &all);
		if (diff->options->json)
			diff_json__begin_pairs();
	}
	for (size_t i = 0; !err && i < pairs.count; i++)
		err = compare_pair(diff, &pairs, i);
	if (!err && diff->options->json)
		diff_json__end_pairs();
	if (!err && !pairs.count && !diff->nothing_compared)
		report_message("no connection of A matches one of B: nothing is compared");
	diff->nothing_compared |= !pairs.count;
	flow_pairs__free(&pairs);
	return err;
}

/* Compares all flows of the two sides. 0 or -ENOMEM. */
static int compare_sides(struct diff *diff)
{
	const struct analysis *a = diff->sides[DIFF_A].analysis, *b = diff->sides[DIFF_B].analysis;
	const struct flow_analysis **flows_a = analysis__list(a), **flows_b = analysis__list(b);
	struct comparison all = {};
	int err = flows_a && flows_b ? 0 : -ENOMEM;

	if (!err)
		err = compare(&all, flows_a, analysis__count(a), flows_b, analysis__count(b));
	if (!err)
		print_all(diff, &all);
	free(flows_a);
	free(flows_b);
	return err;
}

/* Reports a side without flows, unless its logs could not be read, and different numbers of them.
 */
static void report_counts(struct diff *diff, int status)
{
	static const char *const names[DIFF_SIDES] = {"the logs of A", "the logs of B"};
	size_t a = analysis__count(diff->sides[DIFF_A].analysis),
	       b = analysis__count(diff->sides[DIFF_B].analysis);

	for (int side = 0; side < DIFF_SIDES; side++)
		if (!analysis__count(diff->sides[side].analysis) && status < EXIT_OUTPUT)
			flow_choice__report_none(diff->options, names[side],
						 ": nothing is compared", true);
	if (a && b && a != b && !diff->match)
		report_notice("A has %zu connection%s, B has %zu", a, plural__ending(a), b);
	diff->nothing_compared = !a || !b;
}

/* Compares what was read, which ended with `status`. Returns an exit code. */
static int compare_and_print(struct diff *diff, int status)
{
	int err;

	report_counts(diff, status);
	err = diff->match ? compare_pairs(diff) : compare_sides(diff);
	if (!err)
		err = diff->options->json ? diff_manifests__print_json(&diff->manifests)
					  : diff_manifests__print_lines(&diff->manifests);
	if (err) {
		report_error(err, "compare the logs");
		return EXIT_FAILED;
	}
	if (diff->options->json)
		diff_json__end(&diff->gate);
	return diff_gate__end(&diff->gate) || diff->nothing_compared ? EXIT_FAILED : EXIT_CLEAN;
}

int command_diff(const struct options *options)
{
	struct diff diff = {.options = options};
	int status, compared = EXIT_FAILED;

	if (diff_sides__split(diff.sides, options) || choose_match(&diff) ||
	    diff_gate__parse(&diff.gate, options))
		return EXIT_USAGE;
	status = diff_manifests__read(&diff.manifests, options);
	if (!status)
		status = diff_sides__read(diff.sides, options);
	if (diff.sides[DIFF_A].analysis && diff.sides[DIFF_B].analysis)
		compared = compare_and_print(&diff, status);
	diff_manifests__free(&diff.manifests);
	analysis__free(diff.sides[DIFF_A].analysis);
	analysis__free(diff.sides[DIFF_B].analysis);
	if (report_flush())
		return EXIT_OUTPUT;
	return status > compared ? status : compared;
}
