/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a packet hook's own function knows of a packet. A value that outlives a call needs a
 * register which the program saves for every packet, also for those that a filter refuses before.
 * So what is needed after a call lies on the stack meanwhile, and the functions here are the only
 * ones that are called on the way to a refusal.
 */
#ifndef SIFTR_HOOKED_BPF_H
#define SIFTR_HOOKED_BPF_H

#include "compat.bpf.h"

struct hooked {
	void *ctx;
	struct sock *sk;
	struct siftr_flow_state *flow; /* NULL until it is known */
	bool fentry;		       /* as in hook_skb() */
	__u8 known_state;	       /* of all sockets at this hook; 0: these differ */
};

/* The packet itself is loaded only where it is needed. */
static __always_inline struct sk_buff *hooked_skb(const struct hooked *packet)
{
	return hook_skb(packet->ctx, packet->fentry);
}

/*
 * Loaded anew each time, because few registers are free for what does not outlive a call. READ gets
 * a variable: of `packet->sk` the builds for kprobes would have struct hooked relocated, which no
 * kernel knows.
 */
static __always_inline __u8 hooked_state(const struct hooked *packet)
{
	struct sock *sk = packet->sk;

	return packet->known_state ?: READ(sk, __sk_common.skc_state);
}

struct hooked_on_stack {
	void *ctx;
	struct sock *sk;
	struct siftr_flow_state *flow;
};

static __always_inline void hooked_save(volatile struct hooked_on_stack *saved,
					const struct hooked *packet)
{
	saved->ctx = packet->ctx;
	saved->sk = packet->sk;
	saved->flow = packet->flow;
}

static __always_inline void hooked_restore(struct hooked *packet,
					   const volatile struct hooked_on_stack *saved)
{
	packet->ctx = saved->ctx;
	packet->sk = saved->sk;
	packet->flow = saved->flow;
}

/* tcp_sock() of the packet's socket, after which all of `packet` is as it was. */
static __always_inline struct tcp_sock *hooked_tcp_sock(struct hooked *packet)
{
	volatile struct hooked_on_stack saved;
	struct tcp_sock *tp;

	hooked_save(&saved, packet);
	tp = tcp_sock(packet->sk);
	hooked_restore(packet, &saved);
	return tp;
}

#endif
