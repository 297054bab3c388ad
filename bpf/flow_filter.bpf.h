/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The filters that only a flow can decide, see struct siftr_rule. They are decided at the flow's
 * first packet that could be logged, and the verdict is kept with the state of the flow, so that
 * they cost further packets one comparison. Some look at what may change while the connection
 * lives: a number for it is kept with the verdict, and when it is another one they are decided
 * anew. Of other changes a hook tells, which has the flow decided anew.
 */
#ifndef SIFTR_FLOW_FILTER_BPF_H
#define SIFTR_FLOW_FILTER_BPF_H

#include "capture.bpf.h"
#include "flow_state.bpf.h"
#include "hooked.bpf.h"
#include "select.bpf.h"
#include "socket_filter.bpf.h"

/*
 * Values of siftr_flow_state.verdict: UNDECIDED or one more than the outcome of the flow's packets,
 * which is SELECTED if no filter refuses them. The bits above VERDICT_MASK are those of
 * changing_number().
 */
#define UNDECIDED	 0
#define VERDICT(outcome) ((outcome) + 1)
#define VERDICT_MASK	 63

_Static_assert(VERDICT(SELECTED) <= VERDICT_MASK, "a verdict leaves room for a number");
_Static_assert(SIFTR_RULES_STEP == VERDICT_MASK + 1, "other rules make another number");

/* What the rules of one filter say of a value. */
#define RULE_WANTS   1 /* a rule is not negated: one of these must match */
#define RULE_MATCHES 2 /* one of these does */
#define RULE_REFUSES 4 /* a negated rule matches */

/*
 * Compares a value with all rules of a filter; returns RULE_* bits. It is a global function, which
 * the verifier checks once and not at every call, but also where nothing calls it: without rules
 * it has to end at once, as the verifier follows the loop for 64 of them.
 */
__noinline __u32 match_rules(__u32 filter, __u32 family, __u64 high, __u64 low)
{
	__u32 found = 0;

	if (!SIFTR_FILTERS_FLOWS(load_config.filters))
		return 0;
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

static __always_inline bool refuses(__u32 filter, __u64 high, __u64 low)
{
	return filters_by(filter) && is_refused(match_rules(filter, 0, high, low));
}

#define CGROUP_LEVELS 32 /* how far up cgroups are compared */

/* Compares the cgroup and those that it is in. The topmost one has no parent. */
static __always_inline bool cgroup_is_refused(const struct cgroup *cgroup)
{
	__u32 found = match_rules(SIFTR_FILTER_CGROUP, 0, SIFTR_NOT_KNOWN, 0);

	for (int i = 0; i < CGROUP_LEVELS && cgroup; i++) {
		found |= match_rules(SIFTR_FILTER_CGROUP, 0, BPF_CORE_READ(cgroup, kn, id), 0);
		cgroup = BPF_CORE_READ(cgroup, self.parent, cgroup);
	}
	return is_refused(found);
}

/* The outcome of the packets of a flow whose socket has these values. */
static __noinline __u32 socket_refusal(const struct socket_values *values)
{
	if (refuses(SIFTR_FILTER_NETNS, values->netns, 0))
		return SIFTR_FILTERED_NETNS;
	if (refuses(SIFTR_FILTER_UID, values->uid, 0))
		return SIFTR_FILTERED_UID;
	if (refuses(SIFTR_FILTER_MARK, values->mark, 0))
		return SIFTR_FILTERED_MARK;
	if (refuses(SIFTR_FILTER_CC, values->cc[0], values->cc[1]))
		return SIFTR_FILTERED_CC;
	if (refuses(SIFTR_FILTER_IFACE, values->iface[0], values->iface[1]))
		return SIFTR_FILTERED_IFACE;
	if (filters_by(SIFTR_FILTER_CGROUP) && cgroup_is_refused(values->cgroup))
		return SIFTR_FILTERED_CGROUP;
	if (refuses(SIFTR_FILTER_PID, values->pid, 0))
		return SIFTR_FILTERED_PID;
	if (refuses(SIFTR_FILTER_COMM, values->comm[0], values->comm[1]))
		return SIFTR_FILTERED_COMM;
	return SELECTED;
}

/* The outcome of the packets of a socket that has a peer: SELECTED if no filter refuses them. */
static __noinline __u32 flow_refusal(struct sock *sk)
{
	struct siftr_flow_key key = {};
	struct socket_values values;
	__u32 refusal = SELECTED;

	if (filters_by(SIFTR_FILTER_PEERS)) {
		capture_addresses(&key, sk);
		refusal = key_refusal(&key);
	}
	if (refusal != SELECTED || !SIFTR_FILTERS_SOCKETS(load_config.filters))
		return refusal;
	read_socket(sk, &values);
	return socket_refusal(&values);
}

/* What is kept with a verdict, see changing_number(). */
static __always_inline __u32 verdict_number(struct sock *sk)
{
	return SIFTR_FILTERS_CHANGING(load_config.filters) ? changing_number(sk) & ~VERDICT_MASK
							   : 0;
}

/* The flow's verdict without its number; UNDECIDED if something has changed. */
static __always_inline __u32 known_verdict(struct sock *sk, const struct siftr_flow_state *flow,
					   __u32 filters)
{
	__u32 verdict = flow->verdict;

	if (!SIFTR_FILTERS_CHANGING(filters))
		return verdict;
	verdict ^= verdict_number(sk);
	return verdict > VERDICT_MASK ? UNDECIDED : verdict;
}

/*
 * Like known_verdict(), for a packet hook's own function; `filters` are those of flows. The bits of
 * a number remain if something has changed, and the result is UNDECIDED if the congestion control
 * and something else may change: known_verdict() then has to tell. The verifier removes all of
 * these comparisons but the last one, see trace_packet().
 */
static __always_inline __u32 known_verdict_at(struct hooked *packet, __u32 filters)
{
	const struct tcp_sock *tp;
	__u32 number = 0;

	if (filters < SIFTR_FILTER_UID)
		return packet->flow->verdict;
	if (filters < SIFTR_FILTER_MARK) {
		number = uid_number(packet->sk);
	} else if (filters < SIFTR_FILTER_MARK + SIFTR_FILTER_UID) {
		number = mark_number(packet->sk);
	} else if (filters < SIFTR_FILTER_UNTOLD_CC) {
		number = uid_number(packet->sk) + mark_number(packet->sk);
	} else if (filters < SIFTR_FILTER_UNTOLD_CC + SIFTR_FILTER_UID) {
		tp = hooked_tcp_sock(packet);
		if (tp)
			number = cc_number(tp);
	} else if (filters < SIFTR_FILTER_LIVE) {
		return UNDECIDED;
	} else if (filters < SIFTR_FILTER_LIVE + SIFTR_FILTER_UID) {
		return packet->flow->verdict ^ live.rules_number;
	} else if (filters < SIFTR_FILTER_LIVE + SIFTR_FILTER_MARK) {
		number = uid_number(packet->sk) + live.rules_number;
	} else if (filters < SIFTR_FILTER_LIVE + SIFTR_FILTER_MARK + SIFTR_FILTER_UID) {
		number = mark_number(packet->sk) + live.rules_number;
	} else if (filters < SIFTR_FILTER_LIVE + SIFTR_FILTER_UNTOLD_CC) {
		number = uid_number(packet->sk) + mark_number(packet->sk) + live.rules_number;
	} else {
		return UNDECIDED;
	}
	return packet->flow->verdict ^ (number & ~VERDICT_MASK);
}

/* The flow's filters are to be decided again. */
static __always_inline void forget_verdict(struct sock *sk)
{
	struct siftr_flow_state *flow = flow_lookup(sk);

	if (flow)
		flow->verdict = UNDECIDED;
}

/*
 * Decides for the flow; returns the verdict without its number. It is remembered, unless the
 * interface is not known: a socket has no route for as long as the kernel looks for another one.
 * The number is read first: if something changes meanwhile, the next packet decides again.
 */
static __noinline __attribute__((unused)) __u32 decide_flow(struct sock *sk,
							    struct siftr_flow_state *flow)
{
	__u32 number = verdict_number(sk), verdict = VERDICT(flow_refusal(sk));

	if (!filters_by(SIFTR_FILTER_IFACE) || has_route(sk))
		flow->verdict = verdict | number;
	return verdict;
}

/*
 * Like flow_refusal(), by the verdict that is remembered if the flow has a slot and was decided. A
 * verdict with a number is not used, because a time-wait socket has nothing to compare it with.
 */
static __always_inline __u32 remembered_refusal(struct sock *sk)
{
	struct siftr_flow_state *flow = slot_lookup(sk);

	if (!flow || flow->verdict == UNDECIDED || SIFTR_FILTERS_CHANGING(load_config.filters))
		return flow_refusal(sk);
	return flow->verdict - 1;
}

#endif
