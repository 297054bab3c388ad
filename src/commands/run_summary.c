// SPDX-License-Identifier: BSD-2-Clause
#include "commands/run_summary.h"

#include <errno.h>
#include <stdlib.h>

#include "analyse/analysis.h"
#include "commands/flow_lines.h"
#include "options/options.h"
#include "report/plural.h"
#include "report/report.h"
#include "report/text.h"

/* Connections that the table chooses from, about 4 KB each, and those that it shows. */
#define FLOWS_MAX   4096
#define FLOWS_SHOWN 5

struct run_summary {
	struct analysis *analysis; /* NULL: there was no memory for a row */
	const char *output;	   /* the log, or NULL */
};

static bool is_wanted(const struct options *options)
{
	if (options->summary == WHEN_AUTO)
		return report_shows_progress();
	return options->summary == WHEN_YES && report_level() >= REPORT_NORMAL;
}

struct run_summary *run_summary__new(const struct options *options)
{
	struct run_summary *summary;

	if (!is_wanted(options))
		return NULL;
	summary = calloc(1, sizeof(*summary));
	if (summary) {
		summary->output = options->output;
		summary->analysis = analysis__new_live(FLOWS_MAX);
	}
	if (summary && summary->analysis)
		return summary;
	report_error(-ENOMEM, "make the summary");
	free(summary);
	return NULL;
}

void run_summary__free(struct run_summary *summary)
{
	if (summary)
		analysis__free(summary->analysis);
	free(summary);
}

void run_summary__add(struct run_summary *summary, const struct row rows[], size_t count)
{
	int err;

	if (!summary->analysis)
		return;
	err = analysis__add(summary->analysis, rows, count);
	if (!err)
		return;
	report_error(err, "make the summary");
	analysis__free(summary->analysis);
	summary->analysis = NULL;
}

static __u64 nr_lines(const struct flow_analysis *flow)
{
	return flow->lines[SIFTR_IN] + flow->lines[SIFTR_OUT];
}

/* Whether the one was held up for longer than the other, or as long with more lines. */
static bool is_worse(const struct flow_analysis *one, const struct flow_analysis *other)
{
	__u64 us = ledger__held_up(&one->ledger).us, other_us = ledger__held_up(&other->ledger).us;

	return us != other_us ? us > other_us : nr_lines(one) > nr_lines(other);
}

/* Finds the worst flows, the worst first. Returns how many. */
static size_t find_worst(const struct analysis *analysis,
			 const struct flow_analysis *worst[FLOWS_SHOWN])
{
	size_t count = 0;

	for (size_t i = 0; i < analysis__count(analysis); i++) {
		const struct flow_analysis *flow = analysis__at(analysis, i);
		size_t place = count;

		while (place && is_worse(flow, worst[place - 1]))
			place--;
		if (place == FLOWS_SHOWN)
			continue;
		count += count < FLOWS_SHOWN;
		for (size_t j = count - 1; j > place; j--)
			worst[j] = worst[j - 1];
		worst[place] = flow;
	}
	return count;
}

void run_summary__print(struct run_summary *summary)
{
	const struct flow_analysis *worst[FLOWS_SHOWN];
	size_t count, shown;

	if (!summary || !summary->analysis || !analysis__count(summary->analysis))
		return;
	analysis__end(summary->analysis);
	count = analysis__count(summary->analysis);
	shown = find_worst(summary->analysis, worst);
	if (count == FLOWS_MAX)
		report_notice("of the first %zu connections those held up longest:", count);
	else if (shown < count)
		report_notice("of %zu connections those held up longest:", count);
	else
		report_notice("%zu connection%s, those held up longest first:", count,
			      plural__ending(count));
	if (flow_lines__print(report_stream(), FLOW_TABLE_BRIEF, NULL, worst, shown))
		report_error(-ENOMEM, "make the summary");
	if (summary->output)
		report_notice("more about them: siftr-bpf why %s",
			      text__shell_word(summary->output));
}
