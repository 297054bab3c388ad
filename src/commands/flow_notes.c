// SPDX-License-Identifier: BSD-2-Clause
#include "commands/flow_notes.h"

#include <stdio.h>
#include <siftr/array_size.h>

#include "analyse/sentences.h"
#include "commands/flow_columns.h"
#include "report/human.h"
#include "report/plural.h"

/* The kernel's sums count in ticks: a difference up to this, or 2 %, is none. */
#define TICKS_US 20000

/*
 * Compares what waited by the rows with the kernel's own sum, which is the judge. The ledger counts
 * a part of it for limits of which the kernel's sums know nothing, as the wait for a timeout.
 */
static void note_chrono(struct sentences *notes, const struct flow_analysis *flow, const char *what,
			int sum, __u64 waited, __u64 ledger)
{
	const struct evidence *evidence = &flow->evidence;
	__u64 kernel = evidence->last_us[sum] - evidence->first_us[sum];
	__u64 off = kernel > waited ? kernel - waited : waited - kernel;
	char kernel_text[HUMAN_BYTES], text[HUMAN_BYTES], other[HUMAN_BYTES + 32] = "";

	if (!kernel && !waited)
		return;
	if (waited > ledger)
		snprintf(other, sizeof(other), ", %s of it under other limits",
			 human__time(text, waited - ledger));
	sentences__note(notes, "%s by the kernel's own count: %s, here %s%s%s", what,
			human__time(kernel_text, kernel), human__time(text, waited), other,
			off > TICKS_US && off * 50 > kernel ? ": they disagree" : "");
}

/* Who ended the connection before its time, and what that lost. */
static void note_reset(struct sentences *notes, const struct flow_analysis *flow)
{
	const struct event *reset = &flow->events.list.reset;
	char moment[SENTENCES_SHARE_BYTES], lost[HUMAN_BYTES], left[HUMAN_BYTES];

	if (flow->events.list.count[EVENT_reset])
		sentences__note(notes,
				"%s reset the connection at %s: %s were sent and not acknowledged, "
				"%s not sent.",
				reset->cause == CAUSE_PEER ? "The peer" : "This host",
				sentences__moment(moment, flow, reset->time_us),
				human__size(lost, reset->from), human__size(left, reset->to));
}

/* How segments came to be sent again, and how many of them the peer had. */
static void note_sent_again(struct sentences *notes, const struct flow_analysis *flow)
{
	static const struct {
		enum flow_number number;
		const char *text;
	} parts[] = {
		{FLOW_retransmitted_fast, "in recovery"},
		{FLOW_retransmitted_by_timeout, "by timeouts"},
		{FLOW_retransmitted_after_timeout, "after timeouts"},
		{FLOW_retransmitted_by_probe, "by tail loss probes"},
		{FLOW_retransmitted_in_vain, "not needed"},
	};
	char text[ARRAY_SIZE(parts) * 48] = "";
	size_t used = 0;
	__u64 segments;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (flow_analysis__number(flow, parts[i].number, &segments) && segments)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%llu %s",
						 used ? ", " : "", segments, parts[i].text);
	if (used)
		sentences__note(notes, "Sent again: %s", text);
}

/* Said even where three things cost more: it tells a path that reorders from one that loses. */
static void note_undone(struct sentences *notes, const struct flow_analysis *flow)
{
	__u32 undone = flow->events.list.count[EVENT_undo];

	if (undone)
		sentences__note(notes,
				"%u reduction%s of the window %s undone: segments had been taken "
				"for lost that were only reordered or late.",
				undone, plural__ending(undone), undone == 1 ? "was" : "were");
}

static void note_clock(struct sentences *notes, const struct flow_analysis *flow)
{
	__u32 steps = flow->backward_steps;

	if (steps)
		sentences__note(notes,
				"The clock was set back %u time%s: what passed meanwhile is not "
				"counted.",
				steps, plural__ending(steps));
}

static void note_lacking(struct sentences *notes, const struct flow_analysis *flow)
{
	char text[FLOW_LACKING_BYTES], time[HUMAN_BYTES];

	if (*flow_columns__lacking(flow, text))
		sentences__note(notes,
				"Without --fields +%s, %s could not be decided or divided further.",
				text, human__time(time, flow->ledger.lacking_us));
	if (!(flow->known & PART_LOSS))
		sentences__note(notes, "Without --fields +loss, tail loss probes are not seen, and "
				       "timeouts only by the window of one segment.");
	if (!(flow->known & PART_ORDER))
		sentences__note(notes,
				"Without --fields +order,packet, packets without a line are not "
				"seen.");
}

void flow_notes__find(struct sentences *notes, const struct flow_analysis *flow)
{
	const struct ledger *ledger = &flow->ledger;

	notes->count = 0;
	if (flow->evidence.has_chrono) {
		note_chrono(notes, flow, "Peer's window", 1, ledger->window_us,
			    ledger__send_us(ledger, SEND_receive_window) +
				    ledger__send_us(ledger, SEND_zero_window));
		note_chrono(notes, flow, "Send buffer", 2, ledger->buffer_us,
			    ledger__send_us(ledger, SEND_send_buffer));
	}
	note_reset(notes, flow);
	note_sent_again(notes, flow);
	note_undone(notes, flow);
	note_clock(notes, flow);
	note_lacking(notes, flow);
}
