/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What every packet hook does. While tracing is on, every packet that a hook sees adds to
 * exactly one of the outcomes up to SIFTR_RECORDS; one that is coalesced in the backlog adds to
 * SIFTR_COALESCED only, or to none if a filter refuses it. Read from the bottom: select,
 * sample, emit.
 */
#ifndef SIFTR_TRACE_BPF_H
#define SIFTR_TRACE_BPF_H

#include "emit.bpf.h"
#include "flow_filter.bpf.h"
#include "flow_state.bpf.h"
#include "refusal.bpf.h"
#include "rest.bpf.h"
#include "ring.bpf.h"
#include "selected.bpf.h"
#include "select.bpf.h"

/* Counts a packet of a socket that is in no logged state, unless `refusal` is not SELECTED. */
static __always_inline void count_skipped(struct sock *sk, struct sk_buff *skb, __u32 direction,
					  __u32 refusal)
{
	__u32 cpu = bpf_get_smp_processor_id();

	if (refusal != SELECTED) {
		count_refusal_of_cpu(cpu, direction, refusal);
		return;
	}
	if (is_late_packet(skb, direction, READ(sk, __sk_common.skc_state)))
		count_outcome(cpu, direction, SIFTR_SKIPPED_LATE);
	else
		count_outcome(cpu, direction, SIFTR_SKIPPED_STATE);
	wake_on_skip();
}

/* The filters of flows, for a packet of a socket that is in no logged state. */
static __always_inline __u32 skipped_refusal(struct sock *sk, struct sk_buff *skb, __u32 direction)
{
	if (!SIFTR_FILTERS_FLOWS(load_config.filters))
		return SELECTED;
	if (direction == SIFTR_IN && lacks_peer(sk))
		return skb_flow_refusal(sk, TYPED(skb, struct sk_buff));
	return flow_refusal(sk);
}

static __noinline __attribute__((unused)) int skip_state(struct sock *sk, struct sk_buff *skb,
							 __u32 direction)
{
	count_skipped(sk, skb, direction, skipped_refusal(sk, skb, direction));
	if (live.ppl != 1 || SIFTR_FILTERS_FLOWS(load_config.filters))
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
	__u32 cpu = bpf_get_smp_processor_id(), refusal;

	refusal = SIFTR_FILTERS_FLOWS(load_config.filters) ? flow_refusal(sk) : SELECTED;
	if (refusal != SELECTED)
		count_refusal_of_cpu(cpu, direction, refusal);
	else if (flow_loss_reason(sk) == SIFTR_LOST_FLOW_FULL)
		count_outcome(cpu, direction, SIFTR_LOST_FLOW_FULL);
	else
		count_outcome(cpu, direction, SIFTR_LOST_FLOW);
	return 0;
}

/* Whether the log's format has lines for sent packets: tcp_probe has none. */
static __always_inline bool logs_sent_packets(void)
{
	return load_config.flow_choice[SIFTR_OUT] != SIFTR_CHOICE_NONE;
}

/* The verdict of the filters of flows, which is decided if it is not remembered. */
static __always_inline __u32 verdict_of(struct sock *sk, struct siftr_flow_state *flow)
{
	__u32 verdict;

	if (!SIFTR_FILTERS_FLOWS(load_config.filters))
		return VERDICT(SELECTED);
	verdict = known_verdict(sk, flow, load_config.filters);
	return verdict != UNDECIDED ? verdict : decide_flow(sk, flow);
}

/* Logs a packet of a flow, unless the filters of flows or sampling leave it out. */
static __always_inline void log_flow(struct sock *sk, struct sk_buff *skb, __u32 direction,
				     __u32 state, struct siftr_flow_state *flow)
{
	__u32 verdict = verdict_of(sk, flow);

	if (verdict != VERDICT(SELECTED))
		count_refusal_of_cpu(current_cpu(), direction, verdict - 1);
	else if (direction == SIFTR_IN)
		log_selected(sk, skb, SIFTR_IN, state, flow);
	else
		log_selected(sk, skb, SIFTR_OUT, state, flow);
}

/*
 * Not inlined, as the next function, so that packets of flows that have a slot and are decided use
 * no register that the program has to save.
 */
static __noinline __attribute__((unused)) int log_undecided(struct sock *sk, struct sk_buff *skb,
							    __u32 direction, __u32 state,
							    struct siftr_flow_state *flow)
{
	log_flow(sk, skb, direction, state, flow);
	return 0;
}

/* Logs a packet of a flow that is new or has no slot. */
static __noinline __attribute__((unused)) int log_without_slot(struct sock *sk, struct sk_buff *skb,
							       __u32 direction, __u32 state)
{
	struct siftr_flow_state *flow = flow_get_slowpath(sk);

	if (flow) {
		log_flow(sk, skb, direction, state, flow);
	} else {
		count_lost_flow(sk, direction);
		wake_on_skip();
	}
	return 0;
}

/*
 * Logs a packet, unless the filters of flows or sampling leave it out. `choice`: what is left of
 * load_config.choice. What no filter refuses is logged in two places: with one, the verifier would
 * leave the comparison of `choice`, see trace_packet().
 */
static __always_inline void log_packet(struct hooked *packet, __u32 direction, __u32 choice)
{
	struct siftr_flow_slot *slot = slot_of(packet->sk);
	__u32 refusal;

	if (slot->sk != (__u64)packet->sk) {
		log_without_slot(packet->sk, hooked_skb(packet), direction, hooked_state(packet));
		return;
	}
	packet->flow = &slot->flow;
	if (choice < SIFTR_CHOICE(1, 0)) {
		log_selected_at(packet, direction, choice);
		return;
	}
	refusal = known_verdict_at(packet, choice / SIFTR_CHOICE(1, 0)) - VERDICT(0);
	if (refusal < SELECTED)
		count_refusal(packet->ctx, direction, refusal);
	else if (refusal == SELECTED)
		log_selected_at(packet, direction, load_config.sampling.path);
	else
		log_undecided(packet->sk, hooked_skb(packet), direction, hooked_state(packet),
			      packet->flow);
}

/* The packet hooks, with the same numbers as in enum hook_index of src/capture/hooks.h. */
enum packet_hook {
	RCV_ESTABLISHED,
	RCV_STATE_PROCESS,
	TRANSMIT_SKB = SIFTR_FIRST_SENDING_HOOK,
	QUEUE_XMIT_V4,
	QUEUE_XMIT_V6,
};

static __always_inline __u32 direction_of(enum packet_hook hook)
{
	return hook < SIFTR_FIRST_SENDING_HOOK ? SIFTR_IN : SIFTR_OUT;
}

/*
 * Whether the port filter refuses the packet, which is counted. An established socket has both
 * ports. That a socket differs rather than lacks a port is what is expected, so that the compiler
 * puts the end of counting where the function ends: a jump less for each packet.
 */
static __always_inline bool filter_by_port(void *ctx, struct sock *sk, enum packet_hook hook,
					   bool second)
{
	__u32 direction = direction_of(hook);
	enum port_match match = match_used_ports(sk);

	if (match == PORT_MATCHES)
		return 0;
	if (hook == RCV_ESTABLISHED || __builtin_expect(match == PORT_DIFFERS, 1))
		count_refusal(ctx, direction, SIFTR_FILTERED_PORT);
	else
		skip_unknown_port(sk, hook_skb(ctx, second), direction);
	return 1;
}

/* Whether those of `filters` that are of single packets refuse the packet, which is counted. */
static __always_inline bool filter_packet(void *ctx, struct sock *sk, enum packet_hook hook,
					  bool second, __u32 filters)
{
	__u32 direction = direction_of(hook);

	if (direction_is_refused(filters, direction)) {
		count_refusal(ctx, direction, SIFTR_FILTERED_DIRECTION);
		return 1;
	}
	return filters & SIFTR_FILTER_PORT && filter_by_port(ctx, sk, hook, second);
}

/*
 * What every packet hook does while is_on(), which its callers check: filter by direction
 * and port, filter by state, sample, emit; the cheapest test comes first. `second`: this is not the
 * hook's first program, but a fentry program behind it.
 *
 * load_config.choice is constant, but the verifier removes neither its load nor masks of it, and a
 * comparison only if one of the ways on from it can be reached from nowhere. Hence the order of
 * the comparisons here: a run without filters or with those of flows pays for the load alone, and
 * one that may change those of packets for a look at the switch in addition, while it has none: a
 * comparison with SIFTR_ON, so that it looks at them in vain once a hook has a program in front.
 */
static __always_inline int trace_packet(void *ctx, struct sock *sk, enum packet_hook hook,
					bool second)
{
	__u32 direction = direction_of(hook), choice = load_config.choice[direction];
	/* The kernel calls tcp_rcv_established() only for sockets in TCP_ESTABLISHED. */
	struct hooked packet = {.ctx = ctx,
				.sk = sk,
				.fentry = second,
				.known_state = hook == RCV_ESTABLISHED ? TCP_ESTABLISHED : 0};

	if (choice >= SIFTR_CHOICE(SIFTR_FILTER_SWITCHED, 0)) {
		if (live.on != SIFTR_ON &&
		    filter_packet(ctx, sk, hook, second, SIFTR_FILTER_PACKET))
			return 0;
		choice = load_config.flow_choice[direction]; /* it need not be kept meanwhile */
	} else if (choice >= SIFTR_CHOICE(SIFTR_FILTER_PORT + 1, 0)) {
		if (filter_packet(ctx, sk, hook, second, load_config.filters))
			return 0;
		choice = load_config.flow_choice[direction];
	} else if (choice >= SIFTR_CHOICE(SIFTR_FILTER_PORT, 0)) {
		if (filter_by_port(ctx, sk, hook, second))
			return 0;
		choice = load_config.flow_choice[direction];
	}
	if (!is_logged_state(hooked_state(&packet)))
		skip_state(sk, hook_skb(ctx, second), direction);
	else if (choice == SIFTR_CHOICE_NONE)
		count_refusal(ctx, direction, SIFTR_FILTERED_DIRECTION);
	else
		log_packet(&packet, direction, choice);
	return 0;
}

#endif
