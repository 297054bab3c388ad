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

/* The unit a bitfield lies in, whole; `offset` and `bytes` are known to the verifier. */
static __always_inline __u64 read_unit(const void *base, __u32 offset, __u32 bytes)
{
	const void *from = base + offset;
	__u64 unit = 0;

#ifdef SIFTR_KPROBE
	bpf_probe_read_kernel(&unit, bytes, from);
#else
	/* Hides where the pointer came from, so that one load of this width is made. */
	asm volatile("" : "+r"(from));
	switch (bytes) {
	case 1:
		return *(const __u8 *)from;
	case 2:
		return *(const __u16 *)from;
	case 4:
		return *(const __u32 *)from;
	case 8:
		return *(const __u64 *)from;
	}
#endif
	return unit;
}

/*
 * The negotiated options are bits of one unit on all known kernels: it is loaded
 * once. A bit that lies elsewhere would be read for itself.
 */
#define RX_OPT_PLACE(tp, member, what) __CORE_RELO(tp, rx_opt.member, what)
#define RX_OPT_UNIT(tp) \
	read_unit(tp, RX_OPT_PLACE(tp, sack_ok, BYTE_OFFSET), RX_OPT_PLACE(tp, sack_ok, BYTE_SIZE))
#define RX_OPT(tp, member)                                                               \
	(RX_OPT_PLACE(tp, member, BYTE_OFFSET) == RX_OPT_PLACE(tp, sack_ok, BYTE_OFFSET) \
		 ? rx_opt_unit << RX_OPT_PLACE(tp, member, LSHIFT_U64) >>                \
			   RX_OPT_PLACE(tp, member, RSHIFT_U64)                          \
		 : READ_BITS(tp, rx_opt.member))

#define AF_INET	    2
#define SACK_RANGES 4

/*
 * Never so in ESTABLISHED, which a FIN ends. The flag's number is an enum of the
 * kernel: relocated, not assumed.
 */
static __always_inline __u8 tcp_fin_received(const struct sock *sk, __u8 state)
{
	if (state == TCP_ESTABLISHED)
		return 0;
	return READ(sk, __sk_common.skc_flags) >> bpf_core_enum_value(enum sock_flags, SOCK_DONE) &
	       1;
}

/* The control block lies in an array of bytes, from which loads would be bytewise. */
static __always_inline __u32 skb_end_seq(const struct sk_buff *skb)
{
	return read_unit(&skb->cb[0], bpf_core_field_offset(struct tcp_skb_cb, end_seq),
			 sizeof(__u32));
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

/* `rx_opt_unit` is what RX_OPT_UNIT() loaded. */
static __always_inline __u8 tcp_options(const struct sock *sk, const struct tcp_sock *tp,
					const struct inet_connection_sock *icsk, __u64 rx_opt_unit,
					__u8 state)
{
	return (RX_OPT(tp, sack_ok) & 1) * SIFTR_OPT_SACK |
	       RX_OPT(tp, wscale_ok) * SIFTR_OPT_WSCALE | RX_OPT(tp, tstamp_ok) * SIFTR_OPT_TSTAMP |
	       READ_BITS(tp, syn_fastopen) * SIFTR_OPT_FASTOPEN |
	       READ_BITS(icsk, icsk_mtup.enabled) * SIFTR_OPT_MTUP |
	       tcp_fin_received(sk, state) * SIFTR_OPT_FIN_RECEIVED;
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
