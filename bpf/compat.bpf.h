/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every difference between kernels, and every field that needs more than a
 * plain load, behind one accessor each. Bitfields move and change width
 * between kernels, so they are read through their relocated position.
 */
#ifndef SIFTR_COMPAT_BPF_H
#define SIFTR_COMPAT_BPF_H

/*
 * fentry programs may load through the pointers they are given; kprobe programs
 * get plain numbers and must ask a helper for each load. The capture code is the
 * same: READ and READ_BITS load a member, READ_VIA one behind another pointer.
 * HOOK opens a program on a kernel function.
 */
#ifdef SIFTR_KPROBE
#define READ(pointer, member)		BPF_CORE_READ(pointer, member)
#define READ_BITS(pointer, member)	BPF_CORE_READ_BITFIELD_PROBED(pointer, member)
#define READ_VIA(pointer, link, member) BPF_CORE_READ(pointer, link, member)
#define HOOK(name, function, args...)	SEC("kprobe/" #function) int BPF_KPROBE(name, args)
#else
#define READ(pointer, member)		((pointer)->member)
#define READ_BITS(pointer, member)	BPF_CORE_READ_BITFIELD(pointer, member)
#define READ_VIA(pointer, link, member) ((pointer)->link->member)
#define HOOK(name, function, args...)	SEC("fentry/" #function) int BPF_PROG(name, args)
#endif

struct words {
	__u64 high;
	__u64 low;
};

/* Sixteen bytes as they lie in memory. */
static __always_inline struct words read_words(const void *from)
{
	struct words words;

#ifdef SIFTR_KPROBE
	bpf_probe_read_kernel(&words, sizeof(words), from);
#else
	words.high = ((const __u64 *)from)[0];
	words.low = ((const __u64 *)from)[1];
#endif
	return words;
}

/* The verifier takes a cast from sock only of a helper; NULL when not a TCP socket. */
static __always_inline struct tcp_sock *tcp_sock(struct sock *sk)
{
#ifdef SIFTR_KPROBE
	return (struct tcp_sock *)sk;
#else
	return bpf_skc_to_tcp_sock(sk);
#endif
}

#define AF_INET	    2
#define SACK_RANGES 4

/* The socket's flag bit numbers are an enum of the kernel: relocated, not assumed. */
static __always_inline __u8 tcp_fin_received(const struct sock *sk)
{
	return READ(sk, __sk_common.skc_flags) >> bpf_core_enum_value(enum sock_flags, SOCK_DONE) &
	       1;
}

static __always_inline __u32 skb_end_seq(const struct sk_buff *skb)
{
	return READ((const struct tcp_skb_cb *)&skb->cb[0], end_seq);
}

static __always_inline __u8 tcp_ca_state(const struct inet_connection_sock *icsk)
{
	return READ_BITS(icsk, icsk_ca_state);
}

static __always_inline __u8 tcp_ack_pending(const struct inet_connection_sock *icsk)
{
	return READ(icsk, icsk_ack.pending);
}

static __always_inline __u8 tcp_ecn_flags(const struct tcp_sock *tp)
{
	return READ(tp, ecn_flags);
}

static __always_inline __u8 tcp_nonagle(const struct tcp_sock *tp)
{
	return READ_BITS(tp, nonagle);
}

static __always_inline __u8 tcp_snd_wscale(const struct tcp_sock *tp)
{
	return READ_BITS(tp, rx_opt.snd_wscale);
}

static __always_inline __u8 tcp_rcv_wscale(const struct tcp_sock *tp)
{
	return READ_BITS(tp, rx_opt.rcv_wscale);
}

static __always_inline __u8 tcp_options(const struct sock *sk, const struct tcp_sock *tp,
					const struct inet_connection_sock *icsk)
{
	__u8 options = 0;

	if (READ_BITS(tp, rx_opt.sack_ok) & 1)
		options |= SIFTR_OPT_SACK;
	if (READ_BITS(tp, rx_opt.wscale_ok))
		options |= SIFTR_OPT_WSCALE;
	if (READ_BITS(tp, rx_opt.tstamp_ok))
		options |= SIFTR_OPT_TSTAMP;
	if (READ_BITS(tp, syn_fastopen))
		options |= SIFTR_OPT_FASTOPEN;
	if (READ_BITS(icsk, icsk_mtup.enabled))
		options |= SIFTR_OPT_MTUP;
	if (tcp_fin_received(sk))
		options |= SIFTR_OPT_FIN_RECEIVED;
	return options;
}

/*
 * Bytes in the reassembly queue, from the ranges kept for SACK: walking the
 * queue's tree would cost thousands of instructions. Without SACK there are no
 * ranges, and past four they are the latest four: then this is a lower bound.
 */
static __always_inline __u32 tcp_ooo_bytes(const struct tcp_sock *tp)
{
	__u32 bytes = 0;
	int ranges;

	if (!READ(tp, out_of_order_queue.rb_node))
		return 0;
	ranges = READ(tp, rx_opt.num_sacks);
#pragma unroll
	for (int i = 0; i < SACK_RANGES; i++)
		if (i < ranges)
			bytes += READ(tp, selective_acks[i].end_seq) -
				 READ(tp, selective_acks[i].start_seq);
	return bytes ?: 1;
}

#endif
