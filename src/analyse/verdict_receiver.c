// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/verdict_receiver.h"

#include "analyse/sentences.h"
#include "report/human.h"

static void find_reader(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 us = flow->ledger.receive_us[RECEIVE_reader] +
		   flow->ledger.receive_us[RECEIVE_zero_window];
	const struct longest *wait = &flow->evidence.receive[RECEIVE_reader];
	char share[SENTENCES_SHARE_BYTES], longest[SENTENCES_SHARE_BYTES], size[HUMAN_BYTES];

	if (!sentences__matters(flow, us))
		return;
	if (flow->evidence.receive[RECEIVE_zero_window].us > wait->us)
		wait = &flow->evidence.receive[RECEIVE_zero_window];
	sentences__add(sentences, flow, us,
		       "As receiver: much was unread for %s, the longest wait %s: the application "
		       "here reads late; its receive buffer is %s.",
		       sentences__share(share, flow, us),
		       sentences__longest(longest, flow, us, wait),
		       human__size(size, flow->evidence.receive_buffer));
}

static void find_holes(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 us = flow->ledger.receive_us[RECEIVE_hole];
	char share[SENTENCES_SHARE_BYTES], longest[SENTENCES_SHARE_BYTES];

	if (!sentences__matters(flow, us))
		return;
	sentences__add(sentences, flow, us,
		       "As receiver: segments were missing for %s, the longest wait %s: lost or "
		       "reordered on their way here.",
		       sentences__share(share, flow, us),
		       sentences__longest(longest, flow, us,
					  &flow->evidence.receive[RECEIVE_hole]));
}

static void find_delayed_acks(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 us = flow->ledger.receive_us[RECEIVE_delayed_ack];
	char share[SENTENCES_SHARE_BYTES], longest[SENTENCES_SHARE_BYTES];

	if (!sentences__matters(flow, us))
		return;
	sentences__add(
		sentences, flow, us,
		"As receiver: ACKs were held back for %s, the longest %s: a sender that waits for "
		"each of them is slowed down.",
		sentences__share(share, flow, us),
		sentences__longest(longest, flow, us,
				   &flow->evidence.receive[RECEIVE_delayed_ack]));
}

void verdict_receiver__find(struct sentences *sentences, const struct flow_analysis *flow)
{
	find_reader(sentences, flow);
	find_holes(sentences, flow);
	find_delayed_acks(sentences, flow);
}
