/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Programs that only count: packets that reach no hook at which there is the
 * state of a connection to capture.
 */
#ifndef SIFTR_UNCAPTURED_BPF_H
#define SIFTR_UNCAPTURED_BPF_H

/*
 * Counts only: the kernel answers a packet for which it has no socket at all. One that asks for
 * a connection is refused, as is one of a connection that has a socket: neither is late.
 */
static __always_inline int count_late(void *arguments)
{
	struct sk_buff *skb = hooked_skb(arguments);
	__u32 cpu;

	if (!live.on || hooked_sk(arguments) || skb_opens(skb))
		return 0;
	cpu = bpf_get_smp_processor_id();
	if (!packet_wanted(skb)) {
		count(cpu, SIFTR_IN, SIFTR_FILTERED);
		return 0;
	}
	count(cpu, SIFTR_IN, SIFTR_SKIPPED_LATE);
	tell_unlogged();
	return 0;
}

HOOK(no_socket_v4, tcp_v4_send_reset)
{
	return count_late(arguments);
}

HOOK(no_socket_v6, tcp_v6_send_reset)
{
	return count_late(arguments);
}

/*
 * Counts only: a time-wait socket has no tcp_sock left to log. A SYN that makes
 * room for a new connection goes on to the listener and is counted there.
 */
static __always_inline int count_timewait(int wanted, __u32 status)
{
	if (!live.on || status == bpf_core_enum_value(enum tcp_tw_status, TCP_TW_SYN))
		return 0;
	count(bpf_get_smp_processor_id(), SIFTR_IN, wanted ? SIFTR_SKIPPED_SOCK : SIFTR_FILTERED);
	if (wanted)
		tell_unlogged();
	return 0;
}

#ifdef SIFTR_KPROBE

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} timewait_wanted SEC(".maps");

/* A return probe has no arguments; nothing comes between the two on one CPU. */
HOOK(timewait_entry, tcp_timewait_state_process)
{
	struct inet_timewait_sock *tw = (void *)ARGUMENT(arguments, 1);
	__u32 wanted = port_wanted((const struct sock *)tw), first = 0;

	bpf_map_update_elem(&timewait_wanted, &first, &wanted, BPF_ANY);
	return 0;
}

SEC("kretprobe/tcp_timewait_state_process")
int BPF_KRETPROBE(timewait, long status)
{
	__u32 first = 0;
	__u32 *wanted = bpf_map_lookup_elem(&timewait_wanted, &first);

	return wanted ? count_timewait(*wanted, status) : 0;
}

#else

/* The function has had three forms, each with its result behind the arguments. */
SEC("fexit/tcp_timewait_state_process")
int BPF_PROG(timewait_3, struct inet_timewait_sock *tw, void *skb, void *th, __u64 status)
{
	return count_timewait(port_wanted((const struct sock *)tw), status);
}

SEC("fexit/tcp_timewait_state_process")
int BPF_PROG(timewait_4, struct inet_timewait_sock *tw, void *skb, void *th, void *isn,
	     __u64 status)
{
	return count_timewait(port_wanted((const struct sock *)tw), status);
}

SEC("fexit/tcp_timewait_state_process")
int BPF_PROG(timewait_5, struct inet_timewait_sock *tw, void *skb, void *th, void *isn,
	     void *reason, __u64 status)
{
	return count_timewait(port_wanted((const struct sock *)tw), status);
}

/*
 * Counts only: packets that came while a task owned the socket and were merged
 * into one already waiting reach no hook of their own. After the call such a
 * packet is neither dropped nor the last one waiting. The result is a truth
 * value or a drop reason; its low byte tells either.
 */
static __always_inline int count_merged(struct sock *sk, struct sk_buff *skb, __u8 dropped)
{
	if (live.on && !dropped && sk->sk_backlog.tail != skb && port_wanted(sk))
		count(bpf_get_smp_processor_id(), SIFTR_IN, SIFTR_MERGED);
	return 0;
}

SEC("fexit/tcp_add_backlog")
int BPF_PROG(backlog_2, struct sock *sk, struct sk_buff *skb, __u64 dropped)
{
	return count_merged(sk, skb, dropped);
}

SEC("fexit/tcp_add_backlog")
int BPF_PROG(backlog_3, struct sock *sk, struct sk_buff *skb, void *reason, __u64 dropped)
{
	return count_merged(sk, skb, dropped);
}

#endif

#endif
