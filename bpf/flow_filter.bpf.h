/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The filters that only a flow can decide, see struct siftr_rule. They are decided at the flow's
 * first packet that could be logged, and the verdict is kept with the state of the flow, so that
 * they cost further packets one comparison.
 */
#ifndef SIFTR_FLOW_FILTER_BPF_H
#define SIFTR_FLOW_FILTER_BPF_H

#include "capture.bpf.h"
#include "select.bpf.h"

/*
 * Values of siftr_flow_state.verdict: UNDECIDED or one more than the outcome of the flow's packets,
 * which is SELECTED if no filter refuses them.
 */
#define UNDECIDED	 0
#define VERDICT(outcome) ((outcome) + 1)

/* What the rules of one filter say of a value. */
#define RULE_WANTS   1 /* a rule is not negated: one of these must match */
#define RULE_MATCHES 2 /* one of these does */
#define RULE_REFUSES 4 /* a negated rule matches */

/*
 * Compares a value with all rules of a filter; returns RULE_* bits. It is a global function, which
 * the verifier checks once and not at every call.
 */
__noinline __u32 match_rules(__u32 filter, __u32 family, __u64 high, __u64 low)
{
	__u32 found = 0;

	for (int i = 0; i < SIFTR_RULES_MAX; i++) {
		const struct siftr_rule *rule = &memory.filter.rules[i];

		if (!rule->filter)
			break;
		if (rule->filter != filter)
			continue;
		if (!rule->negated)
			found |= RULE_WANTS;
		if ((rule->family && rule->family != family) ||
		    (high & rule->mask[0]) != rule->value[0] ||
		    (low & rule->mask[1]) != rule->value[1])
			continue;
		found |= rule->negated ? RULE_REFUSES : RULE_MATCHES;
	}
	return found;
}

/* Whether the filter refuses a flow; `found`: RULE_* bits, of either end if it looks at both. */
static __always_inline bool is_refused(__u32 found)
{
	return found & RULE_REFUSES || (found & RULE_WANTS && !(found & RULE_MATCHES));
}

static __always_inline bool address_is_refused(__u32 filter, const struct siftr_flow_key *key)
{
	const __u64 *laddr = key->laddr, *faddr = key->faddr;
	__u32 found = 0;

	if (!filters_by(filter))
		return 0;
	if (filter != SIFTR_FILTER_FADDR)
		found |= match_rules(filter, key->family, laddr[0], laddr[1]);
	if (filter != SIFTR_FILTER_LADDR)
		found |= match_rules(filter, key->family, faddr[0], faddr[1]);
	return is_refused(found);
}

/* The outcome of the packets of a flow, of which `key` has the family and the addresses. */
static __noinline __u32 key_refusal(const struct siftr_flow_key *key)
{
	if (filters_by(SIFTR_FILTER_IP) &&
	    is_refused(match_rules(SIFTR_FILTER_IP, key->family, 0, 0)))
		return SIFTR_FILTERED_IP;
	if (address_is_refused(SIFTR_FILTER_HOST, key) ||
	    address_is_refused(SIFTR_FILTER_LADDR, key) ||
	    address_is_refused(SIFTR_FILTER_FADDR, key))
		return SIFTR_FILTERED_ADDRESS;
	return SELECTED;
}

/* The outcome of the packets of a socket that has a peer: SELECTED if no filter refuses them. */
static __noinline __u32 flow_refusal(struct sock *sk)
{
	struct siftr_flow_key key = {};

	capture_addresses(&key, sk);
	return key_refusal(&key);
}

/* The same by the IP header of a received packet. */
static __noinline __u32 skb_flow_refusal(const struct sk_buff *skb)
{
	struct siftr_flow_key key = {};

	skb_addresses(&key, skb);
	return key_refusal(&key);
}

/* Decides for the flow and remembers the verdict, which is returned. */
static __noinline __attribute__((unused)) __u32 decide_flow(struct sock *sk,
							    struct siftr_flow_state *flow)
{
	__u32 verdict = VERDICT(flow_refusal(sk));

	flow->verdict = verdict;
	return verdict;
}

/* Like flow_refusal(), by the verdict that is remembered if the flow has a slot and was decided. */
static __always_inline __u32 remembered_refusal(struct sock *sk)
{
	struct siftr_flow_state *flow = slot_lookup(sk);

	return flow && flow->verdict != UNDECIDED ? flow->verdict - 1 : flow_refusal(sk);
}

/*
 * The outcome of a packet of a socket that a filter refuses; SELECTED if none does. The socket may
 * be a time-wait socket, which has ports and addresses as well.
 */
static __always_inline __u32 sock_refusal(struct sock *sk, __u32 direction)
{
	if (direction_is_refused(load_config.filters, direction))
		return SIFTR_FILTERED_DIRECTION;
	if (match_port(sk) != PORT_MATCHES)
		return SIFTR_FILTERED_PORT;
	return SIFTR_FILTERS_FLOWS(load_config.filters) ? remembered_refusal(sk) : SELECTED;
}

/* The same for a packet without a socket, received or sent in answer to the received one `skb`. */
static __always_inline __u32 skb_refusal(const struct sk_buff *skb, __u32 direction)
{
	if (direction_is_refused(load_config.filters, direction))
		return SIFTR_FILTERED_DIRECTION;
	if (filters_by(SIFTR_FILTER_PORT) && !skb_ports_match(skb))
		return SIFTR_FILTERED_PORT;
	return SIFTR_FILTERS_FLOWS(load_config.filters) ? skb_flow_refusal(skb) : SELECTED;
}

/*
 * Whether the socket lacks what filters look at, so that a received packet has to tell: a listener
 * has no peer, and a closed socket may have none any more.
 */
static __always_inline bool lacks_peer(const struct sock *sk)
{
	return !(__u16)read_ports(sk);
}

/* The same for a packet that a socket receives, or that it sends in answer to a received one. */
static __always_inline __u32 received_refusal(struct sock *sk, const struct sk_buff *skb,
					      __u32 direction)
{
	if (load_config.filters && lacks_peer(sk))
		return skb_refusal(skb, direction);
	return match_port(sk) == PORT_IS_MISSING ? skb_refusal(skb, direction)
						 : sock_refusal(sk, direction);
}

#endif
