// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/verdict_loss.h"

#include <stdio.h>

#include "analyse/sentences.h"
#include "report/human.h"
#include "report/plural.h"

/* "12 segments were sent again, 1.1 %", as far as the log tells it; else "". */
static const char *sent_again(const struct flow_analysis *flow, char *text)
{
	__u64 again;

	*text = '\0';
	if (flow_analysis__number(flow, FLOW_retransmissions, &again) && flow->evidence.data_segs)
		snprintf(text, SENTENCES_SHARE_BYTES,
			 ", %llu segment%s of %llu sent again (%.1f %%)", again,
			 plural__ending(again), flow->evidence.data_segs,
			 100.0 * (double)again / (double)flow->evidence.data_segs);
	else if (flow_analysis__number(flow, FLOW_retransmissions, &again))
		snprintf(text, SENTENCES_SHARE_BYTES, ", %llu segment%s sent again", again,
			 plural__ending(again));
	return text;
}

static void find_timeouts(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 us = ledger__send_us(&flow->ledger, SEND_rto_wait);
	__u32 count = flow->events.list.count[EVENT_timeout];
	char share[SENTENCES_SHARE_BYTES], longest[SENTENCES_SHARE_BYTES],
		again[SENTENCES_SHARE_BYTES];

	sentences__add(sentences, flow, us,
		       "%u retransmission timeout%s cost %s, the longest wait %s%s: nothing came "
		       "through, or the last segments of a burst were lost.",
		       count, plural__ending(count), sentences__share(share, flow, us),
		       sentences__longest(longest, &flow->evidence.send[SEND_rto_wait]),
		       sent_again(flow, again));
}

static void find_probes(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 us = ledger__send_us(&flow->ledger, SEND_probe_wait);
	__u32 count = flow->events.list.count[EVENT_probe];
	char share[SENTENCES_SHARE_BYTES];

	sentences__add(
		sentences, flow, us,
		"%u tail loss probe%s ended silences of %s: the last segments of a burst, or "
		"their ACKs, were lost or late.",
		count, plural__ending(count), sentences__share(share, flow, us));
}

static void find_recoveries(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 us = ledger__send_us(&flow->ledger, SEND_recovery);
	char share[SENTENCES_SHARE_BYTES], again[SENTENCES_SHARE_BYTES];

	sentences__add(
		sentences, flow, us,
		"Segments were lost: %u recover%s took %s%s. Look for a full queue, a policer "
		"or a bad link on the path.",
		flow->recoveries, flow->recoveries == 1 ? "y" : "ies",
		sentences__share(share, flow, us), sent_again(flow, again));
}

/* Reductions of the window that were for nothing. */
static void find_spurious(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u32 undone = flow->events.list.count[EVENT_undo];
	__u32 dsacks = flow->evidence.dsack_last - flow->evidence.dsack_first;

	if (undone)
		sentences__note(
			sentences,
			"%u reduction%s of the window %s undone: segments had been taken for "
			"lost that were only reordered or late.",
			undone, plural__ending(undone), undone == 1 ? "was" : "were");
	if (dsacks)
		sentences__note(sentences,
				"%u segment%s sent again %s not needed: the peer had them already.",
				dsacks, plural__ending(dsacks), dsacks == 1 ? "was" : "were");
}

static void find_restarts(struct sentences *sentences, const struct flow_analysis *flow)
{
	const struct event *last = &flow->events.falls.idle_restart;
	__u32 count = flow->events.falls.idle_restarts;
	char from[HUMAN_BYTES], to[HUMAN_BYTES], moment[HUMAN_BYTES];

	if (count)
		sentences__note(
			sentences,
			"The congestion window fell after idleness %u time%s, last from %s to %s "
			"at %s: net.ipv4.tcp_slow_start_after_idle = 0 keeps it.",
			count, plural__ending(count), human__size(from, last->from),
			human__size(to, last->to), human__moment(moment, last->time_us));
}

static void find_mss_fall(struct sentences *sentences, const struct flow_analysis *flow)
{
	const struct event *fall = &flow->events.falls.last_mss;
	char moment[HUMAN_BYTES];

	if (fall->time_us)
		sentences__note(
			sentences,
			"The segment size fell from %u to %u bytes at %s: the path takes smaller "
			"packets than the interface (path MTU).",
			fall->from, fall->to, human__moment(moment, fall->time_us));
}

void verdict_loss__find(struct sentences *sentences, const struct flow_analysis *flow)
{
	find_timeouts(sentences, flow);
	find_probes(sentences, flow);
	find_recoveries(sentences, flow);
	find_spurious(sentences, flow);
	find_restarts(sentences, flow);
	find_mss_fall(sentences, flow);
}
