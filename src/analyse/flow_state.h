/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a row says of its flow, in the terms of the ledgers: the state just before its packet, and
 * which parts of it are known. Columns alone are enough; captured fields make it exact.
 */
#ifndef SIFTR_ANALYSE_FLOW_STATE_H
#define SIFTR_ANALYSE_FLOW_STATE_H

#include <stdbool.h>
#include <linux/types.h>

struct row;

/* Parts of a state that a row may lack, and what they are read from. */
enum state_part {
	PART_QUEUE = 1 << 0,	   /* snd_buf_cc, and sent_inflight_bytes or pipe */
	PART_WINDOW = 1 << 1,	   /* snd_wnd */
	PART_CWND = 1 << 2,	   /* snd_cwnd, snd_ssthresh, max_seg_size */
	PART_FLAGS = 1 << 3,	   /* t_flags */
	PART_STATE = 1 << 4,	   /* conn_state */
	PART_RECEIVER = 1 << 5,	   /* rcv_wnd, rcv_buf_cc, rcv_buf_hiwater, t_segqlen */
	PART_LOSS = 1 << 6,	   /* ca_state, icsk_retransmits and, if it is set, tlp_high_seq */
	PART_PIPE = 1 << 7,	   /* packets_out, sacked_out, lost_out, retrans_out */
	PART_RATE = 1 << 8,	   /* pacing_status, chrono_type, is_cwnd_limited */
	PART_CHRONO = 1 << 9,	   /* busy_time, rwnd_limited, sndbuf_limited */
	PART_ORDER = 1 << 10,	   /* segs_out, gso_segs */
	PART_ACKED = 1 << 11,	   /* bytes_acked, or snd_una */
	PART_PAYLOAD = 1 << 12,	   /* payload_len */
	PART_RETRANSMIT = 1 << 13, /* is_retransmit, of an outbound row */
	PART_SRTT = 1 << 14,	   /* srtt, once there is a sample */
	PART_RTO = 1 << 15,	   /* rto */
	PART_SEGS_IN = 1 << 16,	   /* segs_in, gso_segs */
	PART_ECN_PERMIT = 1 << 17, /* t_flags2 */
	PART_MARKS = 1 << 18,	   /* delivered_ce */
};

struct flow_state {
	__u64 time_us;
	__u32 known;		/* PART_* */
	__u32 queued, inflight; /* bytes; outbound, both with the packet itself */
	__u32 unsent;		/* of the queued bytes; outbound, what is left after the packet */
	__u32 snd_wnd, cwnd, ssthresh, mss, srtt, rto;
	__u32 flags, conn_state;
	__u32 rcv_wnd, rcv_buf_cc, rcv_buf_hiwater, segqlen;
	__u32 pipe, cwnd_segs;	     /* segments in the network, and how many there may be */
	__u32 undo_marker, high_seq; /* of the last reduction; undo_marker 0: none can be undone */
	__u32 retransmits;	     /* timeouts in a row */
	__u32 segs_out, segs;	     /* segments sent before; segments of the packet */
	__u32 segs_in;		     /* segments received, the packet included */
	__u32 payload;
	__u64 acked;
	__u32 marked;			   /* segments delivered that were marked for congestion */
	__u64 busy_us, rwnd_us, sndbuf_us; /* the kernel's own sums */
	__u8 ca_state, pacing_status, chrono_type;
	bool is_cwnd_limited, is_retransmit;
	bool is_reset; /* the packet has the flag RST */
	bool probing;  /* a tail loss probe is not yet acknowledged */
	bool permits_ecn;
	bool has_echo; /* a received packet, not of AccECN, has the flag ECE */
	bool outbound;
};

void flow_state__read(struct flow_state *state, const struct row *row);

/*
 * Returns whether the clock was set back between the row of `before` and that of `now`. A row that
 * is only a little older than the one before comes from another CPU: it gets the time of that, so
 * that the interval to the next row counts nothing again.
 */
bool flow_state__order(struct flow_state *now, const struct flow_state *before);

/* Whether the state has all of these parts. */
static inline bool flow_state__has(const struct flow_state *state, __u32 parts)
{
	return (state->known & parts) == parts;
}

/* Whether the flow recovers from a loss, as far as the row knows. */
bool flow_state__recovers(const struct flow_state *state);
/*
 * Whether the flow reduces its window for congestion that lost nothing (CWR), and whether it has
 * begun to do so, or to do so again, between two rows.
 */
bool flow_state__reduces(const struct flow_state *state);
bool flow_state__began_reduction(const struct flow_state *before, const struct flow_state *now);

#endif
