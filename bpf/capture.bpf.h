/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Fills a record from a socket: the flow's key and the fields of fields.def, as the kernel keeps
 * them. The socket is locked while a hook runs, so a record is a consistent snapshot;
 * answer_packet() in siftr.bpf.c has the one exception.
 */
#ifndef SIFTR_CAPTURE_BPF_H
#define SIFTR_CAPTURE_BPF_H

#include "packet.bpf.h"
#include "sock_fields.bpf.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "in6_is_v4mapped() and capture_ipv4() split words by shifts");

/* Stores the family and the padding after it, key->zero, in one instruction. */
static __always_inline void set_family(struct siftr_flow_key *key, __u32 family)
{
	*(__u32 *)&key->family = family;
}

/*
 * Keeps the compiler from merging the common ends of two branches,
 * which would add a jump to both.
 */
static __always_inline void prevent_tail_merge(void)
{
	asm volatile("");
}

/*
 * Loads both addresses at once: the kernel stores them side by side as skc_addrpair, the foreign
 * one first.
 */
static __always_inline void capture_ipv4(struct siftr_flow_key *key, const struct sock *sk)
{
	__u64 pair = READ(sk, __sk_common.skc_addrpair);

	set_family(key, 4);
	key->laddr[0] = pair >> 32;
	key->faddr[0] = (__u32)pair;
	key->laddr[1] = key->faddr[1] = 0;
	prevent_tail_merge();
}

static __always_inline void capture_addresses(struct siftr_flow_key *key, const struct sock *sk)
{
	struct in6_words faddr, laddr;

	if (!sock_has_ipv6(sk) || READ(sk, __sk_common.skc_family) == AF_INET)
		return capture_ipv4(key, sk);
	faddr = read_in6_words(&sk->__sk_common.skc_v6_daddr.in6_u.u6_addr8[0]);
	if (in6_is_v4mapped(faddr))
		return capture_ipv4(key, sk);
	laddr = read_in6_words(&sk->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr8[0]);
	set_family(key, 6);
	key->laddr[0] = laddr.high;
	key->laddr[1] = laddr.low;
	key->faddr[0] = faddr.high;
	key->faddr[1] = faddr.low;
	prevent_tail_merge();
}

/*
 * A number that stays the same while the connection lives, because snd_una and bytes_acked advance
 * together: its initial sequence number or, if it was accepted, the number after that.
 */
static __always_inline __u32 flow_isn(const struct tcp_sock *tp, __u32 snd_una)
{
	return snd_una - (__u32)READ(tp, bytes_acked);
}

/* Fills the key of the socket's flow. */
static __always_inline void capture_flow(struct siftr_flow_key *key, const struct sock *sk,
					 __u32 isn)
{
	__u32 ports = read_ports(sk);

	capture_addresses(key, sk);
	key->netns = sock_netns(sk);
	key->isn = isn;
	key->lport = ports >> 16;
	key->fport = bpf_ntohs(ports);
}

static __always_inline void capture_fields(struct siftr_record *record, const struct tcp_sock *tp,
					   const struct sk_buff *skb, __u32 direction, __u8 state,
					   __u32 snd_una)
{
	const struct inet_connection_sock *icsk = tcp_inet_csk(tp);
	const struct sock *sk = tcp_base_sock(tp);
	__u32 rx_opt = tcp_rx_opt(tp), nonagle = tcp_nonagle(tp);

#define COMPUTED(expression, members...)    expression
#define FIELD(name, type, unit, read, help) record->name = (read);
#include <siftr/fields.def>
#undef FIELD
#undef COMPUTED
}

#endif
