/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every difference between kernels, and every field that needs more than a
 * plain load, behind one accessor each. Bitfields move and change width
 * between kernels, so they are read through their relocated position.
 */
#ifndef SIFTR_COMPAT_BPF_H
#define SIFTR_COMPAT_BPF_H

#define AF_INET	    2
#define AF_INET6    10
#define SACK_RANGES 4

/* The socket's flag bit numbers are an enum of the kernel: relocated, not assumed. */
static __always_inline __u8 tcp_fin_received(const struct sock *sk)
{
	return sk->__sk_common.skc_flags >> bpf_core_enum_value(enum sock_flags, SOCK_DONE) & 1;
}

static __always_inline __u32 skb_end_seq(const struct sk_buff *skb)
{
	return ((const struct tcp_skb_cb *)&skb->cb[0])->end_seq;
}

static __always_inline __u8 tcp_ca_state(const struct inet_connection_sock *icsk)
{
	return BPF_CORE_READ_BITFIELD(icsk, icsk_ca_state);
}

static __always_inline __u8 tcp_ack_pending(const struct inet_connection_sock *icsk)
{
	return icsk->icsk_ack.pending;
}

static __always_inline __u8 tcp_ecn_flags(const struct tcp_sock *tp)
{
	return tp->ecn_flags;
}

static __always_inline __u8 tcp_nonagle(const struct tcp_sock *tp)
{
	return BPF_CORE_READ_BITFIELD(tp, nonagle);
}

static __always_inline __u8 tcp_snd_wscale(const struct tcp_sock *tp)
{
	return BPF_CORE_READ_BITFIELD(tp, rx_opt.snd_wscale);
}

static __always_inline __u8 tcp_rcv_wscale(const struct tcp_sock *tp)
{
	return BPF_CORE_READ_BITFIELD(tp, rx_opt.rcv_wscale);
}

static __always_inline __u8 tcp_options(const struct sock *sk, const struct tcp_sock *tp,
					const struct inet_connection_sock *icsk)
{
	__u8 options = 0;

	if (BPF_CORE_READ_BITFIELD(tp, rx_opt.sack_ok) & 1)
		options |= SIFTR_OPT_SACK;
	if (BPF_CORE_READ_BITFIELD(tp, rx_opt.wscale_ok))
		options |= SIFTR_OPT_WSCALE;
	if (BPF_CORE_READ_BITFIELD(tp, rx_opt.tstamp_ok))
		options |= SIFTR_OPT_TSTAMP;
	if (BPF_CORE_READ_BITFIELD(tp, syn_fastopen))
		options |= SIFTR_OPT_FASTOPEN;
	if (BPF_CORE_READ_BITFIELD(icsk, icsk_mtup.enabled))
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

	if (!tp->out_of_order_queue.rb_node)
		return 0;
#pragma unroll
	for (int i = 0; i < SACK_RANGES; i++)
		if (i < tp->rx_opt.num_sacks)
			bytes += tp->selective_acks[i].end_seq - tp->selective_acks[i].start_seq;
	return bytes ?: 1;
}

#endif
