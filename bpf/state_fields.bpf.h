/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The fields of the groups `loss` to `cc` and `probe` that need more than a plain load. */
#ifndef SIFTR_STATE_FIELDS_BPF_H
#define SIFTR_STATE_FIELDS_BPF_H

#include "sock_fields.bpf.h"

/*
 * Whether a reduction of the window can be undone and undo_retrans has a count: the kernel keeps -1
 * there while nothing has been sent again.
 */
static __always_inline bool tcp_undo_is_pending(const struct tcp_sock *tp)
{
	return READ(tp, undo_marker) && (__s32)READ(tp, undo_retrans) >= 0;
}

static __always_inline bool tcp_pacing_is_limited(const struct sock *sk)
{
	return READ(sk, sk_pacing_rate) != ~0UL;
}

/* From the kernel's enum tcp_chrono; tp->chrono_stat[0] is the sum of this state. */
#define TCP_CHRONO_BUSY 1

/* Time so far in the state `type` of enum tcp_chrono, as in tcp_get_info_chrono_stats(). */
static __always_inline __u64 tcp_chrono_jiffies(const struct tcp_sock *tp, __u32 type)
{
	__u32 jiffies = read_at(&tp->chrono_stat[0], (type - TCP_CHRONO_BUSY) * sizeof(__u32),
				sizeof(__u32));

	if (READ_BITFIELD(tp, chrono_type) == type)
		jiffies += (__u32)bpf_jiffies64() - READ(tp, chrono_start);
	return jiffies;
}

/*
 * Time with data to send. The kernel sums three states apart: busy (1), limited by the receive
 * window (2) and limited by the send buffer (3); a connection in the last two is busy as well.
 */
static __always_inline __u64 tcp_busy_jiffies(const struct tcp_sock *tp)
{
	return tcp_chrono_jiffies(tp, 1) + tcp_chrono_jiffies(tp, 2) + tcp_chrono_jiffies(tp, 3);
}

static __always_inline __u32 tcp_notsent_bytes(const struct tcp_sock *tp)
{
	__s32 bytes = READ(tp, write_seq) - READ(tp, snd_nxt);

	return bytes > 0 ? bytes : 0;
}

/* From the kernel's enum tcp_ca_state. */
#define TCP_CA_CWR	2
#define TCP_CA_RECOVERY 3

/*
 * The slow start threshold, in segments, as the kernel's function of this name computes it for
 * tcp_probe.
 */
static __always_inline __u32 tcp_current_ssthresh(const struct tcp_sock *tp,
						  const struct inet_connection_sock *icsk)
{
	__u32 ssthresh = READ(tp, snd_ssthresh), cwnd = READ(tp, snd_cwnd);
	__u8 state = tcp_ca_state(icsk);
	__u32 most = (cwnd >> 1) + (cwnd >> 2);

	if (state == TCP_CA_CWR || state == TCP_CA_RECOVERY)
		return ssthresh;
	return ssthresh > most ? ssthresh : most;
}

/*
 * The kernel's tcp_packets_in_flight() and `segs` segments more, in bytes, as if all segments were
 * full.
 */
static __always_inline __u32 tcp_pipe_bytes(const struct tcp_sock *tp, __u32 segs)
{
	segs += READ(tp, packets_out) - READ(tp, sacked_out) - READ(tp, lost_out) +
		READ(tp, retrans_out);
	return segs * READ(tp, mss_cache);
}

/* vmlinux.h declares icsk_ca_ops as void *, hence the cast; the kernel's BTF has its real type. */
static __always_inline const struct tcp_congestion_ops *
tcp_ca_ops(const struct inet_connection_sock *icsk)
{
	return (const void *)READ(icsk, icsk_ca_ops);
}

#endif
