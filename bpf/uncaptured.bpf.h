/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Programs that only count: for packets that pass no hook where a connection's state could be
 * captured.
 */
#ifndef SIFTR_UNCAPTURED_BPF_H
#define SIFTR_UNCAPTURED_BPF_H

#include "compat.bpf.h"
#include "ring.bpf.h"
#include "select.bpf.h"

/*
 * Counts late packets, at the functions that answer packets without a connection by a reset. A
 * packet is late if no socket was found for it and it is no SYN, which would ask for a new
 * connection.
 */
static __always_inline int count_late(const struct sock *sk, const struct sk_buff *skb)
{
	__u32 cpu;

	if (!live.on || sk || skb_is_syn(skb))
		return 0;
	cpu = bpf_get_smp_processor_id();
	if (!skb_port_matches(skb)) {
		count_outcome(cpu, SIFTR_IN, SIFTR_FILTERED);
		return 0;
	}
	count_outcome(cpu, SIFTR_IN, SIFTR_SKIPPED_LATE);
	wake_on_skip();
	return 0;
}

HOOK(no_socket_v4, tcp_v4_send_reset, struct sock *sk, struct sk_buff *skb)
{
	return count_late(TYPED(sk, struct sock), TYPED(skb, struct sk_buff));
}

HOOK(no_socket_v6, tcp_v6_send_reset, struct sock *sk, struct sk_buff *skb)
{
	return count_late(TYPED(sk, struct sock), TYPED(skb, struct sk_buff));
}

/*
 * Counts a packet for a time-wait socket, which has no tcp_sock to capture. With the result
 * TCP_TW_SYN the packet opens a new connection: it goes on to the listener and is counted there.
 */
static __always_inline int count_timewait(bool port_matches, __u32 status)
{
	if (!live.on || status == bpf_core_enum_value(enum tcp_tw_status, TCP_TW_SYN))
		return 0;
	count_outcome(bpf_get_smp_processor_id(), SIFTR_IN,
		      port_matches ? SIFTR_SKIPPED_SOCK : SIFTR_FILTERED);
	if (port_matches)
		wake_on_skip();
	return 0;
}

#ifdef SIFTR_KPROBE

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} timewait_wanted SEC(".maps");

/*
 * kretprobes cannot read arguments, so the entry probe saves them per CPU. Bottom halves are off:
 * entry and return do not interleave.
 */
HOOK(timewait_entry, tcp_timewait_state_process, struct inet_timewait_sock *tw)
{
	__u32 port_matches = sock_port_matches(TYPED(tw, struct sock)), first = 0;

	bpf_map_update_elem(&timewait_wanted, &first, &port_matches, BPF_ANY);
	return 0;
}

SEC("kretprobe/tcp_timewait_state_process")
int BPF_KRETPROBE(timewait, long status)
{
	__u32 first = 0;
	__u32 *port_matches = bpf_map_lookup_elem(&timewait_wanted, &first);

	return port_matches ? count_timewait(*port_matches, status) : 0;
}

#else

/*
 * A fexit program finds the function's result after its arguments. Of those this function has had
 * three, four and five, so there is one program for each; prog_variants.h selects it.
 */
SEC("fexit/tcp_timewait_state_process")
int BPF_PROG(timewait_3, struct inet_timewait_sock *tw, void *skb, void *th, __u64 status)
{
	return count_timewait(sock_port_matches((const struct sock *)tw), status);
}

SEC("fexit/tcp_timewait_state_process")
int BPF_PROG(timewait_4, struct inet_timewait_sock *tw, void *skb, void *th, void *isn,
	     __u64 status)
{
	return count_timewait(sock_port_matches((const struct sock *)tw), status);
}

SEC("fexit/tcp_timewait_state_process")
int BPF_PROG(timewait_5, struct inet_timewait_sock *tw, void *skb, void *th, void *isn,
	     void *reason, __u64 status)
{
	return count_timewait(sock_port_matches((const struct sock *)tw), status);
}

/*
 * Counts packets that were coalesced into one already in the socket's backlog: they reach no other
 * hook. After the call such a packet is neither dropped nor the tail of the backlog. The result is
 * a bool or, on later kernels, a drop reason; the low byte is enough for both.
 */
static __always_inline int count_coalesced(struct sock *sk, struct sk_buff *skb, __u8 dropped)
{
	if (live.on && !dropped && sk->sk_backlog.tail != skb && sock_port_matches(sk))
		count_outcome(bpf_get_smp_processor_id(), SIFTR_IN, SIFTR_COALESCED);
	return 0;
}

SEC("fexit/tcp_add_backlog")
int BPF_PROG(backlog_2, struct sock *sk, struct sk_buff *skb, __u64 dropped)
{
	return count_coalesced(sk, skb, dropped);
}

SEC("fexit/tcp_add_backlog")
int BPF_PROG(backlog_3, struct sock *sk, struct sk_buff *skb, void *reason, __u64 dropped)
{
	return count_coalesced(sk, skb, dropped);
}

#endif

#endif
