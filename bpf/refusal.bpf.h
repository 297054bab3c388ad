/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which filter refuses a packet, for hooks that have no state of its flow at hand: by the packet's
 * socket, or by its headers where the socket cannot tell.
 */
#ifndef SIFTR_REFUSAL_BPF_H
#define SIFTR_REFUSAL_BPF_H

#include "flow_filter.bpf.h"
#include "select.bpf.h"

/*
 * What flow_refusal() tells, by the IP header of a received packet for what the socket lacks. `sk`
 * is NULL if no socket takes the packet.
 */
static __noinline __u32 skb_flow_refusal(struct sock *sk, const struct sk_buff *skb)
{
	struct siftr_flow_key key = {};
	struct socket_values values;
	__u32 refusal = SELECTED;

	if (filters_by(SIFTR_FILTER_PEERS)) {
		skb_addresses(&key, skb);
		refusal = key_refusal(&key);
	}
	if (refusal != SELECTED || !SIFTR_FILTERS_SOCKETS(load_config.filters))
		return refusal;
	if (sk)
		read_socket(sk, &values);
	else
		read_socketless(skb, &values);
	return socket_refusal(&values);
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

/*
 * The same for a packet, received or sent in answer to the received one `skb`, by its headers. `sk`
 * is the socket that takes it or NULL.
 */
static __always_inline __u32 skb_refusal(struct sock *sk, const struct sk_buff *skb,
					 __u32 direction)
{
	if (direction_is_refused(load_config.filters, direction))
		return SIFTR_FILTERED_DIRECTION;
	if (filters_by(SIFTR_FILTER_PORT) && !skb_ports_match(skb))
		return SIFTR_FILTERED_PORT;
	return SIFTR_FILTERS_FLOWS(load_config.filters) ? skb_flow_refusal(sk, skb) : SELECTED;
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
		return skb_refusal(sk, skb, direction);
	return match_port(sk) == PORT_IS_MISSING ? skb_refusal(sk, skb, direction)
						 : sock_refusal(sk, direction);
}

#endif
