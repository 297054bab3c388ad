// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/verdict_sender.h"

#include <stdbool.h>
#include <string.h>
#include <siftr/time_units.h>

#include "analyse/sender.h"
#include "analyse/sentences.h"
#include "report/human.h"
#include "report/plural.h"

/* "1.2M/s": a window in each round-trip time. `text` has room for HUMAN_BYTES. */
static const char *rate_text(char *text, __u64 window, __u32 srtt_us)
{
	return human__size(text, srtt_us ? window * USEC_PER_SEC / srtt_us : 0);
}

/* A flow that only receives acknowledges, and may send a FIN. */
static bool has_sent_data(const struct flow_analysis *flow)
{
	return flow->inflight_max > 1;
}

static __u64 application_us(const struct flow_analysis *flow)
{
	return ledger__send_us(&flow->ledger, SEND_application) +
	       ledger__send_us(&flow->ledger, SEND_idle);
}

/* The application blocks in write() while it looks as if it had nothing to send. */
static bool is_blocked(const struct flow_analysis *flow)
{
	return 2 * flow->evidence.blocked_us > application_us(flow);
}

#define BUFFER_SIZE_BYTES (sizeof(" of ") + HUMAN_BYTES)
/* " of 97.7KiB"; "" where the log does not say how large the buffer is. */
static const char *buffer_size(char text[BUFFER_SIZE_BYTES], __u32 bytes)
{
	*text = '\0';
	if (bytes)
		human__size(stpcpy(text, " of "), bytes);
	return text;
}

/* While nothing is in flight the send buffer is empty, and nobody waits for room in it. */
static void find_application(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 waited_us = ledger__send_us(&flow->ledger, SEND_application);
	char waited[HUMAN_BYTES];
	const struct evidence *evidence = &flow->evidence;
	const struct longest *pause = &evidence->send[SEND_application];
	char share[SENTENCES_SHARE_BYTES], longest[SENTENCES_SHARE_BYTES], size[BUFFER_SIZE_BYTES];

	if (!has_sent_data(flow) || is_blocked(flow) ||
	    !sentences__matters(flow, application_us(flow)))
		return;
	if (evidence->send[SEND_idle].us > pause->us)
		pause = &evidence->send[SEND_idle];
	sentences__share(share, flow, application_us(flow));
	sentences__longest(longest, flow, application_us(flow), pause);
	if (!(flow->ledger.lacking & PART_RATE) || !sentences__matters(flow, waited_us))
		sentences__add(
			sentences, flow, application_us(flow),
			"The application had nothing to send for %s, the longest pause %s: it "
			"writes too late or too little at a time, or is done.",
			share, longest);
	else if (!sentences__matters(flow, application_us(flow) - waited_us))
		sentences__add(
			sentences, flow, application_us(flow),
			"The application had nothing to send for %s, the longest pause %s, or "
			"waited for room in its send buffer%s: this log cannot tell which; "
			"--fields +rate does.",
			share, longest, buffer_size(size, evidence->send_buffer));
	else
		sentences__add(
			sentences, flow, application_us(flow),
			"The application had nothing to send for %s, the longest pause %s. For %s "
			"of it data was in flight, and it may have waited for room in its send "
			"buffer%s: this log cannot tell which; --fields +rate does.",
			share, longest, human__time(waited, waited_us),
			buffer_size(size, evidence->send_buffer));
}

static void find_send_buffer(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 us = ledger__send_us(&flow->ledger, SEND_send_buffer) +
		   (is_blocked(flow) ? flow->evidence.blocked_us : 0);
	char share[SENTENCES_SHARE_BYTES], size[BUFFER_SIZE_BYTES], rate[HUMAN_BYTES];

	if (!sentences__matters(flow, us))
		return;
	sentences__add(
		sentences, flow, us,
		"The send buffer%s was full for %s: the application could not write more. "
		"The most in flight at once allows %s/s; a larger SO_SNDBUF, or none so that "
		"net.ipv4.tcp_wmem applies, helps.",
		buffer_size(size, flow->evidence.send_buffer), sentences__share(share, flow, us),
		rate_text(rate, flow->inflight_max, quantiles__at(&flow->srtt, 500)));
}

static void find_receive_window(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 us = ledger__send_us(&flow->ledger, SEND_receive_window);
	char share[SENTENCES_SHARE_BYTES], longest[SENTENCES_SHARE_BYTES];
	char size[HUMAN_BYTES], rate[HUMAN_BYTES], srtt[HUMAN_BYTES];
	__u32 median;

	if (!sentences__matters(flow, us))
		return;
	median = quantiles__at(&flow->srtt, 500);
	sentences__add(
		sentences, flow, us,
		"The peer's window was full for %s, the longest wait %s: %s at a round-trip time "
		"of %s allow %s/s. %s",
		sentences__share(share, flow, us),
		sentences__longest(longest, flow, us, &flow->evidence.send[SEND_receive_window]),
		human__size(size, flow->evidence.peer_window), human__time(srtt, median),
		rate_text(rate, flow->evidence.peer_window, median),
		ledger__send_us(&flow->ledger, SEND_zero_window)
			? "It closed at times: the application there reads late."
			: "A larger receive buffer there (SO_RCVBUF, net.ipv4.tcp_rmem) or a "
			  "faster reader helps.");
}

static void find_zero_window(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 us = ledger__send_us(&flow->ledger, SEND_zero_window);
	__u32 count = flow->events.list.count[EVENT_zero_window];
	char share[SENTENCES_SHARE_BYTES], longest[SENTENCES_SHARE_BYTES];

	if (!sentences__matters(flow, us))
		return;
	sentences__add(sentences, flow, us,
		       "The peer's window was closed %u time%s for %s, the longest wait %s: the "
		       "application there does not read.",
		       count, plural__ending(count), sentences__share(share, flow, us),
		       sentences__longest(longest, flow, us,
					  &flow->evidence.send[SEND_zero_window]));
}

/* A window that is full while the round-trip time has grown fills a queue. */
static bool fills_queue(const struct flow_analysis *flow, __u64 us)
{
	return 2 * flow->evidence.queue_us > us;
}

static void find_queue(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 us = flow->evidence.queue_us;
	char share[SENTENCES_SHARE_BYTES], least[HUMAN_BYTES], most[HUMAN_BYTES];

	if (!sentences__matters(flow, us))
		return;
	sentences__add(
		sentences, flow, us,
		"A queue on the path was full of this connection's packets (bufferbloat) for "
		"%s: srtt rose from %s to %s while the window was full. fq_codel or cake at the "
		"bottleneck, or a congestion control such as bbr, keeps it short.",
		sentences__share(share, flow, us), human__time(least, flow->srtt.least),
		human__time(most, flow->srtt.greatest));
}

static void find_cwnd(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 slow_us = ledger__send_us(&flow->ledger, SEND_slow_start);
	__u64 us = slow_us + ledger__send_us(&flow->ledger, SEND_avoidance);
	__u32 undone = flow->events.list.count[EVENT_undo];
	__u32 losses = flow->recoveries + flow->events.list.count[EVENT_timeout];
	char share[SENTENCES_SHARE_BYTES], size[HUMAN_BYTES], rate[HUMAN_BYTES];
	__u32 median;

	if (!sentences__matters(flow, us) || fills_queue(flow, us) ||
	    2 * window_falls__us(&flow->events.falls) > us)
		return;
	losses -= undone < losses ? undone : losses;
	median = quantiles__at(&flow->cwnd, 500);
	sentences__share(share, flow, us);
	human__size(size, median);
	rate_text(rate, median, quantiles__at(&flow->srtt, 500));
	if (losses)
		sentences__add(
			sentences, flow, us,
			"The congestion window was full for %s: %u loss event%s kept it at a median of "
			"%s, which allows %s/s. A path with less loss helps, or a congestion control "
			"that yields less to it.",
			share, losses, plural__ending(losses), size, rate);
	else if (2 * slow_us > us)
		sentences__add(sentences, flow, us,
			       "The congestion window was full for %s, in slow start: what is sent "
			       "ends before it is large. A connection that is kept, or a larger "
			       "initcwnd of the route, helps.",
			       share);
	else
		sentences__add(
			sentences, flow, us,
			"The congestion window was full for %s: a median of %s, which allows "
			"%s/s, without a loss that the log shows. It grows with time.",
			share, size, rate);
}

static void find_pacing(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 us = ledger__send_us(&flow->ledger, SEND_pacing);
	char share[SENTENCES_SHARE_BYTES], rate[HUMAN_BYTES];

	if (!sentences__matters(flow, us))
		return;
	sentences__add(
		sentences, flow, us,
		"Pacing held data back for %s, at %s/s at last: the congestion control %s, or "
		"SO_MAX_PACING_RATE of the application, sets that rate.",
		sentences__share(share, flow, us), human__size(rate, flow->evidence.pacing_rate),
		flow->cc);
}

static void find_small_segments(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 us = ledger__send_us(&flow->ledger, SEND_small_segment);
	char share[SENTENCES_SHARE_BYTES], longest[SENTENCES_SHARE_BYTES];

	if (!sentences__matters(flow, us))
		return;
	sentences__add(
		sentences, flow, us,
		"Small writes waited %s for the ACK of what was sent before, the longest %s: "
		"Nagle's rule meets a delayed ACK. TCP_NODELAY, or one write of all, helps.",
		sentences__share(share, flow, us),
		sentences__longest(longest, flow, us, &flow->evidence.send[SEND_small_segment]));
}

static void find_unknown(struct sentences *sentences, const struct flow_analysis *flow)
{
	__u64 us = ledger__send_us(&flow->ledger, SEND_unknown);
	const struct longest *part = &flow->evidence.send[SEND_unknown];
	char share[SENTENCES_SHARE_BYTES], longest[SENTENCES_SHARE_BYTES];

	if (!sentences__matters(flow, us))
		return;
	sentences__share(share, flow, us);
	if (2 * flow->ledger.gap_us > us && part->us >= SENDER_STANDSTILL_US)
		sentences__add(sentences, flow, us,
			       "What limited %s is not known, the longest part %s: packets of it "
			       "have no line, or the host slept or its clock was set.",
			       share, sentences__longest(longest, flow, us, part));
	else if (2 * flow->ledger.gap_us > us)
		sentences__add(sentences, flow, us,
			       "What limited %s is not known: packets of it have no line.", share);
	else if (flow->ledger.lacking & PART_RATE)
		sentences__add(
			sentences, flow, us,
			"Data waited %s with room in both windows: pacing or this host's queue, "
			"which --fields +rate tells apart.",
			share);
	else if (flow->ledger.lacking)
		sentences__add(sentences, flow, us,
			       "What limited %s is not known: columns that decide are missing.",
			       share);
	else
		sentences__add(
			sentences, flow, us,
			"Data waited %s with room in both windows and without pacing: this host "
			"was busy, or the queue of its interface was full.",
			share);
}

void verdict_sender__find(struct sentences *sentences, const struct flow_analysis *flow)
{
	find_application(sentences, flow);
	find_send_buffer(sentences, flow);
	find_receive_window(sentences, flow);
	find_zero_window(sentences, flow);
	find_queue(sentences, flow);
	find_cwnd(sentences, flow);
	find_pacing(sentences, flow);
	find_small_segments(sentences, flow);
	find_unknown(sentences, flow);
}
