/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What becomes of a packet that no filter refuses: sampling decides whether it becomes a line.
 * Which samplers are on is constant once loaded, so that each program has one of these ways only.
 */
#ifndef SIFTR_SELECTED_BPF_H
#define SIFTR_SELECTED_BPF_H

#include "emit.bpf.h"
#include "flow_state.bpf.h"
#include "hooked.bpf.h"
#include "sampling.bpf.h"
#include "sampling_path.bpf.h"

/*
 * Makes a record of a packet that neither a filter nor sampling leaves out. `known_state`: the
 * state of all sockets at this hook, 0 if they may be in different states.
 */
static __always_inline void emit_selected(struct sock *sk, struct sk_buff *skb, __u32 direction,
					  __u8 known_state, __u8 state,
					  struct siftr_flow_state *flow)
{
	if (known_state == TCP_ESTABLISHED)
		emit_established(sk, skb, flow);
	else if (direction == SIFTR_IN)
		emit_in(sk, skb, state, flow);
	else
		emit_out(sk, skb, state, flow);
}

static __always_inline void log_selected(struct sock *sk, struct sk_buff *skb, __u32 direction,
					 __u8 state, struct siftr_flow_state *flow)
{
	if (live.ppl == 1)
		emit_selected(sk, skb, direction, 0, state, flow);
	else if (first_sampler() && direction == SIFTR_IN)
		sample_in(sk, skb, flow, state);
	else if (first_sampler())
		sample_out(sk, skb, flow, state);
	else if (flow_is_due(flow))
		emit_selected(sk, skb, direction, 0, state, flow);
	else
		skip_sampled(sk, direction, flow);
}

/* The same for a packet hook's own function. `path`: load_config.sampling.path. */
static __always_inline void log_selected_at(struct hooked *packet, __u32 direction, __u32 path)
{
	if (path) {
		log_by_path(packet, direction, path);
	} else if (live.ppl == 1) {
		emit_selected(packet->sk, hooked_skb(packet), direction, packet->known_state,
			      hooked_state(packet), packet->flow);
	} else if (flow_is_due(packet->flow)) {
		emit_selected(packet->sk, hooked_skb(packet), direction, packet->known_state,
			      hooked_state(packet), packet->flow);
	} else if (!hold_packet(packet->flow, direction)) {
		finish_skip_at(packet, packet->ctx, direction);
	}
}

#endif
