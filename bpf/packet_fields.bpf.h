/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The fields of the group `packet`. A packet that leaves has no TCP header yet at the hook, unless
 * load_config.queued is set: what the kernel will write is worked out here. `answer`: the packet is
 * the reset that answers `skb`, as tcp_v4_send_reset() makes it.
 */
#ifndef SIFTR_PACKET_FIELDS_BPF_H
#define SIFTR_PACKET_FIELDS_BPF_H

#include "packet.bpf.h"

#define TCPHDR_PSH 0x08
#define TCPHDR_URG 0x20
#define TCPHDR_ECE 0x40
#define TCPHDR_CWR 0x80

/* Bits of tp->ecn_flags, from the kernel's net/tcp_ecn.h. */
#define TCP_ECN_OK	   0x01
#define TCP_ECN_QUEUE_CWR  0x02
#define TCP_ECN_DEMAND_CWR 0x04
#define TCP_ECN_ACCECN	   0x10

#define TCP_CONG_NEEDS_ECN 0x2

static __always_inline bool sequence_before(__u32 first, __u32 second)
{
	return (__s32)(first - second) < 0;
}

/* Whether TCP hands the packet to the IP layer at the hook, so that its TCP header is written. */
static __always_inline bool is_queued(__u32 direction, bool answer)
{
	return direction == SIFTR_OUT && load_config.queued && !answer;
}

/* A 32-bit word, in host order, of the TCP header of a packet for which is_queued() is true. */
static __always_inline __u32 header_word(const struct sk_buff *skb, __u32 number)
{
	const void *header = READ(skb, head) + READ(skb, transport_header);
	__u32 word = 0;

	bpf_probe_read_kernel(&word, sizeof(word), header + number * sizeof(word));
	return bpf_ntohl(word);
}

/*
 * The TCP flags as they are found at the hook: if is_queued() is true, in the packet's header, else
 * in its tcp_skb_cb. For `answer` they are those of the packet that is answered.
 */
static __always_inline __u8 raw_flags(const struct sk_buff *skb, __u32 direction, bool answer)
{
	return is_queued(direction, answer) ? header_word(skb, 3) >> 16 : skb_tcp_flags(skb);
}

static __always_inline __u32 cb_word(const struct sk_buff *skb, __u32 offset)
{
	return read_at(&skb->cb[0], offset, sizeof(__u32));
}

static __always_inline __u32 packet_seq(const struct sk_buff *skb, __u32 direction, bool answer)
{
	if (is_queued(direction, answer))
		return header_word(skb, 1);
	if (!answer)
		return cb_word(skb, bpf_core_field_offset(struct tcp_skb_cb, seq));
	if (!(skb_tcp_flags(skb) & TCPHDR_ACK))
		return 0;
	return cb_word(skb, bpf_core_field_offset(struct tcp_skb_cb, ack_seq));
}

/*
 * The acknowledgement number. A packet that leaves without a header as yet will acknowledge
 * rcv_nxt; with DCTCP it may acknowledge less, see packet_ack_known().
 */
static __always_inline __u32 packet_ack(const struct tcp_sock *tp, const struct sk_buff *skb,
					__u32 direction, bool answer)
{
	if (answer)
		return skb_end_seq(skb);
	if (is_queued(direction, answer))
		return header_word(skb, 2);
	if (direction == SIFTR_OUT)
		return READ(tp, rcv_nxt);
	return cb_word(skb, bpf_core_field_offset(struct tcp_skb_cb, ack_seq));
}

static __always_inline __u32 packet_payload_len(const struct sk_buff *skb, __u32 direction,
						bool answer)
{
	__u8 flags = raw_flags(skb, direction, answer);

	if (answer)
		return 0;
	return packet_end_seq(skb, direction) - packet_seq(skb, direction, answer) -
	       !!(flags & TCPHDR_SYN) - !!(flags & TCPHDR_FIN);
}

/*
 * Whether the packet has an acknowledgement number and packet_ack() returns it. That is not certain
 * of a packet without payload if the congestion control needs ECN: DCTCP may acknowledge only what
 * came before a packet that has already arrived, and passes that number to __tcp_send_ack() as an
 * argument.
 */
static __always_inline bool packet_ack_known(const struct inet_connection_sock *icsk,
					     const struct sk_buff *skb, __u32 direction,
					     bool answer)
{
	const struct tcp_congestion_ops *ops = (const void *)READ(icsk, icsk_ca_ops);
	bool has_ack = raw_flags(skb, direction, answer) & TCPHDR_ACK;

	if (answer)
		return !has_ack;
	if (!has_ack || direction == SIFTR_IN || is_queued(direction, answer))
		return has_ack;
	return !(READ(ops, flags) & TCP_CONG_NEEDS_ECN) ||
	       packet_payload_len(skb, direction, answer);
}

static __always_inline __u16 packet_segs(const struct sk_buff *skb, __u32 direction, bool answer)
{
	const void *shared_info = READ(skb, head) + READ(skb, end);
	__u16 segs = 0;

	if (answer)
		return 1;
	if (direction == SIFTR_OUT && !load_config.queued)
		return read_at(&skb->cb[0], bpf_core_field_offset(struct tcp_skb_cb, tcp_gso_segs),
			       sizeof(segs));
	bpf_probe_read_kernel(&segs, sizeof(segs),
			      shared_info +
				      bpf_core_field_offset(struct skb_shared_info, gso_segs));
	return segs ?: 1;
}

/*
 * The segments of a sent packet with payload, which the kernel adds to packets_out or retrans_out
 * only after the hook; 0 for any other packet.
 */
static __always_inline __u32 packet_segs_to_send(const struct sk_buff *skb, __u32 direction,
						 bool answer)
{
	if (direction == SIFTR_IN || answer || !packet_payload_len(skb, direction, answer))
		return 0;
	return packet_segs(skb, direction, answer);
}

/*
 * What the kernel had counted as sent before the packet. Where is_queued() is true it has counted
 * the packet already, with the numbers by which __tcp_transmit_skb() does so.
 */
static __always_inline __u32 segs_sent_before(const struct tcp_sock *tp, const struct sk_buff *skb,
					      __u32 direction, bool answer)
{
	return READ(tp, segs_out) -
	       (is_queued(direction, answer) ? packet_segs(skb, direction, answer) : 0);
}

static __always_inline __u32 data_segs_sent_before(const struct tcp_sock *tp,
						   const struct sk_buff *skb, __u32 direction,
						   bool answer)
{
	return READ(tp, data_segs_out) -
	       (is_queued(direction, answer) ? packet_segs_to_send(skb, direction, answer) : 0);
}

static __always_inline __u64 bytes_sent_before(const struct tcp_sock *tp, const struct sk_buff *skb,
					       __u32 direction, bool answer)
{
	return READ(tp, bytes_sent) -
	       (is_queued(direction, answer) ? packet_payload_len(skb, direction, answer) : 0);
}

/*
 * The packet's length as tcp_probe and ttprobe write it: skb->len, which includes the TCP header,
 * if received; the payload if sent, which is skb->len at __tcp_transmit_skb(), before the header is
 * added.
 */
static __always_inline __u32 packet_skb_len(const struct sk_buff *skb, __u32 direction, bool answer)
{
	return direction == SIFTR_IN ? READ(skb, len) : packet_payload_len(skb, direction, answer);
}

static __always_inline bool packet_is_retransmit(const struct tcp_sock *tp,
						 const struct sk_buff *skb, __u32 direction,
						 bool answer)
{
	__u32 seq = packet_seq(skb, direction, answer);

	return !answer && packet_end_seq(skb, direction) != seq &&
	       sequence_before(seq, READ(tp, snd_nxt));
}

/* The ECN flags (ECE, CWR), under the conditions under which tcp_ecn_send() sets them later. */
static __always_inline __u8 ecn_flags_to_send(const struct tcp_sock *tp, const struct sk_buff *skb)
{
	__u8 ecn = READ(tp, ecn_flags), flags = 0;

	if (!(ecn & TCP_ECN_OK))
		return 0;
	if (ecn & TCP_ECN_DEMAND_CWR)
		flags = TCPHDR_ECE;
	if (ecn & TCP_ECN_QUEUE_CWR && packet_payload_len(skb, SIFTR_OUT, 0) &&
	    !packet_is_retransmit(tp, skb, SIFTR_OUT, 0))
		flags |= TCPHDR_CWR;
	return flags;
}

/* After the hook the kernel sets PSH on an skb of several segments. */
static __always_inline __u8 push_flag_to_send(const struct sk_buff *skb)
{
	return packet_segs(skb, SIFTR_OUT, 0) > 1 ? TCPHDR_PSH : 0;
}

/* The urgent flag, under the conditions under which __tcp_transmit_skb() sets it after the hook. */
static __always_inline __u8 urgent_flag_to_send(const struct tcp_sock *tp,
						const struct sk_buff *skb)
{
	__u32 seq = packet_seq(skb, SIFTR_OUT, 0), snd_up = READ(tp, snd_up);

	if (READ(tp, snd_una) == snd_up || !sequence_before(seq, snd_up))
		return 0;
	if (sequence_before(snd_up, seq + 0x10000) ||
	    sequence_before(READ(tp, snd_nxt), seq + 0xffff))
		return TCPHDR_URG;
	return 0;
}

/*
 * Whether packet_flags() is right. With AccECN the ECN flags are a counter, which is not worked out
 * here: of a packet that leaves they are known only from its header.
 */
static __always_inline bool packet_flags_known(const struct tcp_sock *tp, const struct sk_buff *skb,
					       __u32 direction, bool answer)
{
	return answer || direction == SIFTR_IN || is_queued(direction, answer) ||
	       !(READ(tp, ecn_flags) & TCP_ECN_ACCECN);
}

static __always_inline __u8 packet_flags(const struct tcp_sock *tp, const struct sk_buff *skb,
					 __u32 direction, bool answer)
{
	__u8 flags = raw_flags(skb, direction, answer);

	if (answer)
		return flags & TCPHDR_ACK ? TCPHDR_RST : TCPHDR_RST | TCPHDR_ACK;
	if (direction == SIFTR_IN || is_queued(direction, answer) || flags & TCPHDR_SYN)
		return flags;
	return flags | ecn_flags_to_send(tp, skb) | push_flag_to_send(skb) |
	       urgent_flag_to_send(tp, skb);
}

#endif
