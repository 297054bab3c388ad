/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The fields of the group `identity` that need more than a plain load. */
#ifndef SIFTR_IDENTITY_FIELDS_BPF_H
#define SIFTR_IDENTITY_FIELDS_BPF_H

#include "sock_fields.bpf.h"

/*
 * Whether the socket has a cgroup whose number can be read. It cannot be read on a kernel
 * without CONFIG_SOCK_CGROUP_DATA, nor on older kernels, which keep the cgroup in an untyped word.
 */
static __always_inline bool sock_has_cgroup(const struct sock *sk)
{
	return bpf_core_field_exists(sk->sk_cgrp_data.cgroup) &&
	       bpf_core_field_exists(((struct kernfs_node *)0)->id) &&
	       READ(sk, sk_cgrp_data.cgroup);
}

static __always_inline __u64 sock_cgroup_id(const struct sock *sk)
{
	const struct cgroup *cgroup = READ(sk, sk_cgrp_data.cgroup);

	return READ_VIA(cgroup, kn, id);
}

/*
 * Whether the connection's packets are IPv6: an IPv6 socket sends IPv4 to an IPv4-mapped address.
 */
static __always_inline bool sock_sends_ipv6(const struct sock *sk)
{
	return sock_has_ipv6(sk) && READ(sk, __sk_common.skc_family) != AF_INET &&
	       !in6_is_v4mapped(read_in6_words(&sk->__sk_common.skc_v6_daddr.in6_u.u6_addr8[0]));
}

/*
 * The TOS with which the socket sends IPv4, or its traffic class for IPv6. A tcp_sock begins with
 * its inet_sock, so the cast needs no load.
 */
static __always_inline __u8 sock_tos(const struct sock *sk, const struct tcp_sock *tp)
{
	const struct inet_sock *inet = (const void *)tp;

	return sock_sends_ipv6(sk) ? READ_VIA(inet, pinet6, tclass) : READ(inet, tos);
}

/* The first 16 bits of fe80::/10 as a load on a little-endian machine returns them, and a mask. */
#define IN6_LINK_LOCAL	    0x80fe
#define IN6_LINK_LOCAL_MASK 0xc0ff

/* What getpeername() returns as sin6_scope_id; 0 if the peer has no link-local address. */
static __always_inline __u32 sock_ipv6_scope(const struct sock *sk)
{
	struct in6_words faddr;

	if (!sock_has_ipv6(sk) || READ(sk, __sk_common.skc_family) == AF_INET)
		return 0;
	faddr = read_in6_words(&sk->__sk_common.skc_v6_daddr.in6_u.u6_addr8[0]);
	if ((faddr.high & IN6_LINK_LOCAL_MASK) != IN6_LINK_LOCAL)
		return 0;
	return READ(sk, __sk_common.skc_bound_dev_if);
}

/* Members that kernels without CONFIG_MPTCP lack, such as 5.10 as Debian builds it. */
struct tcp_sock___mptcp {
	bool is_mptcp;
} __attribute__((preserve_access_index));

struct mptcp_subflow_context___token {
	__u32 token;
} __attribute__((preserve_access_index));

/* From Linux 6.5 on the kernel numbers the subflows of an MPTCP connection. */
struct mptcp_subflow_context___numbered {
	__u32 subflow_id;
} __attribute__((preserve_access_index));

/* Whether the socket is a subflow of an MPTCP connection; never so without CONFIG_MPTCP. */
static __always_inline bool sock_is_mptcp(const struct tcp_sock *tp)
{
	const struct tcp_sock___mptcp *mptcp = (const void *)tp;

	return bpf_core_field_exists(mptcp->is_mptcp) &&
	       bpf_core_field_exists(((struct mptcp_subflow_context___token *)0)->token) &&
	       READ(mptcp, is_mptcp);
}

/*
 * The token of the MPTCP connection that the socket is a subflow of. The kernel declares
 * icsk_ulp_data as void *, so the verifier allows to read what it points to only by a helper.
 */
static __always_inline __u32 mptcp_token(const struct inet_connection_sock *icsk)
{
	const struct mptcp_subflow_context___token *subflow = READ(icsk, icsk_ulp_data);

	return BPF_CORE_READ(subflow, token);
}

static __always_inline __u32 mptcp_subflow_id(const struct tcp_sock *tp,
					      const struct inet_connection_sock *icsk)
{
	const struct mptcp_subflow_context___numbered *subflow = READ(icsk, icsk_ulp_data);

	if (!bpf_core_field_exists(subflow->subflow_id) || !sock_is_mptcp(tp))
		return 0;
	return BPF_CORE_READ(subflow, subflow_id);
}

#endif
