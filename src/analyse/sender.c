// SPDX-License-Identifier: BSD-2-Clause
/*
 * The rules of the sender's ledger, of which the first that holds counts. A row has the state
 * before its packet, but an outbound one counts the packet itself as sent; so what was still to be
 * sent until then is what the row before left unsent.
 */
#include "analyse/sender.h"

#include "convert/tcp_constants.h"

/* chrono_type while data waits for the peer's window, and an application for the send buffer. */
#define CHRONO_RWND_LIMITED   2
#define CHRONO_SNDBUF_LIMITED 3

/*
 * The part of a window that TCP leaves unused while it waits until more can be sent at once:
 * net.ipv4.tcp_tso_win_divisor.
 */
#define TSO_WINDOW_DIVISOR 3

#define STANDSTILL_RTOS 8

/*
 * Sent segments are counted as they are sent. Received ones may wait in the socket's backlog once
 * they are counted: unseen_segments.h.
 */
bool sender__has_gap(const struct flow_state *before, const struct flow_state *now)
{
	if (!flow_state__has(before, PART_ORDER) || !flow_state__has(now, PART_ORDER))
		return false;
	return now->segs_out - before->segs_out != (before->outbound ? before->segs : 0);
}

/*
 * Of columns alone a timeout shows in the congestion window of one segment with which the packet is
 * sent, and in the silence before it if the window was that small already.
 */
static bool looks_timed_out(const struct flow_state *before, const struct flow_state *now)
{
	__u64 silence = now->time_us - before->time_us;

	if (!flow_state__has(now, PART_QUEUE | PART_CWND | PART_RTO) || !now->inflight ||
	    now->cwnd > now->mss)
		return false;
	if (before->outbound && now->inflight > before->inflight)
		return false;
	return before->cwnd > now->cwnd || silence >= before->rto - before->rto / 8;
}

bool sender__timed_out(const struct flow_state *before, const struct flow_state *now)
{
	if (!now->outbound)
		return false;
	if (flow_state__has(before, PART_LOSS) && flow_state__has(now, PART_LOSS))
		return now->retransmits > before->retransmits;
	return looks_timed_out(before, now);
}

/*
 * What is sent again in neither a recovery nor by a timeout is a tail loss probe. One that takes
 * new data along shows only in the row after it: see ledger.c.
 */
static bool is_repeating_probe(const struct flow_state *now)
{
	return now->is_retransmit && flow_state__has(now, PART_LOSS) && !flow_state__recovers(now);
}

bool sender__progressed(const struct flow_state *before, const struct flow_state *now)
{
	if (flow_state__has(before, PART_ACKED) && flow_state__has(now, PART_ACKED))
		return now->acked != before->acked;
	if (!now->outbound)
		return now->inflight < before->inflight;
	return !before->outbound || now->inflight != before->inflight;
}

/* Whether data was in flight from one row to the other. */
static bool has_inflight(const struct flow_state *before, const struct flow_state *now)
{
	if (!now->outbound)
		return now->inflight;
	if (before->outbound)
		return before->inflight;
	return flow_state__has(now, PART_PAYLOAD) && now->inflight > now->payload;
}

/*
 * A timeout that finds its packet in a queue of this host sends nothing and has no line, but
 * doubles the RTO. A window of less than a segment is probed, by FreeBSD with a byte in flight.
 */
bool sender__stood_still(const struct flow_state *before, const struct flow_state *now)
{
	__u64 silence = now->time_us > before->time_us ? now->time_us - before->time_us : 0;
	__u64 rto = now->rto > before->rto ? now->rto : before->rto;

	if (silence < SENDER_STANDSTILL_US || silence < STANDSTILL_RTOS * rto)
		return false;
	return flow_state__has(now, PART_QUEUE | PART_WINDOW | PART_RTO) &&
	       flow_state__has(before, PART_QUEUE | PART_RTO) && rto && now->snd_wnd >= now->mss &&
	       has_inflight(before, now) && !sender__timed_out(before, now);
}

static enum send_limit cwnd_limit(const struct flow_state *now)
{
	return now->cwnd < now->ssthresh ? SEND_slow_start : SEND_avoidance;
}

static __u32 room_in(__u32 window, const struct flow_state *now)
{
	return window > now->inflight ? window - now->inflight : 0;
}

/* Whether the congestion window has no room at all. Bytes are less exact than segments. */
static bool is_cwnd_full(const struct flow_state *now)
{
	if (flow_state__has(now, PART_PIPE))
		return now->pipe >= now->cwnd_segs;
	return room_in(now->cwnd, now) < now->mss;
}

/* Whether the congestion window holds back data. */
static bool is_cwnd_limited(const struct flow_state *now)
{
	__u32 room = room_in(now->cwnd, now);

	if (is_cwnd_full(now))
		return true;
	if (flow_state__has(now, PART_RATE) && !now->is_cwnd_limited)
		return false;
	return room < now->mss || room < now->cwnd / TSO_WINDOW_DIVISOR;
}

/*
 * Whether the peer's window holds back data, as the bytes show it: the congestion window has room,
 * and the peer's has none for a segment, or so little that TCP waits for more.
 */
static bool is_window_full(const struct flow_state *before, const struct flow_state *now)
{
	__u32 window = now->snd_wnd < now->cwnd ? now->snd_wnd : now->cwnd;
	__u32 room = room_in(now->snd_wnd, now);

	/* A full window that is filled up after a wait was probed, or too small for a segment. */
	if (now->outbound)
		return room < now->mss && now->time_us - before->time_us >= SENDER_BURST_US;
	if (is_cwnd_full(now))
		return false;
	return room < now->mss || (room <= room_in(now->cwnd, now) && room < now->unsent &&
				   room < window / TSO_WINDOW_DIVISOR);
}

bool sender__waits_for_window(const struct flow_state *before, const struct flow_state *now)
{
	if (flow_state__has(now, PART_RATE))
		return now->chrono_type == CHRONO_RWND_LIMITED;
	if (!flow_state__has(now, PART_QUEUE | PART_WINDOW | PART_CWND))
		return false;
	return (now->outbound ? before->unsent : now->unsent) && is_window_full(before, now);
}

bool sender__waits_for_buffer(const struct flow_state *now)
{
	return flow_state__has(now, PART_RATE) && now->chrono_type == CHRONO_SNDBUF_LIMITED;
}

/* Whether less than a segment is held back until what is in flight is acknowledged. */
static bool is_small_segment(const struct flow_state *now)
{
	return flow_state__has(now, PART_FLAGS) && now->inflight && now->unsent < now->mss &&
	       (now->flags & TF_NOPUSH || !(now->flags & TF_NODELAY));
}

/* The limit when data waits and neither window is known to hold it back. */
static struct sender_limit limit_with_room(const struct flow_state *before,
					   const struct flow_state *now, enum send_limit previous)
{
	bool was_held = previous != SEND_unknown && previous != SEND_rto_wait &&
			previous != SEND_probe_wait && previous != SEND_idle;

	if (flow_state__has(now, PART_RATE) && now->pacing_status)
		return (struct sender_limit){SEND_pacing, 0};
	if (!now->outbound && is_small_segment(now))
		return (struct sender_limit){SEND_small_segment, 0};
	if (was_held && now->time_us - before->time_us < SENDER_BURST_US)
		return (struct sender_limit){previous, 0};
	if (is_window_full(before, now))
		return (struct sender_limit){SEND_receive_window, 0};
	return (struct sender_limit){SEND_unknown, flow_state__has(now, PART_RATE) ? 0 : PART_RATE};
}

/* The limit while data waits to be sent. */
static struct sender_limit limit_of_waiting(const struct flow_state *before,
					    const struct flow_state *now, enum send_limit previous)
{
	if (!flow_state__has(now, PART_WINDOW))
		return (struct sender_limit){SEND_unknown, PART_WINDOW};
	if (!now->snd_wnd)
		return (struct sender_limit){SEND_zero_window, 0};
	if (flow_state__recovers(now))
		return (struct sender_limit){SEND_recovery, 0};
	if (!flow_state__has(now, PART_CWND))
		return (struct sender_limit){SEND_unknown, PART_CWND};
	if (sender__waits_for_window(before, now))
		return (struct sender_limit){SEND_receive_window, 0};
	/* A packet that is sent has found room. */
	if (now->outbound)
		return limit_with_room(before, now, previous);
	if (is_cwnd_limited(now))
		return (struct sender_limit){cwnd_limit(now), 0};
	return limit_with_room(before, now, previous);
}

/*
 * Bytes in flight until the packet of `now`. What an outbound packet adds is known from its
 * payload, or from the row before; else a segment is assumed.
 */
static __u32 inflight_until(const struct flow_state *before, const struct flow_state *now)
{
	__u32 added = now->mss;

	if (!now->outbound || now->is_retransmit)
		return now->inflight;
	if (before->outbound && before->inflight <= now->inflight)
		return before->inflight;
	if (flow_state__has(now, PART_PAYLOAD))
		added = now->payload;
	return now->inflight > added ? now->inflight - added : 0;
}

/* The limit while nothing waits to be sent. */
static struct sender_limit limit_of_sent(const struct flow_state *before,
					 const struct flow_state *now)
{
	if (flow_state__recovers(now))
		return (struct sender_limit){SEND_recovery, 0};
	if (flow_state__has(before, PART_FLAGS) && before->flags & TF_SENTFIN)
		return (struct sender_limit){SEND_closing, 0};
	if (sender__waits_for_buffer(now))
		return (struct sender_limit){SEND_send_buffer, 0};
	if (inflight_until(before, now))
		return (struct sender_limit){SEND_application,
					     flow_state__has(now, PART_RATE) ? 0 : PART_RATE};
	return (struct sender_limit){SEND_idle, 0};
}

struct sender_limit sender__limit(const struct flow_state *before, const struct flow_state *now,
				  enum send_limit previous)
{
	__u32 unsent = now->outbound ? before->unsent : now->unsent;

	if (sender__has_gap(before, now))
		return (struct sender_limit){SEND_unknown, 0};
	if (sender__timed_out(before, now))
		return (struct sender_limit){SEND_rto_wait, 0};
	if (is_repeating_probe(now))
		return (struct sender_limit){SEND_probe_wait, 0};
	if (!flow_state__has(before, PART_QUEUE) || !flow_state__has(now, PART_QUEUE))
		return (struct sender_limit){SEND_unknown, PART_QUEUE};
	return unsent ? limit_of_waiting(before, now, previous) : limit_of_sent(before, now);
}
