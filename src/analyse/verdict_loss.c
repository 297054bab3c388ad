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

static void find_blackouts(struct sentences *sentences, const struct flow_analysis *flow)
{
	const struct blackout *blackout = &flow->events.blackout;
	const struct longest wait = {blackout->longest.us, blackout->longest.begin_us};
	char share[SENTENCES_SHARE_BYTES], longest[SENTENCES_SHARE_BYTES];

	if (!sentences__matters(flow, blackout->us))
		return;
	sentences__add(sentences, flow, blackout->us,
		       "Nothing came through for %s (blackout), the longest silence %s, which took "
		       "%u retransmission timeouts in a row: the path or the peer was gone.",
		       sentences__share(share, flow, blackout->us),
		       sentences__longest(longest, flow, blackout->us, &wait),
		       blackout->longest.timeouts);
}

/* Timeouts that came alone. */
static void find_timeouts(struct sentences *sentences, const struct flow_analysis *flow)
{
	const struct blackout *blackout = &flow->events.blackout;
	const struct silence alone = blackout__longest_alone(blackout);
	const struct longest wait = {alone.us, alone.begin_us};
	__u64 us = ledger__send_us(&flow->ledger, SEND_rto_wait);
	__u32 count = flow->events.list.count[EVENT_timeout] - blackout->timeouts;
	char share[SENTENCES_SHARE_BYTES], again[SENTENCES_SHARE_BYTES],
		longest[SENTENCES_SHARE_BYTES];

	us -= blackout->us < us ? blackout->us : us;
	if (!sentences__matters(flow, us))
		return;
	sentences__add(sentences, flow, us,
		       "%u retransmission timeout%s cost %s, the longest wait %s%s: the last "
		       "segments of a burst were lost, or some that had been sent again.",
		       count, plural__ending(count), sentences__share(share, flow, us),
		       sentences__longest(longest, flow, us, &wait), sent_again(flow, again));
}

static void find_probes(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 us = ledger__send_us(&flow->ledger, SEND_probe_wait);
	const struct event *costliest = &flow->events.list.probe;
	const struct longest wait = {costliest->cost_us, costliest->time_us};
	__u32 count = flow->events.list.count[EVENT_probe];
	char share[SENTENCES_SHARE_BYTES], longest[SENTENCES_SHARE_BYTES];

	if (!sentences__matters(flow, us))
		return;
	sentences__add(sentences, flow, us,
		       "%u tail loss probe%s ended %s of %s, the longest %s: the last segments of "
		       "a burst, or their ACKs, were lost or late.",
		       count, plural__ending(count), count == 1 ? "a silence" : "silences",
		       sentences__share(share, flow, us),
		       sentences__longest(longest, flow, us, &wait));
}

/* Most of what was taken for lost was not. */
static bool is_spurious(const struct flow_analysis *flow)
{
	return 2 * flow->events.list.count[EVENT_undo] >
	       flow->recoveries + flow->events.list.count[EVENT_timeout];
}

/* What was lost in a blackout is sent again, and nothing else. */
static bool is_aftermath(const struct flow_analysis *flow)
{
	__u64 fast;

	return flow->events.blackout.us &&
	       flow_analysis__number(flow, FLOW_retransmitted_fast, &fast) && !fast;
}

static void find_recoveries(struct sentences *sentences, const struct flow_analysis *flow)
{
	const struct event *longest = &flow->events.list.recovery;
	__u64 us = ledger__send_us(&flow->ledger, SEND_recovery);
	char share[SENTENCES_SHARE_BYTES], again[SENTENCES_SHARE_BYTES],
		moment[SENTENCES_SHARE_BYTES];

	if (!sentences__matters(flow, us) || is_spurious(flow) || is_aftermath(flow))
		return;
	sentences__add(sentences, flow, us,
		       "Segments were lost: %u recover%s took %s, the longest from %s on%s. Look "
		       "for a full queue, a policer or a bad link on the path.",
		       flow->recoveries, flow->recoveries == 1 ? "y" : "ies",
		       sentences__share(share, flow, us),
		       sentences__moment(moment, flow, longest->time_us), sent_again(flow, again));
}

/* Reductions of the window that were for nothing. */
static void find_undone(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 us = ledger__send_us(&flow->ledger, SEND_recovery);
	const struct event *longest = &flow->events.list.recovery;
	char share[SENTENCES_SHARE_BYTES], again[SENTENCES_SHARE_BYTES],
		moment[SENTENCES_SHARE_BYTES];

	if (!sentences__matters(flow, us) || !is_spurious(flow))
		return;
	sentences__add(sentences, flow, us,
		       "Segments were reordered or late, and taken for lost: %u recover%s took %s, "
		       "the longest from %s on%s. Look for a path that splits the packets of one "
		       "connection.",
		       flow->recoveries, flow->recoveries == 1 ? "y" : "ies",
		       sentences__share(share, flow, us),
		       sentences__moment(moment, flow, longest->time_us), sent_again(flow, again));
}

static void find_mss_fall(struct sentences *sentences, const struct flow_analysis *flow)
{
	const struct event *fall = &flow->events.falls.last_mss;
	char moment[SENTENCES_SHARE_BYTES];

	if (fall->time_us)
		sentences__note(
			sentences,
			"The segment size fell from %u to %u bytes at %s: the path takes smaller "
			"packets than the interface (path MTU).",
			fall->from, fall->to, sentences__moment(moment, flow, fall->time_us));
}

void verdict_loss__find(struct sentences *sentences, const struct flow_analysis *flow)
{
	find_blackouts(sentences, flow);
	find_timeouts(sentences, flow);
	find_probes(sentences, flow);
	find_recoveries(sentences, flow);
	find_undone(sentences, flow);
	find_mss_fall(sentences, flow);
}
