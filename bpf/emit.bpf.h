/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Makes the record of a packet, or of a flow alone, and submits it to the ring of this CPU. Some
 * functions are called only by files that include this one: they are marked unused, so that an
 * editor which reads this file alone does not warn.
 */
#ifndef SIFTR_EMIT_BPF_H
#define SIFTR_EMIT_BPF_H

#include "capture.bpf.h"
#include "flow_state.bpf.h"
#include "groups.bpf.h"
#include "ring.bpf.h"

/*
 * Announces the flow: submits a record of the given kind with the flow's key and number, so that
 * the records of its packets need only the number. The announcement sorts before all of these,
 * whichever rings they are in: the socket is locked, so they are made later, and the announcement's
 * time is set back by more than the clocks of two CPUs may differ. Returns whether it was
 * submitted.
 */
static __noinline int announce_flow(struct sock *sk, struct siftr_flow_state *flow, __u32 isn,
				    __u32 kind, __u32 direction)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct siftr_record *record = reserve_announcement(cpu);

	if (!record)
		return 0;
	count_outcome(cpu, direction, SIFTR_FLOWS);
	stamp_record(record, direction, kind);
	record->time_ns -= SIFTR_ANNOUNCED_NS;
	flow->number = record->flow;
	capture_flow(&record->key, sk, isn);
	flow->isn = isn;
	flow->file = live.file;
	submit_record(record);
	return 1;
}

/*
 * Makes a record of the packet and submits it to the ring, or counts why that did not work.
 * `answer`: the packet is not `skb`, but the reset that answers it. `groups`: the record also gets
 * the groups of fields that were asked for. Without a record flow->file is 0: without its line the
 * flow is not listed, so it is announced again.
 */
static __always_inline int make_record(struct sock *sk, struct sk_buff *skb, __u32 direction,
				       __u8 state, struct siftr_flow_state *flow, bool answer,
				       bool groups)
{
	struct tcp_sock *tp = tcp_sock(sk);
	struct siftr_record *record;
	__u32 snd_una, isn;

	if (!tp) {
		count_outcome(current_cpu(), direction, SIFTR_SKIPPED_SOCK);
		wake_on_skip();
		return 0;
	}
	snd_una = READ(tp, snd_una);
	isn = flow_isn(tp, snd_una);
	if ((flow->file != live.file || flow->isn != isn) &&
	    !announce_flow(sk, flow, isn, SIFTR_KIND_FLOW, direction)) {
		flow->file = 0;
		count_outcome(current_cpu(), direction, SIFTR_LOST_RING);
		return 0;
	}
	record = reserve_counted(current_cpu(), direction);
	if (!record) {
		flow->file = 0;
		count_outcome(current_cpu(), direction, SIFTR_LOST_RING);
		return 0;
	}
	stamp_record(record, direction, SIFTR_KIND_LINE);
	record->flow = flow->number;
	skb = TYPED(skb, struct sk_buff);
	capture_fields(record, tp, skb, direction, state, snd_una);
	if (answer)
		record->end_seq = record->snd_nxt;
	if (groups)
		capture_groups(record, sk, tp, skb, direction, state, answer, isn,
			       siftr_flow_rest(flow));
	submit_record(record);
	return 0;
}

#define EMIT_ANSWER 0x100 /* a bit added to a state: the packet is the reset that answers `skb` */

/* Not inlined, so that making a record without groups needs no registers for those with groups. */
static __noinline int emit_with_groups(struct sock *sk, struct sk_buff *skb, __u32 direction,
				       __u32 state, struct siftr_flow_state *flow)
{
	return make_record(sk, skb, direction, state, flow, state & EMIT_ANSWER, 1);
}

static __always_inline int emit_packet(struct sock *sk, struct sk_buff *skb, __u32 direction,
				       __u8 state, struct siftr_flow_state *flow, bool answer)
{
	if (__builtin_expect(load_config.groups, 0))
		return emit_with_groups(sk, skb, direction, answer ? state | EMIT_ANSWER : state,
					flow);
	return make_record(sk, skb, direction, state, flow, answer, 0);
}

/*
 * Emits an inbound packet. A function of its own, not inlined, so that the registers it needs are
 * saved only for packets that are selected: packets that the filter rejects stay cheap.
 */
static __noinline __attribute__((unused)) int emit_in(struct sock *sk, struct sk_buff *skb,
						      __u32 state, struct siftr_flow_state *flow)
{
	return emit_packet(sk, skb, SIFTR_IN, state, flow, 0);
}

/*
 * Like emit_in(), for a socket in ESTABLISHED: the compiler leaves out the code for other states.
 */
static __noinline __attribute__((unused)) int emit_established(struct sock *sk, struct sk_buff *skb,
							       struct siftr_flow_state *flow)
{
	return emit_packet(sk, skb, SIFTR_IN, TCP_ESTABLISHED, flow, 0);
}

static __noinline __attribute__((unused)) int emit_out(struct sock *sk, struct sk_buff *skb,
						       __u32 state, struct siftr_flow_state *flow)
{
	return emit_packet(sk, skb, SIFTR_OUT, state, flow, 0);
}

/*
 * Emits the reset that answers `skb`. The reset adds nothing to what is in flight, and its sequence
 * number is one that the peer expects, not one of this end (RFC 9293, 3.10.7). So the record's
 * end_seq is snd_nxt.
 */
static __noinline __attribute__((unused)) int emit_reset(struct sock *sk, struct sk_buff *skb,
							 __u32 state, struct siftr_flow_state *flow)
{
	return emit_packet(sk, skb, SIFTR_OUT, state, flow, 1);
}

/*
 * Announces a flow that the current log file does not have yet, so that the flow list in its footer
 * also has flows of which no packet was logged.
 */
static __noinline __attribute__((unused)) int list_flow(struct sock *sk, __u32 direction,
							struct siftr_flow_state *flow)
{
	struct tcp_sock *tp = tcp_sock(sk);

	if (tp)
		announce_flow(sk, flow, flow_isn(tp, READ(tp, snd_una)), SIFTR_KIND_LISTED,
			      direction);
	return 0;
}

#endif
