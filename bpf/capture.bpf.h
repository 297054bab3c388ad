/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Fills a record from a socket: the flow's key and the fields of fields.def,
 * raw, by plain loads. The hooks run with the socket locked, so a record is a
 * consistent snapshot.
 */
#ifndef SIFTR_CAPTURE_BPF_H
#define SIFTR_CAPTURE_BPF_H

/* ::ffff:a.b.c.d, an IPv4 connection of a dual-stack socket. */
static __always_inline int in6_is_v4mapped(struct words address)
{
	return !address.high && (__u32)address.low == bpf_htonl(0xffff);
}

static __always_inline void capture_ipv4(struct siftr_flow_key *key, const struct sock *sk)
{
	key->family = 4;
	*(__u32 *)&key->laddr[0] = READ(sk, __sk_common.skc_rcv_saddr);
	*(__u32 *)&key->faddr[0] = READ(sk, __sk_common.skc_daddr);
}

static __always_inline void capture_addresses(struct siftr_flow_key *key, const struct sock *sk)
{
	struct words faddr, laddr;

	key->laddr[0] = key->laddr[1] = key->faddr[0] = key->faddr[1] = 0;
	if (READ(sk, __sk_common.skc_family) == AF_INET)
		return capture_ipv4(key, sk);
	faddr = read_words(&sk->__sk_common.skc_v6_daddr.in6_u.u6_addr8[0]);
	if (in6_is_v4mapped(faddr))
		return capture_ipv4(key, sk);
	laddr = read_words(&sk->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr8[0]);
	key->family = 6;
	key->laddr[0] = laddr.high;
	key->laddr[1] = laddr.low;
	key->faddr[0] = faddr.high;
	key->faddr[1] = faddr.low;
}

/*
 * snd_una and bytes_acked advance together for a connection's whole life, so
 * their difference stays at what it began with: the initial sequence number.
 */
static __always_inline void capture_flow(struct siftr_flow_key *key, const struct sock *sk,
					 const struct tcp_sock *tp)
{
	capture_addresses(key, sk);
	key->netns = READ_VIA(sk, __sk_common.skc_net.net, ns.inum);
	key->isn = READ(tp, snd_una) - (__u32)READ(tp, bytes_acked);
	key->lport = READ(sk, __sk_common.skc_num);
	key->fport = bpf_ntohs(READ(sk, __sk_common.skc_dport));
	key->zero[0] = key->zero[1] = key->zero[2] = 0;
}

static __always_inline void capture_fields(struct siftr_record *record, const struct sock *sk,
					   const struct tcp_sock *tp, const struct sk_buff *skb)
{
	const struct inet_connection_sock *icsk = &tp->inet_conn;

#define FIELD(name, type, unit, read, help) record->name = (read);
#include <siftr/fields.def>
#undef FIELD
}

#endif
