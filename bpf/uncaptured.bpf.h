/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Programs that only count: for packets that pass no hook where a connection's state could be
 * captured.
 */
#ifndef SIFTR_UNCAPTURED_BPF_H
#define SIFTR_UNCAPTURED_BPF_H

#include "compat.bpf.h"
#include "packet.bpf.h"
#include "refusal.bpf.h"
#include "ring.bpf.h"
#include "select.bpf.h"

/*
 * Counts a packet under `outcome`, unless a filter refuses it. `refusal`: the outcome if one does,
 * else SELECTED.
 */
static __always_inline void count_uncaptured(__u32 direction, __u32 refusal,
					     enum siftr_outcome outcome)
{
	__u32 cpu = bpf_get_smp_processor_id();

	if (refusal != SELECTED) {
		count_refusal_of_cpu(cpu, direction, refusal);
		return;
	}
	count_outcome(cpu, direction, outcome);
	wake_on_skip();
}

/* What is known of the packet that a time-wait socket got last on this CPU. */
struct timewait_packet {
	__u64 tw;
	__u32 refusal; /* see sock_refusal() */
	__u32 is_syn;  /* opens a new connection, if somebody listens */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct timewait_packet);
} timewait_packets SEC(".maps");

static __always_inline struct timewait_packet *timewait_packet(void)
{
	__u32 first = 0;

	return bpf_map_lookup_elem(&timewait_packets, &first);
}

/*
 * Counts a packet for a time-wait socket, which has no tcp_sock to capture. `status` is the result
 * of tcp_timewait_state_process().
 */
static __always_inline int count_timewait(__u32 status)
{
	struct timewait_packet *packet = timewait_packet();

	if (!is_tracing() || !packet)
		return 0;
	packet->is_syn = status == bpf_core_enum_value(enum tcp_tw_status, TCP_TW_SYN);
	count_uncaptured(SIFTR_IN, packet->refusal, SIFTR_SKIPPED_SOCK);
	return 0;
}

/*
 * For a SYN to a time-wait socket the kernel looks for a listener next. If there is one, it takes
 * the time-wait socket away and hands the SYN on: another hook counts the SYN, so the count that
 * count_timewait() has made is taken back.
 */
SIDE_HOOK(timewait_listener, inet_twsk_deschedule_put, struct inet_timewait_sock *tw)
{
	struct timewait_packet *packet = timewait_packet();

	if (!is_tracing() || !packet || !packet->is_syn || packet->tw != (__u64)tw)
		return 0;
	packet->is_syn = 0;
	uncount_outcome(bpf_get_smp_processor_id(), SIFTR_IN,
			packet->refusal == SELECTED ? SIFTR_SKIPPED_SOCK : packet->refusal);
	return 0;
}

/*
 * Stores before the call of tcp_timewait_state_process() what is needed after it, because a
 * kretprobe cannot read arguments. `is_syn` is cleared, because the call itself may take the socket
 * away, which does not mean that there is a listener. Bottom halves are off, so that begin and end
 * do not interleave with those of another packet on this CPU.
 */
SIDE_HOOK(timewait_begin, tcp_timewait_state_process, struct inet_timewait_sock *tw)
{
	struct timewait_packet *packet = timewait_packet();

	if (packet) {
		packet->tw = (__u64)tw;
		packet->refusal = sock_refusal((struct sock *)tw, SIFTR_IN);
		packet->is_syn = 0;
	}
	return 0;
}

#ifdef SIFTR_UNTYPED

SEC("kretprobe/tcp_timewait_state_process")
int BPF_KRETPROBE(timewait, long status)
{
	return count_timewait(status);
}

#else

/*
 * A fexit program finds the function's result after its arguments. tcp_timewait_state_process() has
 * three, four or five of them, depending on the kernel, so there is one program for each number;
 * src/capture/prog_variants.h selects it.
 */
SEC("fexit/tcp_timewait_state_process")
int BPF_PROG(timewait_3, struct inet_timewait_sock *tw, void *skb, void *th, __u64 status)
{
	return count_timewait(status);
}

SEC("fexit/tcp_timewait_state_process")
int BPF_PROG(timewait_4, struct inet_timewait_sock *tw, void *skb, void *th, void *isn,
	     __u64 status)
{
	return count_timewait(status);
}

SEC("fexit/tcp_timewait_state_process")
int BPF_PROG(timewait_5, struct inet_timewait_sock *tw, void *skb, void *th, void *isn,
	     void *reason, __u64 status)
{
	return count_timewait(status);
}

/*
 * Counts a packet that tcp_add_backlog() has dropped, or coalesced with the last one in the
 * socket's backlog: such a packet reaches no other hook. A coalesced packet gets no row of its own,
 * because it is part of the packet that took it in. A packet with a bad checksum is dropped by the
 * same function and, like every packet with a bad checksum, not counted.
 */
static __always_inline int count_backlog(struct sock *sk, struct sk_buff *skb, bool dropped)
{
	__u32 refusal;

	if (!is_tracing())
		return 0;
	if (dropped ? !skb_csum_good(skb) : sk->sk_backlog.tail == skb)
		return 0;
	refusal = received_refusal(sk, skb, SIFTR_IN);
	if (dropped)
		count_uncaptured(SIFTR_IN, refusal, SIFTR_DROPPED_BACKLOG);
	else if (refusal == SELECTED)
		count_outcome(bpf_get_smp_processor_id(), SIFTR_IN, SIFTR_COALESCED);
	return 0;
}

/*
 * The result of tcp_add_backlog() is a bool or, from Linux 7.0 on, a drop reason; the low byte is
 * enough for both.
 */
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
