/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Programs that only count: for packets that pass no hook where a connection's state could be
 * captured.
 */
#ifndef SIFTR_UNCAPTURED_BPF_H
#define SIFTR_UNCAPTURED_BPF_H

#include "compat.bpf.h"
#include "packet.bpf.h"
#include "ring.bpf.h"
#include "select.bpf.h"

static __always_inline void count_uncaptured(__u32 direction, bool port_matches,
					     enum siftr_outcome outcome)
{
	__u32 cpu = bpf_get_smp_processor_id();

	if (!port_matches) {
		count_outcome(cpu, direction, SIFTR_FILTERED);
		return;
	}
	count_outcome(cpu, direction, outcome);
	wake_on_skip();
}

/*
 * Counts late packets, at the functions that answer packets without a connection by a reset. A
 * packet is late if no socket was found for it and it is no SYN, which would ask for a new
 * connection.
 */
static __always_inline int count_late(const struct sock *sk, const struct sk_buff *skb)
{
	if (live.on && !sk && !skb_is_syn(skb))
		count_uncaptured(SIFTR_IN, skb_port_matches(skb), SIFTR_SKIPPED_LATE);
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
	count_uncaptured(SIFTR_IN, port_matches, SIFTR_SKIPPED_SOCK);
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
 * A packet dropped from the backlog, or one coalesced into the backlog's tail, reaches no other
 * hook. A coalesced one is no row of its own: the packet that took it in has a line. A packet with
 * a bad checksum is dropped here as well, and is counted like all others of these: not at all.
 */
static __always_inline int count_backlog(struct sock *sk, struct sk_buff *skb, bool dropped)
{
	bool port_matches;

	if (!live.on)
		return 0;
	if (dropped ? !skb_csum_good(skb) : sk->sk_backlog.tail == skb)
		return 0;
	port_matches = sock_port_matches(sk);
	if (dropped)
		count_uncaptured(SIFTR_IN, port_matches, SIFTR_DROPPED_BACKLOG);
	else if (port_matches)
		count_outcome(bpf_get_smp_processor_id(), SIFTR_IN, SIFTR_COALESCED);
	return 0;
}

/* The result is a bool or, from Linux 7.0 on, a drop reason; the low byte is enough for both. */
SEC("fexit/tcp_add_backlog")
int BPF_PROG(backlog_2, struct sock *sk, struct sk_buff *skb, __u64 dropped)
{
	return count_backlog(sk, skb, (__u8)dropped);
}

SEC("fexit/tcp_add_backlog")
int BPF_PROG(backlog_3, struct sock *sk, struct sk_buff *skb, void *reason, __u64 dropped)
{
	return count_backlog(sk, skb, (__u8)dropped);
}

#endif

#endif
