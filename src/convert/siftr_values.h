/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The columns that change from packet to packet, each computed from a record by itself, inline: for
 * siftr.c, which fills all columns, and for a format that writes some of them straight to text.
 */
#ifndef SIFTR_CONVERT_SIFTR_VALUES_H
#define SIFTR_CONVERT_SIFTR_VALUES_H

#include <stdbool.h>
#include <linux/types.h>
#include <siftr/record.h>
#include <siftr/time_units.h>

#include "convert/tcp_constants.h"

/* FreeBSD's TCP_MAXWIN << TCP_MAX_WINSHIFT, the initial value of ssthresh. */
#define SIFTR_VALUES_SSTHRESH_INFINITE 1073725440U

/* Linux's TCP_INFINITE_SSTHRESH (include/linux/tcp.h), the initial ssthresh, in segments. */
#define LINUX_SSTHRESH_INFINITE 0x7fffffffU

/*
 * The largest cwnd and ssthresh written to a log: programs that read logs keep them in signed 32
 * bits.
 */
#define WINDOW_MAX 0x7fffffffU

/* Bytes from sequence number `from` up to `to`; 0 if `to` is not after it (RFC 9293, 3.4). */
static inline __u32 siftr_values__sequence_distance(__u32 from, __u32 to)
{
	__s32 distance = (__s32)(to - from);

	return distance > 0 ? (__u32)distance : 0;
}

/* `condition ? yes : no` without a branch, for conditions that vary from packet to packet. */
static inline __u32 siftr_values__select_u32(bool condition, __u32 yes, __u32 no)
{
	__u32 mask = -(__u32)condition;

	return (yes & mask) | (no & ~mask);
}

static inline __u32 siftr_values__window_bytes(__u32 segments, __u32 mss)
{
	__u64 bytes = (__u64)segments * mss;

	return bytes > WINDOW_MAX ? WINDOW_MAX : (__u32)bytes;
}

/*
 * The column snd_ssthresh. It is computed without a branch, which would often be mispredicted: of
 * concurrent connections some have had losses and some have not.
 */
static inline __u32 siftr_values__ssthresh(const struct siftr_record *r)
{
	return siftr_values__select_u32(r->snd_ssthresh >= LINUX_SSTHRESH_INFINITE,
					SIFTR_VALUES_SSTHRESH_INFINITE,
					siftr_values__window_bytes(r->snd_ssthresh, r->mss_cache));
}

static inline __u32 siftr_values__rto(__u32 jiffies, __u32 tick_ns)
{
	__u64 rto = (__u64)jiffies * tick_ns / NSEC_PER_USEC;

	return rto > ~0U ? ~0U : (__u32)rto;
}

/*
 * The column sent_inflight_bytes. FreeBSD advances snd_nxt before its hook sees an outbound
 * packet, Linux afterwards, so here the bytes of the packet itself count as sent.
 */
static inline __u32 siftr_values__inflight(const struct siftr_record *r)
{
	__u32 end_seq = r->direction == SIFTR_OUT ? r->end_seq : r->snd_nxt;
	__u32 inflight = siftr_values__sequence_distance(r->snd_una, r->snd_nxt);
	__u32 with_packet = siftr_values__sequence_distance(r->snd_una, end_seq);

	return with_packet > inflight ? with_packet : inflight;
}

/*
 * The column t_segqlen. FreeBSD counts the segments in the out-of-order queue, Linux the bytes: the
 * column is the smallest number of segments of mss_cache bytes that can hold them.
 */
static inline __u32 siftr_values__segments(const struct siftr_record *r)
{
	if (r->ooo_bytes == 0)
		return 0;
	if (r->mss_cache == 0)
		return 1;
	return (r->ooo_bytes - 1) / r->mss_cache + 1;
}

/* The flags of t_flags that tell of a delayed ACK. */
#define SIFTR_VALUES_ACK_FLAGS (TF_ACKNOW | TF_DELACK)

static inline __u32 siftr_values__ack_flags(const struct siftr_record *r)
{
	return (r->ack_pending / ICSK_ACK_TIMER % 2 * TF_DELACK) |
	       (r->ack_pending / ICSK_ACK_NOW % 2 * TF_ACKNOW);
}

/*
 * The column rcv_wnd: the window advertised last, minus the bytes that have arrived since. Kernels
 * from 7.2 on may keep more in rcv_wnd than the header's 16-bit field can carry, so the value is
 * limited to the scaled field.
 */
static inline __u32 siftr_values__rcv_wnd(const struct siftr_record *r)
{
	__u32 advertisable = 65535U << (r->rcv_wscale & 15);
	__u32 offered = r->rcv_wnd < advertisable ? r->rcv_wnd : advertisable;

	return siftr_values__sequence_distance(r->rcv_nxt, r->rcv_wup + offered);
}

#endif
