/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Accessors of the fields of a socket that differ between kernels or need more than a plain load.
 */
#ifndef SIFTR_SOCK_FIELDS_BPF_H
#define SIFTR_SOCK_FIELDS_BPF_H

#include "compat.bpf.h"

/* The 16 bytes of an IPv6 address, in memory order. */
struct in6_words {
	__u64 high;
	__u64 low;
};

static __always_inline struct in6_words read_in6_words(const void *from)
{
	struct in6_words words;

#ifdef SIFTR_UNTYPED
	bpf_probe_read_kernel(&words, sizeof(words), from);
#else
	words.high = ((const __u64 *)from)[0];
	words.low = ((const __u64 *)from)[1];
#endif
	return words;
}

/* Whether the address is ::ffff:a.b.c.d, that is an IPv4 connection of a dual-stack socket. */
static __always_inline bool in6_is_v4mapped(struct in6_words address)
{
	return !address.high && (__u32)address.low == bpf_htonl(0xffff);
}

/*
 * Whether the socket has IPv6 addresses: not without CONFIG_IPV6. libbpf makes the test a constant
 * when the program is loaded, and the verifier removes the branch that cannot be taken.
 */
static __always_inline bool sock_has_ipv6(const struct sock *sk)
{
	return bpf_core_field_exists(sk->__sk_common.skc_v6_daddr) &&
	       bpf_core_field_exists(sk->__sk_common.skc_v6_rcv_saddr);
}

/* Inode number of the network namespace; 0 on a kernel without CONFIG_NET_NS. */
static __always_inline __u32 sock_netns(const struct sock *sk)
{
	if (!bpf_core_field_exists(sk->__sk_common.skc_net.net))
		return 0;
	return READ_VIA(sk, __sk_common.skc_net.net, ns.inum);
}

/*
 * Loads an unsigned integer of `bytes` bytes. `bytes` is a constant when the program is loaded, so
 * the verifier removes the branches for the other widths.
 */
static __always_inline __u64 read_at(const void *base, __u32 offset, __u32 bytes)
{
	const void *from = base + offset;

#ifdef SIFTR_UNTYPED
	__u64 value = 0;

	bpf_probe_read_kernel(&value, bytes, from);
	return value;
#else
	if (bytes == 1)
		return *(const __u8 *)from;
	if (bytes == 2)
		return *(const __u16 *)from;
	if (bytes == 4)
		return *(const __u32 *)from;
	return *(const __u64 *)from;
#endif
}

/*
 * Loads the integer that contains a bitfield. The asm keeps the relocated offset out of the load
 * instruction, which would be rejected on a kernel where the member is no bitfield.
 */
static __always_inline __u64 read_unit(const void *base, __u32 offset, __u32 bytes)
{
	const void *from = base + offset;

	asm volatile("" : "+r"(from));
	return read_at(from, 0, bytes);
}

#define BITFIELD_RELO(pointer, member, what) __CORE_RELO(pointer, member, what)
#define READ_BITFIELD(pointer, member)                                   \
	(read_unit(pointer, BITFIELD_RELO(pointer, member, BYTE_OFFSET), \
		   BITFIELD_RELO(pointer, member, BYTE_SIZE))            \
		 << BITFIELD_RELO(pointer, member, LSHIFT_U64) >>        \
	 BITFIELD_RELO(pointer, member, RSHIFT_U64))

/*
 * The negotiated options and window scales as one word, in the bit order of all known kernels, so
 * that a single load is enough (see bitfield_layout.h). In a kernel with another layout the
 * bitfields are read one by one.
 */
#define RX_OPT_OPTIONS	  (SIFTR_OPT_TSTAMP | SIFTR_OPT_WSCALE | SIFTR_OPT_SACK)
#define RX_OPT_SND_WSCALE 8
#define RX_OPT_RCV_WSCALE 12

static __always_inline __u32 tcp_rx_opt(const struct tcp_sock *tp)
{
	if (load_config.rx_opt_layout)
		return read_at(tp, BITFIELD_RELO(tp, rx_opt.sack_ok, BYTE_OFFSET), 2);
	return READ_BITFIELD(tp, rx_opt.tstamp_ok) * SIFTR_OPT_TSTAMP |
	       READ_BITFIELD(tp, rx_opt.wscale_ok) * SIFTR_OPT_WSCALE |
	       (READ_BITFIELD(tp, rx_opt.sack_ok) & 1) * SIFTR_OPT_SACK |
	       READ_BITFIELD(tp, rx_opt.snd_wscale) << RX_OPT_SND_WSCALE |
	       READ_BITFIELD(tp, rx_opt.rcv_wscale) << RX_OPT_RCV_WSCALE;
}

/*
 * nonagle and syn_fastopen as one word, so that a single load is enough where they have their usual
 * layout. Linux 6.8 moved the two apart: from then on they are read one by one.
 */
#define NONAGLE_MASK	 15
#define NONAGLE_FASTOPEN 19

/* From Linux 7.0 on this bit marks the sockets that a listener made by TCP Fast Open. */
struct tcp_sock___fastopen_child {
	__u8 syn_fastopen_child : 1;
} __attribute__((preserve_access_index));

static __always_inline __u64 tcp_fastopen_child(const struct tcp_sock *tp)
{
	const struct tcp_sock___fastopen_child *marked = (const void *)tp;

	if (!bpf_core_field_exists(marked->syn_fastopen_child))
		return 0;
	return READ_BITFIELD(marked, syn_fastopen_child);
}

static __always_inline __u32 tcp_nonagle(const struct tcp_sock *tp)
{
	if (load_config.nonagle_layout)
		return read_at(tp, BITFIELD_RELO(tp, nonagle, BYTE_OFFSET), 4);
	return READ_BITFIELD(tp, nonagle) |
	       (READ_BITFIELD(tp, syn_fastopen) | tcp_fastopen_child(tp)) << NONAGLE_FASTOPEN;
}

/*
 * Casts to inet_connection_sock, which is the first member of
 * struct tcp_sock: no load is needed.
 */
static __always_inline const struct inet_connection_sock *tcp_inet_csk(const struct tcp_sock *tp)
{
	return (const struct inet_connection_sock *)tp;
}

/* Casts to sock, with which a tcp_sock begins: no load is needed. */
static __always_inline const struct sock *tcp_base_sock(const struct tcp_sock *tp)
{
	return (const struct sock *)tp;
}

/*
 * The socket's port pair: foreign port in network order in the low half, local port in host order
 * in the high half. Time-wait sockets have it too: all sockets begin with a sock_common.
 */
static __always_inline __u32 read_ports(const struct sock *sk)
{
	return READ(sk, __sk_common.skc_portpair);
}

/*
 * Local port of a full socket, in network order, from inet_sport. Closing a socket clears the port
 * in the port pair of its sock_common, but not this one.
 */
static __always_inline __u16 read_bound_port(const struct sock *sk)
{
	const void *from = (const void *)sk + bpf_core_field_offset(struct inet_sock, inet_sport);
	__u16 port = 0;

	bpf_probe_read_kernel(&port, sizeof(port), from);
	return port;
}

#define AF_INET	    2
#define IPPROTO_TCP 6
#define SACK_RANGES 4

/*
 * Whether the peer's FIN has been received: tcp_fin() sets SOCK_DONE. A FIN also ends ESTABLISHED,
 * so in that state the flag is not loaded. The flag's number differs between kernels and is
 * relocated.
 */
static __always_inline __u8 tcp_fin_received(const struct sock *sk, __u8 state)
{
	if (state == TCP_ESTABLISHED)
		return 0;
	return READ(sk, __sk_common.skc_flags) >> bpf_core_enum_value(enum sock_flags, SOCK_DONE) &
	       1;
}

static __always_inline __u8 tcp_ca_state(const struct inet_connection_sock *icsk)
{
	return READ_BITFIELD(icsk, icsk_ca_state);
}

/*
 * The SIFTR_OPT_* bits of a socket. `rx_opt` and `nonagle` are the words that tcp_rx_opt() and
 * tcp_nonagle() return.
 */
static __always_inline __u8 tcp_options(const struct sock *sk,
					const struct inet_connection_sock *icsk, __u32 rx_opt,
					__u32 nonagle, __u8 state)
{
	return (rx_opt & RX_OPT_OPTIONS) | (nonagle >> NONAGLE_FASTOPEN & 1) * SIFTR_OPT_FASTOPEN |
	       READ_BITFIELD(icsk, icsk_mtup.enabled) * SIFTR_OPT_MTUP |
	       tcp_fin_received(sk, state) * SIFTR_OPT_FIN_RECEIVED;
}

/*
 * Bytes in the reassembly queue, summed over the SACK ranges: walking the queue's tree would cost
 * thousands of instructions. The sum is a lower bound if there are more than four ranges, of which
 * the kernel keeps the latest four. Without SACK it keeps none; the result is then 1 for a queue
 * that is not empty.
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
