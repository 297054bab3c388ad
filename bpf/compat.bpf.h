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
 * same: READ loads a member, READ_VIA one behind another pointer.
 * HOOK opens a program on a kernel function, whose n-th argument is ARGUMENT.
 */
#ifdef SIFTR_KPROBE
#define READ(pointer, member)		BPF_CORE_READ(pointer, member)
#define READ_VIA(pointer, link, member) BPF_CORE_READ(pointer, link, member)
#define HOOK(name, function)		SEC("kprobe/" #function) int name(void *arguments)
#define ARGUMENT(arguments, n)		PT_REGS_PARM##n((struct pt_regs *)(arguments))
#else
#define READ(pointer, member)		((pointer)->member)
#define READ_VIA(pointer, link, member) ((pointer)->link->member)
#define HOOK(name, function)		SEC("fentry/" #function) int name(void *arguments)
#define ARGUMENT(arguments, n)		(((__u64 *)(arguments))[(n)-1])
#endif

/* All three hooks take a socket and a packet. */
static __always_inline struct sock *hooked_sk(void *arguments)
{
	return (struct sock *)ARGUMENT(arguments, 1);
}

static __always_inline struct sk_buff *hooked_skb(void *arguments)
{
	return (struct sk_buff *)ARGUMENT(arguments, 2);
}

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

/*
 * Members that a kernel need not be built with, CONFIG_IPV6 and CONFIG_NET_NS. What is known to be
 * absent is removed before it is verified.
 */
static __always_inline int sock_has_ipv6(const struct sock *sk)
{
	return bpf_core_field_exists(sk->__sk_common.skc_v6_daddr) &&
	       bpf_core_field_exists(sk->__sk_common.skc_v6_rcv_saddr);
}

/* The only namespace is 0 where there are no others. */
static __always_inline __u32 sock_netns(const struct sock *sk)
{
	if (!bpf_core_field_exists(sk->__sk_common.skc_net.net))
		return 0;
	return READ_VIA(sk, __sk_common.skc_net.net, ns.inum);
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

/* An integer at `offset`; loads of other widths are removed by the verifier. */
static __always_inline __u64 read_at(const void *base, __u32 offset, __u32 bytes)
{
	const void *from = base + offset;
	__u64 value = 0;

#ifdef SIFTR_KPROBE
	bpf_probe_read_kernel(&value, bytes, from);
#else
	if (bytes == 1)
		return *(const __u8 *)from;
	if (bytes == 2)
		return *(const __u16 *)from;
	if (bytes == 4)
		return *(const __u32 *)from;
	if (bytes == 8)
		return *(const __u64 *)from;
#endif
	return value;
}

/*
 * The unit a bitfield lies in. Its place must not become part of a load: that
 * would be refused where the kernel has an ordinary member instead.
 */
static __always_inline __u64 read_unit(const void *base, __u32 offset, __u32 bytes)
{
	const void *from = base + offset;

	asm volatile("" : "+r"(from));
	return read_at(from, 0, bytes);
}

#define BITS_PLACE(pointer, member, what) __CORE_RELO(pointer, member, what)
#define READ_BITS(pointer, member)                                    \
	(read_unit(pointer, BITS_PLACE(pointer, member, BYTE_OFFSET), \
		   BITS_PLACE(pointer, member, BYTE_SIZE))            \
		 << BITS_PLACE(pointer, member, LSHIFT_U64) >>        \
	 BITS_PLACE(pointer, member, RSHIFT_U64))

/*
 * The negotiated options and scales in one word, each where it lies on all known
 * kernels: there it is a single load.
 */
#define RX_OPT_OPTIONS	  (SIFTR_OPT_TSTAMP | SIFTR_OPT_WSCALE | SIFTR_OPT_SACK)
#define RX_OPT_SND_WSCALE 8
#define RX_OPT_RCV_WSCALE 12

static __always_inline __u32 tcp_rx_opt(const struct tcp_sock *tp)
{
	if (load_config.layouts & SIFTR_LAYOUT_RX_OPT)
		return read_at(tp, BITS_PLACE(tp, rx_opt.sack_ok, BYTE_OFFSET), 2);
	return READ_BITS(tp, rx_opt.tstamp_ok) * SIFTR_OPT_TSTAMP |
	       READ_BITS(tp, rx_opt.wscale_ok) * SIFTR_OPT_WSCALE |
	       (READ_BITS(tp, rx_opt.sack_ok) & 1) * SIFTR_OPT_SACK |
	       READ_BITS(tp, rx_opt.snd_wscale) << RX_OPT_SND_WSCALE |
	       READ_BITS(tp, rx_opt.rcv_wscale) << RX_OPT_RCV_WSCALE;
}

/* Likewise nonagle and syn_fastopen; apart from 6.8 on. */
#define NONAGLE_MASK	 15
#define NONAGLE_FASTOPEN 19

static __always_inline __u32 tcp_nonagle(const struct tcp_sock *tp)
{
	if (load_config.layouts & SIFTR_LAYOUT_NONAGLE)
		return read_at(tp, BITS_PLACE(tp, nonagle, BYTE_OFFSET), 4);
	return READ_BITS(tp, nonagle) | READ_BITS(tp, syn_fastopen) << NONAGLE_FASTOPEN;
}

/* The connection begins with its inet_connection_sock. */
static __always_inline const struct inet_connection_sock *tcp_inet_csk(const struct tcp_sock *tp)
{
	return (const struct inet_connection_sock *)tp;
}

/*
 * Foreign port in network order first, local port in host order behind. Time-wait
 * sockets begin as all sockets do.
 */
static __always_inline __u32 read_ports(const struct sock *sk)
{
	return READ(sk, __sk_common.skc_portpair);
}

/* The local port of a full socket in network order; a close leaves it, and clears the pair's. */
static __always_inline __u16 read_bound_port(const struct sock *sk)
{
	const void *from = (const void *)sk + bpf_core_field_offset(struct inet_sock, inet_sport);
	__u16 port = 0;

	bpf_probe_read_kernel(&port, sizeof(port), from);
	return port;
}

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
	return read_at(&skb->cb[0], bpf_core_field_offset(struct tcp_skb_cb, end_seq),
		       sizeof(__u32));
}

#define TCPHDR_SYN 0x02 /* net/tcp.h */
#define TCPHDR_ACK 0x10

/* The first byte of the flags, which later kernels keep in two; set before any socket is found. */
static __always_inline int skb_opens(const struct sk_buff *skb)
{
	__u8 flags = read_unit(&skb->cb[0], bpf_core_field_offset(struct tcp_skb_cb, tcp_flags), 1);

	return (flags & (TCPHDR_SYN | TCPHDR_ACK)) == TCPHDR_SYN;
}

/* Both ports of a received packet, in network order: the foreign one in the lower half. */
static __always_inline __u32 skb_ports(const struct sk_buff *skb)
{
	const void *header = READ(skb, head) + READ(skb, transport_header);
	__u32 ports = 0;

	bpf_probe_read_kernel(&ports, sizeof(ports), header);
	return ports;
}

static __always_inline __u8 tcp_ca_state(const struct inet_connection_sock *icsk)
{
	return READ_BITS(icsk, icsk_ca_state);
}

/* `rx_opt` and `nonagle` are the words above. */
static __always_inline __u8 tcp_options(const struct sock *sk,
					const struct inet_connection_sock *icsk, __u32 rx_opt,
					__u32 nonagle, __u8 state)
{
	return (rx_opt & RX_OPT_OPTIONS) | (nonagle >> NONAGLE_FASTOPEN & 1) * SIFTR_OPT_FASTOPEN |
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
