/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What every packet hook does. While tracing is on, every packet that a hook sees adds to
 * exactly one of the outcomes up to SIFTR_RECORDS; one that is coalesced in the backlog adds to
 * SIFTR_COALESCED only, or to none if its port does not match. Read from the bottom: select,
 * sample, emit.
 */
#ifndef SIFTR_TRACE_BPF_H
#define SIFTR_TRACE_BPF_H

#include "emit.bpf.h"
#include "flow_state.bpf.h"
#include "rest.bpf.h"
#include "ring.bpf.h"
#include "sampling.bpf.h"
#include "select.bpf.h"

static __noinline __attribute__((unused)) int skip_state(struct sock *sk, struct sk_buff *skb,
							 __u32 direction)
{
	__u32 cpu = bpf_get_smp_processor_id();

	if (is_late_packet(skb, direction, READ(sk, __sk_common.skc_state)))
		count_outcome(cpu, direction, SIFTR_SKIPPED_LATE);
	else
		count_outcome(cpu, direction, SIFTR_SKIPPED_STATE);
	wake_on_skip();
	if (live.ppl != 1)
		end_flow(sk);
	return 0;
}

/*
 * Deals with a packet of a socket that lacks a port, see match_port(). Such a socket is in no state
 * that is logged.
 */
static __noinline __attribute__((unused)) int
skip_unknown_port(struct sock *sk, struct sk_buff *skb, __u32 direction)
{
	if (direction == SIFTR_IN ? skb_ports_match(TYPED(skb, struct sk_buff))
				  : released_ports_match(sk))
		return skip_state(sk, skb, direction);
	count_outcome(bpf_get_smp_processor_id(), direction, SIFTR_FILTERED_PORT);
	return 0;
}

static __noinline __attribute__((unused)) int count_lost_flow(struct sock *sk, __u32 direction)
{
	__u32 cpu = bpf_get_smp_processor_id();

	if (flow_loss_reason(sk) == SIFTR_LOST_FLOW_FULL)
		count_outcome(cpu, direction, SIFTR_LOST_FLOW_FULL);
	else
		count_outcome(cpu, direction, SIFTR_LOST_FLOW);
	return 0;
}

/* Whether the log's format has lines for this direction: tcp_probe has none for sent packets. */
static __always_inline bool is_logged_direction(__u32 direction)
{
	return direction == SIFTR_IN || !load_config.inbound_only;
}

/*
 * Makes a record of a packet whose flow state is `flow`, unless sampling leaves the packet out.
 * `known_state`: the state of all sockets at this hook, 0 if they may be in different states.
 */
static __always_inline void log_flow(struct sock *sk, struct sk_buff *skb, __u32 direction,
				     __u8 known_state, __u8 state, struct siftr_flow_state *flow)
{
	if (live.ppl != 1) {
		if (first_sampler()) {
			if (direction == SIFTR_IN)
				sample_in(sk, skb, flow, state);
			else
				sample_out(sk, skb, flow, state);
			return;
		}
		if (!flow_is_due(flow)) {
			skip_sampled(sk, direction, flow);
			return;
		}
	}
	if (known_state == TCP_ESTABLISHED)
		emit_established(sk, skb, flow);
	else if (direction == SIFTR_IN)
		emit_in(sk, skb, state, flow);
	else
		emit_out(sk, skb, state, flow);
}

/*
 * Logs a packet of a flow that is new or has no slot. Not inlined, so that packets of flows with a
 * slot use no register that the program has to save.
 */
static __noinline __attribute__((unused)) int log_without_slot(struct sock *sk, struct sk_buff *skb,
							       __u32 direction, __u32 state)
{
	struct siftr_flow_state *flow = flow_get_slowpath(sk);

	if (!flow) {
		count_lost_flow(sk, direction);
		wake_on_skip();
	} else if (direction == SIFTR_IN) {
		log_flow(sk, skb, SIFTR_IN, 0, state, flow);
	} else {
		log_flow(sk, skb, SIFTR_OUT, 0, state, flow);
	}
	return 0;
}

static __always_inline void log_packet(struct sock *sk, struct sk_buff *skb, __u32 direction,
				       __u8 known_state, __u8 state)
{
	struct siftr_flow_slot *slot = slot_of(sk);

	if (slot->sk == (__u64)sk)
		log_flow(sk, skb, direction, known_state, state, &slot->flow);
	else
		log_without_slot(sk, skb, direction, state);
}

/* The packet hooks, with the same numbers as in enum hook_index of src/capture/hooks.h. */
enum packet_hook {
	RCV_ESTABLISHED,
	RCV_STATE_PROCESS,
	TRANSMIT_SKB,
	QUEUE_XMIT_V4,
	QUEUE_XMIT_V6,
};

/* Whether the port filter refuses the packet, which is counted. */
static __always_inline bool filter_by_port(void *ctx, struct sock *sk, __u32 direction, bool second)
{
	enum port_match match = match_used_ports(sk);

	if (match == PORT_MATCHES)
		return 0;
	if (match == PORT_DIFFERS)
		count_outcome(current_cpu(), direction, SIFTR_FILTERED_PORT);
	else
		skip_unknown_port(sk, hook_skb(ctx, second), direction);
	return 1;
}

/*
 * Whether the filters of single packets refuse the packet, which is counted. The set of filters is
 * loaded once and compared as a whole first: the verifier removes comparisons with constants, but
 * neither loads nor masks. So a run without filters pays for the load alone.
 */
static __always_inline bool filter_packet(void *ctx, struct sock *sk, __u32 direction, bool second)
{
	__u32 filters = load_config.filters;

	if (!filters)
		return 0;
	if (filters == SIFTR_FILTER_PORT)
		return filter_by_port(ctx, sk, direction, second);
	if (direction_is_refused(direction)) {
		count_outcome(current_cpu(), direction, SIFTR_FILTERED_DIRECTION);
		return 1;
	}
	return filters_by(SIFTR_FILTER_PORT) && filter_by_port(ctx, sk, direction, second);
}

/*
 * What every packet hook does while is_on(), which its callers check: filter by direction
 * and port, filter by state, sample, emit; the cheapest test comes first. `second`: this is not the
 * hook's first program, but a fentry program behind it.
 */
static __always_inline int trace_packet(void *ctx, struct sock *sk, enum packet_hook hook,
					bool second)
{
	__u32 direction = hook < TRANSMIT_SKB ? SIFTR_IN : SIFTR_OUT;
	/* The kernel calls tcp_rcv_established() only for sockets in TCP_ESTABLISHED. */
	__u8 known_state = hook == RCV_ESTABLISHED ? TCP_ESTABLISHED : 0, state = known_state;

	if (filter_packet(ctx, sk, direction, second))
		return 0;
	if (!known_state)
		state = READ(sk, __sk_common.skc_state);
	if (!is_logged_state(state))
		skip_state(sk, hook_skb(ctx, second), direction);
	else if (!is_logged_direction(direction))
		count_outcome(current_cpu(), direction, SIFTR_FILTERED_DIRECTION);
	else
		log_packet(sk, hook_skb(ctx, second), direction, known_state, state);
	return 0;
}

#endif
