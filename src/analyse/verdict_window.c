// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/verdict_window.h"

#include <stdio.h>

#include "analyse/sentences.h"
#include "report/human.h"
#include "report/plural.h"

/* What is said of the falls of one cause. */
struct fall_words {
	const char *fell; /* "fell after idleness" */
	const char *hint; /* why that is, and what helps */
};

/* "The congestion window fell after idleness 2 times, last from 41.0K to 14.1K at 1.5, ..." */
static void find_falls(struct sentences *sentences, const struct flow_analysis *flow,
		       enum summed_cause cause, const struct fall_words *words)
{
	const struct summed_falls *sum = &flow->events.falls.sums[cause];
	char text[2 * SENTENCES_SHARE_BYTES], share[SENTENCES_SHARE_BYTES];
	char from[HUMAN_BYTES], to[HUMAN_BYTES], moment[SENTENCES_SHARE_BYTES];

	if (!sum->count)
		return;
	snprintf(text, sizeof(text), "%u time%s, last from %s to %s at %s", sum->count,
		 plural__ending(sum->count), human__size(from, sum->from), human__size(to, sum->to),
		 sentences__moment(moment, flow, sum->time_us));
	if (!sentences__add(sentences, flow, sum->us,
			    "The congestion window %s %s, and held data back for %s while it grew "
			    "again: %s",
			    words->fell, text, sentences__share(share, flow, sum->us), words->hint))
		sentences__note(sentences, "The congestion window %s %s: %s", words->fell, text,
				words->hint);
}

/* Marks are no losses: what was marked has arrived. */
static void find_marks(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 marked;
	char hint[4 * SENTENCES_SHARE_BYTES], count[SENTENCES_SHARE_BYTES] = "";
	const struct fall_words words = {"was reduced by ECN marks", hint};

	if (!flow->events.falls.sums[FALLS_ECN].count)
		return;
	if (flow_analysis__number(flow, FLOW_marked, &marked))
		snprintf(count, sizeof(count), "%llu segment%s arrived marked. ", marked,
			 plural__ending(marked));
	snprintf(hint, sizeof(hint),
		 "%sA queue on the path grows and says so before it drops anything: less traffic "
		 "beside this, or dctcp where path and peer are made for it, helps.",
		 count);
	find_falls(sentences, flow, FALLS_ECN, &words);
}

void verdict_window__find(struct sentences *sentences, const struct flow_analysis *flow)
{
	static const struct fall_words idle = {"fell after idleness",
					       "net.ipv4.tcp_slow_start_after_idle = 0 keeps it."};
	static const struct fall_words local_drop = {
		"was reduced by drops of this host",
		"the queue of its interface was full. A longer one (limit of the qdisc, "
		"txqueuelen), or the qdisc fq, which paces, helps."};
	static const struct fall_words congestion = {
		"was reduced without a loss",
		"by ECN marks of the path, or by drops in a queue of this host. This log cannot "
		"tell which; --fields +rate does."};

	find_falls(sentences, flow, FALLS_IDLE, &idle);
	find_falls(sentences, flow, FALLS_LOCAL_DROP, &local_drop);
	find_falls(sentences, flow, FALLS_CONGESTION, &congestion);
	find_marks(sentences, flow);
}
