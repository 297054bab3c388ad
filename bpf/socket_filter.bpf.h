/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the filters of flows look at that a socket has and a packet has not. Most reads go through a
 * helper, which takes sockets of every kind and costs little, as this is read once for a flow.
 */
#ifndef SIFTR_SOCKET_FILTER_BPF_H
#define SIFTR_SOCKET_FILTER_BPF_H

#include "counters.bpf.h"
#include "owner.bpf.h"
#include "select.bpf.h"
#include "state_fields.bpf.h"

#define NAME_WORDS 2 /* of a name, as in struct siftr_rule */

struct socket_values {
	__u64 netns;
	__u64 uid;
	__u64 mark;
	__u64 cc[NAME_WORDS];
	__u64 iface[NAME_WORDS];     /* empty if the socket has no route now */
	const struct cgroup *cgroup; /* NULL if it is not known */
	__u64 pid;
	__u64 comm[NAME_WORDS];
};

/* Nothing is known but the network namespace; no name is empty. */
static __always_inline void set_not_known(struct socket_values *values, __u64 netns)
{
	*values = (struct socket_values){
		.netns = netns,
		.uid = SIFTR_NOT_KNOWN,
		.mark = SIFTR_NOT_KNOWN,
		.pid = SIFTR_NOT_KNOWN,
	};
}

static __always_inline void read_cc(const struct sock *sk, __u64 name[NAME_WORDS])
{
	const struct inet_connection_sock *icsk = (const void *)sk;
	const struct tcp_congestion_ops *ops = (const void *)BPF_CORE_READ(icsk, icsk_ca_ops);

	if (ops)
		bpf_probe_read_kernel_str(name, NAME_WORDS * sizeof(*name), &ops->name);
}

static __always_inline bool has_route(const struct sock *sk)
{
	return BPF_CORE_READ(sk, sk_dst_cache);
}

static __always_inline void read_iface(const struct sock *sk, __u64 name[NAME_WORDS])
{
	const struct net_device *device = BPF_CORE_READ(sk, sk_dst_cache, dev);

	if (device)
		bpf_probe_read_kernel_str(name, NAME_WORDS * sizeof(*name), &device->name);
}

/* Some older kernels keep the address of the cgroup in a word that may also have other uses. */
struct sock_cgroup_data___word {
	__u64 val;
} __attribute__((preserve_access_index));

#define CGROUP_WORD_IS_DATA 1 /* a bit of the word: no cgroup, but a class or priority */

static __always_inline const struct cgroup *read_cgroup(const struct sock *sk)
{
	const struct sock_cgroup_data___word *word;
	__u64 value;

	if (!bpf_core_field_exists(sk->sk_cgrp_data))
		return NULL;
	if (bpf_core_field_exists(sk->sk_cgrp_data.cgroup))
		return BPF_CORE_READ(sk, sk_cgrp_data.cgroup);
	word = (const void *)&sk->sk_cgrp_data;
	value = BPF_CORE_READ(word, val);
	return value & CGROUP_WORD_IS_DATA ? NULL : (const struct cgroup *)value;
}

/* Reads the process that owns the connection, and notes for which one that was. */
static __always_inline void read_owner(struct sock *sk, struct socket_values *values)
{
	struct siftr_owner *noted = owner_lookup(sk);
	const struct siftr_owner *owner = noted;
	__u32 pid = noted ? noted->pid : 0;

	if (noted)
		noted->decided_for = pid;
	if (!pid)
		owner = first_owner(sk);
	if (!owner)
		return;
	values->pid = pid ?: owner->pid;
	values->comm[0] = owner->comm[0];
	values->comm[1] = owner->comm[1];
}

/* Reads what the filters in use look at. A time-wait socket has only its network namespace. */
static __always_inline void read_socket(struct sock *sk, struct socket_values *values)
{
	set_not_known(values, sock_netns(sk));
	if (READ(sk, __sk_common.skc_state) == TCP_TIME_WAIT)
		return;
	values->uid = BPF_CORE_READ(sk, sk_uid.val);
	values->mark = BPF_CORE_READ(sk, sk_mark);
	if (filters_by(SIFTR_FILTER_CC))
		read_cc(sk, values->cc);
	if (filters_by(SIFTR_FILTER_IFACE))
		read_iface(sk, values->iface);
	if (filters_by(SIFTR_FILTER_CGROUP))
		values->cgroup = read_cgroup(sk);
	if (filters_by(SIFTR_FILTER_PROCESS))
		read_owner(sk, values);
}

/* The same for a received packet that no socket takes. */
static __always_inline void read_socketless(const struct sk_buff *skb, struct socket_values *values)
{
	set_not_known(values, BPF_CORE_READ(skb, dev, nd_net.net, ns.inum));
}

/* Odd numbers whose products spread over all bits. */
#define SPREAD_UID  0x9e3779b1
#define SPREAD_MARK 0x85ebca6b

static __always_inline __u32 uid_number(const struct sock *sk)
{
	return READ(sk, sk_uid.val) * SPREAD_UID;
}

static __always_inline __u32 mark_number(const struct sock *sk)
{
	return READ(sk, sk_mark) * SPREAD_MARK;
}

/*
 * Where the kernel keeps the congestion control, which stays there while a connection uses it. Two
 * of them also differ without the bits that a verdict has, as each is larger than that.
 */
static __always_inline __u32 cc_number(const struct tcp_sock *tp)
{
	const struct tcp_congestion_ops *ops = tcp_ca_ops(tcp_inet_csk(tp));

#ifdef SIFTR_UNTYPED
	return (__u64)ops;
#else
	return number_of_pointer((void *)ops);
#endif
}

/*
 * A number for the values and rules that may change while the connection lives: it almost certainly
 * is another one when one of them has changed.
 */
static __always_inline __u32 changing_number(struct sock *sk)
{
	__u32 number = 0;

	if (filters_by(SIFTR_FILTER_UID))
		number += uid_number(sk);
	if (filters_by(SIFTR_FILTER_MARK))
		number += mark_number(sk);
	if (filters_by(SIFTR_FILTER_UNTOLD_CC)) {
		const struct tcp_sock *tp = tcp_sock(sk);

		if (tp)
			number += cc_number(tp);
	}
	if (filters_by(SIFTR_FILTER_LIVE))
		number += live.rules_number;
	return number;
}

#endif
