/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Decides whether a packet is selected, by its ports and the connection's state. Settings come from
 * `live`, so that they can change while tracing.
 */
#ifndef SIFTR_SELECT_BPF_H
#define SIFTR_SELECT_BPF_H

#include "packet.bpf.h"
#include "sock_fields.bpf.h"

#define LOGGED_STATES                                                                           \
	(1 << TCP_ESTABLISHED | 1 << TCP_FIN_WAIT1 | 1 << TCP_FIN_WAIT2 | 1 << TCP_CLOSE_WAIT | \
	 1 << TCP_LAST_ACK | 1 << TCP_CLOSING)

/*
 * The smallest port pair whose local port is not 0: the local port is the high half. So a pair
 * that is less than this has no local port.
 */
#define LOCAL_PORT_1 (1U << 16)

enum port_match {
	PORT_DIFFERS,
	PORT_MATCHES,
	PORT_RELEASED, /* the socket is closed and has no local port; it may still send a RST */
};

static __always_inline enum port_match match_port(const struct sock *sk)
{
	__u32 wanted = live.ports, ports;

	if (!wanted)
		return PORT_MATCHES;
	ports = read_ports(sk);
	if (ports < LOCAL_PORT_1)
		return PORT_RELEASED;
	ports ^= wanted;
	return ports < LOCAL_PORT_1 || !(ports & 0xffff) ? PORT_MATCHES : PORT_DIFFERS;
}

static __always_inline bool released_port_matches(const struct sock *sk)
{
	__u16 wanted = live.ports; /* the low half of a port pair is in network order, like both
				      ports below */

	return wanted == read_bound_port(sk) || wanted == (__u16)read_ports(sk);
}

static __always_inline bool sock_port_matches(const struct sock *sk)
{
	enum port_match match = match_port(sk);

	return match == PORT_RELEASED ? released_port_matches(sk) : match == PORT_MATCHES;
}

/* The port filter for a packet without a socket: reads the ports from its TCP header. */
static __always_inline bool skb_port_matches(const struct sk_buff *skb)
{
	__u16 wanted = live.ports;
	__u32 ports;

	if (!wanted)
		return 1;
	ports = skb_ports(skb);
	return wanted == (__u16)ports || wanted == ports >> 16;
}

/*
 * Whether an inbound packet is late: its socket is a listener or closed and it is no SYN, so it
 * belongs to no connection, or to one that has ended.
 */
static __always_inline bool is_late_packet(const struct sk_buff *skb, __u32 direction, __u8 state)
{
	return direction == SIFTR_IN && (state == TCP_LISTEN || state == TCP_CLOSE) &&
	       !skb_is_syn(TYPED(skb, struct sk_buff));
}

/*
 * Whether SIFTR logs packets in this state. ESTABLISHED is by far the most frequent and so is
 * tested first.
 */
static __always_inline bool is_logged_state(__u8 state)
{
	return state == TCP_ESTABLISHED || LOGGED_STATES >> state & 1;
}

#endif
