/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the programs read from a packet, mostly from the control block that the kernel's TCP keeps
 * in skb->cb.
 */
#ifndef SIFTR_PACKET_BPF_H
#define SIFTR_PACKET_BPF_H

#include "sock_fields.bpf.h"

#define TCPHDR_FIN 0x01 /* From the kernel's net/tcp.h. */
#define TCPHDR_SYN 0x02
#define TCPHDR_RST 0x04
#define TCPHDR_ACK 0x10

/* Where an IP header has the sender's address, behind which is the receiver's. */
#define IP_ADDRESSES   12
#define IPV6_ADDRESSES 8

/*
 * The sequence number after the packet, from its tcp_skb_cb. skb->cb is declared as an array of
 * bytes: a plain member access would load it byte by byte.
 */
static __always_inline __u32 skb_end_seq(const struct sk_buff *skb)
{
	return read_at(&skb->cb[0], bpf_core_field_offset(struct tcp_skb_cb, end_seq),
		       sizeof(__u32));
}

/*
 * The sequence number after a packet that TCP hands to the IP layer (load_config.queued). Its
 * tcp_skb_cb has been cleared, so the number is computed from the TCP header, with which the
 * packet's data begins there.
 */
static __always_inline __u32 queued_end_seq(const struct sk_buff *skb)
{
	const void *header = READ(skb, head) + READ(skb, transport_header);
	__u32 words[4] = {}, lengths;

	bpf_probe_read_kernel(words, sizeof(words), header);
	lengths = bpf_ntohl(words[3]); /* header length in 4 bits, flags in the second byte */
	return bpf_ntohl(words[1]) + READ(skb, len) - (lengths >> 28) * 4 +
	       !!(lengths >> 16 & TCPHDR_FIN) + !!(lengths >> 16 & TCPHDR_SYN);
}

static __always_inline __u32 packet_end_seq(const struct sk_buff *skb, __u32 direction)
{
	if (direction == SIFTR_OUT && load_config.queued)
		return queued_end_seq(skb);
	return skb_end_seq(skb);
}

/*
 * The TCP flags, FIN to CWR, in the packet's tcp_skb_cb. Later kernels keep 16 bits of flags there,
 * whose first byte is the one loaded here. tcp_v4_fill_cb() sets the flags of a received packet
 * even if there is no socket for it.
 */
static __always_inline __u8 skb_tcp_flags(const struct sk_buff *skb)
{
	return read_unit(&skb->cb[0], bpf_core_field_offset(struct tcp_skb_cb, tcp_flags), 1);
}

/* Whether the packet asks for a connection: SYN without ACK. */
static __always_inline bool skb_is_syn(const struct sk_buff *skb)
{
	return (skb_tcp_flags(skb) & (TCPHDR_SYN | TCPHDR_ACK)) == TCPHDR_SYN;
}

static __always_inline bool skb_is_reset(const struct sk_buff *skb)
{
	return skb_tcp_flags(skb) & TCPHDR_RST;
}

#define CHECKSUM_UNNECESSARY 1 /* linux/skbuff.h */
#define CHECKSUM_PARTIAL     3

/*
 * Whether the packet's checksum is right or needs no check; valid only after the kernel has checked
 * it. CHECKSUM_PARTIAL: veth and virtio hand on packets whose checksum is not computed yet.
 */
static __always_inline bool skb_csum_good(const struct sk_buff *skb)
{
	__u64 summed = READ_BITFIELD(skb, ip_summed);

	return summed == CHECKSUM_UNNECESSARY || summed == CHECKSUM_PARTIAL ||
	       READ_BITFIELD(skb, csum_valid);
}

/* Both ports of a received packet in network order, the foreign one in the low half. */
static __always_inline __u32 skb_ports(const struct sk_buff *skb)
{
	const void *header = READ(skb, head) + READ(skb, transport_header);
	__u32 ports = 0;

	bpf_probe_read_kernel(&ports, sizeof(ports), header);
	return ports;
}

/* The family and the addresses of a received packet, from its IP header. */
static __always_inline void skb_addresses(struct siftr_flow_key *key, const struct sk_buff *skb)
{
	const void *header = READ(skb, head) + READ(skb, network_header);
	__u32 addresses[2] = {};
	__u8 version = 0;

	bpf_probe_read_kernel(&version, sizeof(version), header);
	key->family = version >> 4;
	if (key->family == 4) {
		bpf_probe_read_kernel(addresses, sizeof(addresses), header + IP_ADDRESSES);
		key->faddr[0] = addresses[0];
		key->laddr[0] = addresses[1];
		return;
	}
	bpf_probe_read_kernel(key->faddr, sizeof(key->faddr), header + IPV6_ADDRESSES);
	bpf_probe_read_kernel(key->laddr, sizeof(key->laddr),
			      header + IPV6_ADDRESSES + sizeof(key->faddr));
}

#endif
