// SPDX-License-Identifier: BSD-2-Clause
/*
 * Computes the columns of a SIFTR 1.3.0 line from a captured record: segments become bytes,
 * jiffies and eighths of a microsecond become microseconds, and Linux's states and option bits
 * become FreeBSD's. FreeBSD's bits without a counterpart in Linux stay 0.
 */
#include "convert/siftr.h"

#include <stdbool.h>

#include "convert/siftr_values.h"
#include "convert/tcp_constants.h"

#define TCP_HEADER_BYTES 20U

struct state {
	__u32 t_flags; /* TF_SENTFIN if our FIN has been sent in this state */
	__u8 tcps;
	bool fin_queued; /* our FIN counts as one byte between snd_una and write_seq */
};

/*
 * What the columns show of a connection in each TCP state of the kernel, which is the index. States
 * that Linux may add later are shown as closed.
 */
static const struct state states[LINUX_STATES] = {
	[LINUX_ESTABLISHED] = {0, TCPS_ESTABLISHED, false},
	[LINUX_SYN_SENT] = {0, TCPS_SYN_SENT, false},
	[LINUX_SYN_RECV] = {0, TCPS_SYN_RECEIVED, false},
	[LINUX_FIN_WAIT1] = {TF_SENTFIN, TCPS_FIN_WAIT_1, true},
	[LINUX_FIN_WAIT2] = {TF_SENTFIN, TCPS_FIN_WAIT_2, false},
	[LINUX_TIME_WAIT] = {TF_SENTFIN, TCPS_TIME_WAIT, false},
	[LINUX_CLOSE] = {0, TCPS_CLOSED, false},
	[LINUX_CLOSE_WAIT] = {0, TCPS_CLOSE_WAIT, false},
	[LINUX_LAST_ACK] = {TF_SENTFIN, TCPS_LAST_ACK, true},
	[LINUX_LISTEN] = {0, TCPS_LISTEN, false},
	[LINUX_CLOSING] = {TF_SENTFIN, TCPS_CLOSING, true},
	[LINUX_NEW_SYN_RECV] = {0, TCPS_SYN_RECEIVED, false},
};

static inline __u32 bytes_without_fin(__u32 bytes, bool has_fin)
{
	return bytes - (has_fin && bytes);
}

/*
 * The column max_seg_size. FreeBSD's t_maxseg includes the bytes of TCP options, Linux's mss_cache
 * does not.
 */
static inline __u32 max_seg_size(const struct siftr_record *r)
{
	__u32 options = 0;
	__u32 bytes;

	if (r->tcp_header_len > TCP_HEADER_BYTES)
		options = r->tcp_header_len - TCP_HEADER_BYTES;
	return __builtin_add_overflow(r->mss_cache, options, &bytes) ? ~0U : bytes;
}

/*
 * Each table translates one byte of the record into FreeBSD's flags: a macro such as OPTION_FLAGS()
 * gives the flags of one value, ALL_BYTES() expands it for 0 to 255. Lookups avoid branches on
 * random data.
 */
#define FLAG_IF(bits, mask, flag) ((bits) & (mask) ? (flag) : 0U)
#define BYTES_4(flags, byte)	  flags(byte), flags((byte) + 1), flags((byte) + 2), flags((byte) + 3)
#define BYTES_16(flags, byte)                                                         \
	BYTES_4(flags, byte), BYTES_4(flags, (byte) + 4), BYTES_4(flags, (byte) + 8), \
		BYTES_4(flags, (byte) + 12)
#define BYTES_64(flags, byte)                                                              \
	BYTES_16(flags, byte), BYTES_16(flags, (byte) + 16), BYTES_16(flags, (byte) + 32), \
		BYTES_16(flags, (byte) + 48)
#define ALL_BYTES(flags) \
	BYTES_64(flags, 0), BYTES_64(flags, 64), BYTES_64(flags, 128), BYTES_64(flags, 192)

/*
 * FreeBSD sets both the requested and the received bit of window scaling and timestamps once
 * an option is agreed. Linux has one bit for that.
 */
#define OPTION_FLAGS(options)                                               \
	(FLAG_IF(options, SIFTR_OPT_WSCALE, TF_REQ_SCALE | TF_RCVD_SCALE) | \
	 FLAG_IF(options, SIFTR_OPT_TSTAMP, TF_REQ_TSTMP | TF_RCVD_TSTMP) | \
	 FLAG_IF(options, SIFTR_OPT_SACK, TF_SACK_PERMIT) |                 \
	 FLAG_IF(options, SIFTR_OPT_FASTOPEN, TF_FASTOPEN))
#define OPTION_FLAGS2(options) FLAG_IF(options, SIFTR_OPT_MTUP, TF2_PLPMTU_PMTUD)
#define ACK_FLAGS(pending) \
	(FLAG_IF(pending, ICSK_ACK_NOW, TF_ACKNOW) | FLAG_IF(pending, ICSK_ACK_TIMER, TF_DELACK))
#define NAGLE_FLAGS(nonagle) \
	(FLAG_IF(nonagle, TCP_NAGLE_OFF, TF_NODELAY) | FLAG_IF(nonagle, TCP_NAGLE_CORK, TF_NOPUSH))
/* FreeBSD sets both permission bits, of ECN and of accurate ECN, if accurate ECN is in use. */
#define ECN_FLAGS2(flags)                                                    \
	(FLAG_IF(flags, TCP_ECN_OK, TF2_ECN_PERMIT) |                        \
	 FLAG_IF(flags, TCP_ECN_ACCURATE, TF2_ECN_PERMIT | TF2_ACE_PERMIT) | \
	 FLAG_IF(flags, TCP_ECN_QUEUE_CWR, TF2_ECN_SND_CWR) |                \
	 FLAG_IF(flags, TCP_ECN_DEMAND_CWR, TF2_ECN_SND_ECE))

/*
 * The tables, each indexed by one byte of the record. They are one object, because the addresses
 * of six objects cost 5 % of the conversion.
 */
static const struct {
	__u32 options[256];
	__u32 options2[256];
	__u32 ack_pending[256];
	__u32 nonagle[256];
	__u32 ca_state[256];
	__u32 ecn_flags2[256];
} flags_of = {
	.options = {ALL_BYTES(OPTION_FLAGS)},
	.options2 = {ALL_BYTES(OPTION_FLAGS2)},
	.ack_pending = {ALL_BYTES(ACK_FLAGS)},
	.nonagle = {ALL_BYTES(NAGLE_FLAGS)},
	.ca_state[TCP_CA_CWR] = TF_CONGRECOVERY,
	.ca_state[TCP_CA_RECOVERY] = TF_FASTRECOVERY | TF_CONGRECOVERY,
	.ecn_flags2 = {ALL_BYTES(ECN_FLAGS2)},
};

/*
 * The column t_flags. TF_RXWIN0SENT is set if the last segment sent advertised a window of 0,
 * which rcv_wnd records. The remaining window would not do: it is also 0 once the peer has filled
 * a window that was open.
 */
static inline __u32 tcp_flags(const struct siftr_record *r, const struct state *state)
{
	return flags_of.options[r->options] | flags_of.ack_pending[r->ack_pending] |
	       flags_of.nonagle[r->nonagle] | flags_of.ca_state[r->ca_state] | state->t_flags |
	       (r->rcv_wnd ? 0 : TF_RXWIN0SENT);
}

static inline __u32 tcp_flags2(const struct siftr_record *r)
{
	return flags_of.options2[r->options] | flags_of.ecn_flags2[r->ecn_flags];
}

bool siftr__has_fin(const struct siftr_record *record)
{
	return states[record->skc_state % LINUX_STATES].fin_queued ||
	       record->options & SIFTR_OPT_FIN_RECEIVED;
}

/*
 * Each column is assigned by itself: gcc would build a compound
 * literal on the stack and copy it.
 */
void siftr__convert(const struct siftr_record *record, __u32 tick_ns,
		    struct siftr_columns *restrict out)
{
	const struct state *state = &states[record->skc_state % LINUX_STATES];
	__u32 unacked = siftr_values__sequence_distance(record->snd_una, record->write_seq);
	__u32 unread = siftr_values__sequence_distance(record->copied_seq, record->rcv_nxt);
	bool fin_received = (record->options & SIFTR_OPT_FIN_RECEIVED) != 0;

	out->snd_ssthresh = siftr_values__ssthresh(record);
	out->snd_cwnd = siftr_values__window_bytes(record->snd_cwnd, record->mss_cache);
	out->t_flags2 = tcp_flags2(record);
	out->snd_wnd = record->snd_wnd;
	out->rcv_wnd = siftr_values__rcv_wnd(record);
	out->snd_scale = record->snd_wscale;
	out->rcv_scale = record->rcv_wscale;
	out->conn_state = state->tcps;
	out->max_seg_size = max_seg_size(record);
	out->srtt = record->srtt_us >> 3;
	out->sack_enabled = (record->options & SIFTR_OPT_SACK) != 0;
	out->t_flags = tcp_flags(record, state);
	out->rto = siftr_values__rto(record->icsk_rto, tick_ns);
	out->snd_buf_hiwater = record->sk_sndbuf;
	out->snd_buf_cc = bytes_without_fin(unacked, state->fin_queued);
	out->rcv_buf_hiwater = record->sk_rcvbuf;
	out->rcv_buf_cc = bytes_without_fin(unread, fin_received);
	out->sent_inflight_bytes = siftr_values__inflight(record);
	out->t_segqlen = siftr_values__segments(record);
}
