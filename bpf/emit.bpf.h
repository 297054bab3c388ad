/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Makes the record of a packet, or of a flow alone, and submits it to the ring of this CPU. Callers
 * are in siftr.bpf.c: a function marked unused has none where an editor reads this file alone.
 */
#ifndef SIFTR_EMIT_BPF_H
#define SIFTR_EMIT_BPF_H

#include "capture.bpf.h"
#include "groups.bpf.h"
#include "ring.bpf.h"

/*
 * Makes a record of the packet and submits it to the ring. Returns whether that worked; if not,
 * counts why. `answer`: the packet is not `skb`, but the reset that answers it. `groups`: with the
 * groups that were asked for.
 */
static __always_inline bool make_record(struct sock *sk, struct sk_buff *skb, __u32 direction,
					__u8 state, bool answer, bool groups)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct tcp_sock *tp = tcp_sock(sk);
	struct siftr_record *record;

	if (!tp) {
		count_outcome(cpu, direction, SIFTR_SKIPPED_SOCK);
		wake_on_skip();
		return 0;
	}
	record = reserve_record(cpu);
	if (!record) {
		count_outcome(cpu, direction, SIFTR_LOST_RING);
		return 0;
	}
	count_outcome(cpu, direction, SIFTR_RECORDS);
	stamp_record(record, direction, SIFTR_KIND_LINE);
	capture_fields(record, sk, tp, skb, direction, state);
	if (answer)
		record->end_seq = record->snd_nxt;
	capture_flow(&record->flow, sk, tp, record->snd_una);
	if (groups)
		capture_groups(record, sk, tp, skb, direction, state, answer);
	submit_record(record);
	return 1;
}

/* A function of its own, so that records without groups need no registers for it. */
static __noinline bool emit_with_groups(struct sock *sk, struct sk_buff *skb, __u32 direction,
					__u32 state, bool answer)
{
	return make_record(sk, skb, direction, state, answer, 1);
}

static __always_inline bool emit_packet(struct sock *sk, struct sk_buff *skb, __u32 direction,
					__u8 state, bool answer)
{
	if (load_config.groups)
		return emit_with_groups(sk, skb, direction, state, answer);
	return make_record(sk, skb, direction, state, answer, 0);
}

/*
 * Emits an inbound packet. A function of its own, not inlined, so that the registers it needs are
 * saved only for packets that are selected: packets that the filter rejects stay cheap.
 */
static __noinline int emit_in(struct sock *sk, struct sk_buff *skb, __u32 state)
{
	return emit_packet(sk, skb, SIFTR_IN, state, 0);
}

static __noinline int emit_out(struct sock *sk, struct sk_buff *skb, __u32 state)
{
	return emit_packet(sk, skb, SIFTR_OUT, state, 0);
}

static __noinline __attribute__((unused)) int
emit_sampled(struct sock *sk, struct sk_buff *skb, __u32 direction, struct siftr_flow_state *flow)
{
	__u8 state = READ(sk, __sk_common.skc_state);
	bool emitted = direction == SIFTR_IN ? emit_in(sk, skb, state) : emit_out(sk, skb, state);

	if (emitted)
		flow->last_file = live.file;
	return 0;
}

/*
 * Emits the key alone, once per log file, so that the flow list in the footer also has flows of
 * which no packet was logged.
 */
static __noinline __attribute__((unused)) int emit_flow(struct sock *sk, __u32 direction,
							struct siftr_flow_state *flow)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct tcp_sock *tp = tcp_sock(sk);
	struct siftr_record *record;

	if (!tp)
		return 0;
	record = reserve_record(cpu);
	if (!record)
		return 0;
	count_outcome(cpu, direction, SIFTR_FLOWS);
	stamp_record(record, direction, SIFTR_KIND_FLOW);
	capture_flow(&record->flow, sk, tp, READ(tp, snd_una));
	flow->last_file = live.file;
	submit_record(record);
	return 0;
}

#endif
