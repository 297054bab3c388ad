/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Decides whether a packet is selected: by the filters and the connection's state. Which filters
 * are used is constant, their values may change while tracing, see siftr/filter.h.
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

/*
 * Whether the programs deal with packets of the socket if live.on is `on`, another value than
 * SIFTR_ON. The self-test must not count packets of other connections.
 */
static __always_inline bool is_on_for(const struct sock *sk, __u32 on)
{
	__u32 ports;

	if (on != SIFTR_SELFTEST)
		return on & SIFTR_ON;
	ports = read_ports(sk) ^ live.test_ports;
	return ports < LOCAL_PORT_1 || !(ports & 0xffff);
}

/* The test for SIFTR_ON is all that ordinary tracing pays for the other values of live.on. */
static __always_inline bool is_on(const struct sock *sk)
{
	__u32 on = live.on;

	return on == SIFTR_ON || is_on_for(sk, on);
}

/* Like is_on(), for hooks that the self-test is not about. */
static __always_inline bool is_tracing(void)
{
	return live.on & SIFTR_ON;
}

enum port_match {
	PORT_DIFFERS,
	PORT_MATCHES,
	PORT_IS_MISSING, /* the socket lacks a port that the filter needs: it is closed or listens
			  */
};

/* What is the outcome of a packet that no filter refuses: none yet. */
#define SELECTED SIFTR_OUTCOMES

static __always_inline bool filters_by(__u32 filter)
{
	return load_config.filters & filter;
}

/*
 * What the port filter says of the ports of both ends, given in the order of read_ports(): the sum
 * of their values.
 */
static __always_inline __u32 port_values(__u32 ports)
{
	return (*ADDRESS_OF(filter.lport))[ports >> 16] + (*ADDRESS_OF(filter.fport))[(__u16)ports];
}

static __always_inline bool ports_match(__u32 ports)
{
	return port_values(ports) < SIFTR_PORT_REFUSED;
}

/*
 * The port filter for a socket. A closed socket has no local port, but may still send a RST; a
 * listener has no foreign port: that is the port 0, which has a value of its own.
 */
static __always_inline enum port_match match_used_ports(const struct sock *sk)
{
	__u32 values = port_values(read_ports(sk));

	if (values < SIFTR_PORT_REFUSED)
		return PORT_MATCHES;
	return values < SIFTR_PORT_MISSING ? PORT_DIFFERS : PORT_IS_MISSING;
}

static __always_inline enum port_match match_port(const struct sock *sk)
{
	return filters_by(SIFTR_FILTER_PORT) ? match_used_ports(sk) : PORT_MATCHES;
}

/*
 * A port pair in the order of read_ports(), of two ports in network order. The mask bounds the
 * local port for the verifier, which does not know that a swapped port has 16 bits; the asm keeps
 * the compiler from removing it.
 */
static __always_inline __u32 port_pair(__u16 lport, __u16 fport)
{
	__u32 host_lport = bpf_ntohs(lport);

	asm volatile("" : "+r"(host_lport));
	return (host_lport & 0xffff) << 16 | fport;
}

/* The port filter for a received packet, by its TCP header. */
static __always_inline bool skb_ports_match(const struct sk_buff *skb)
{
	__u32 ports = skb_ports(skb);

	return ports_match(port_pair(ports >> 16, ports));
}

/* The port filter for a packet sent by a socket that is closed and has no local port any more. */
static __always_inline bool released_ports_match(const struct sock *sk)
{
	return ports_match(port_pair(read_bound_port(sk), read_ports(sk)));
}

/*
 * Whether --dir leaves out packets of this direction. Tested before everything else, because it
 * costs least.
 */
static __always_inline bool direction_is_refused(__u32 filters, __u32 direction)
{
	if (!(filters & SIFTR_FILTER_DIRECTION))
		return 0;
	return (*ADDRESS_OF(filter.refused_direction))[direction];
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
