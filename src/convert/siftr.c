// SPDX-License-Identifier: BSD-2-Clause
/*
 * Computes the columns of a SIFTR 1.3.0 line from what the kernel captured.
 * This is the one place that knows what each captured field means to FreeBSD:
 * segments become bytes, jiffies and eighths become microseconds, and Linux's
 * states and option bits become FreeBSD's. Bits without a Linux source stay 0.
 */
#include "convert/siftr.h"

/* FreeBSD sys/netinet/tcp_var.h, flags for the t_flags field. */
#define TF_ACKNOW	0x00000001U
#define TF_DELACK	0x00000002U
#define TF_NODELAY	0x00000004U
#define TF_SENTFIN	0x00000010U
#define TF_REQ_SCALE	0x00000020U
#define TF_RCVD_SCALE	0x00000040U
#define TF_REQ_TSTMP	0x00000080U
#define TF_RCVD_TSTMP	0x00000100U
#define TF_SACK_PERMIT	0x00000200U
#define TF_NOPUSH	0x00001000U
#define TF_RXWIN0SENT	0x00080000U
#define TF_FASTRECOVERY 0x00100000U
#define TF_CONGRECOVERY 0x20000000U
#define TF_FASTOPEN	0x80000000U

/* FreeBSD sys/netinet/tcp_var.h, flags for the extended flags field, t_flags2. */
#define TF2_PLPMTU_PMTUD 0x00000002U
#define TF2_ECN_PERMIT	 0x00000020U
#define TF2_ECN_SND_CWR	 0x00000040U
#define TF2_ECN_SND_ECE	 0x00000080U
#define TF2_ACE_PERMIT	 0x00000100U

/* FreeBSD sys/netinet/tcp_fsm.h. */
enum {
	TCPS_CLOSED = 0,
	TCPS_LISTEN = 1,
	TCPS_SYN_SENT = 2,
	TCPS_SYN_RECEIVED = 3,
	TCPS_ESTABLISHED = 4,
	TCPS_CLOSE_WAIT = 5,
	TCPS_FIN_WAIT_1 = 6,
	TCPS_CLOSING = 7,
	TCPS_LAST_ACK = 8,
	TCPS_FIN_WAIT_2 = 9,
	TCPS_TIME_WAIT = 10,
};

/* Linux include/net/tcp_states.h. */
enum {
	LINUX_ESTABLISHED = 1,
	LINUX_SYN_SENT = 2,
	LINUX_SYN_RECV = 3,
	LINUX_FIN_WAIT1 = 4,
	LINUX_FIN_WAIT2 = 5,
	LINUX_TIME_WAIT = 6,
	LINUX_CLOSE = 7,
	LINUX_CLOSE_WAIT = 8,
	LINUX_LAST_ACK = 9,
	LINUX_LISTEN = 10,
	LINUX_CLOSING = 11,
	LINUX_NEW_SYN_RECV = 12,
	LINUX_STATES = 16,
};

/* Linux include/net/inet_connection_sock.h, enum inet_csk_ack_state_t. */
#define ICSK_ACK_TIMER 0x02U
#define ICSK_ACK_NOW   0x10U

/* Linux include/net/tcp.h. */
#define TCP_NAGLE_OFF	   0x01U
#define TCP_NAGLE_CORK	   0x02U
#define TCP_ECN_OK	   0x01U
#define TCP_ECN_QUEUE_CWR  0x02U
#define TCP_ECN_DEMAND_CWR 0x04U
#define TCP_ECN_ACCURATE   0x10U /* TCP_ECN_MODE_ACCECN; never set by kernels without it */

/* Linux include/uapi/linux/tcp.h, enum tcp_ca_state. */
#define TCP_CA_CWR	2
#define TCP_CA_RECOVERY 3

/* Linux include/linux/tcp.h: TCP_INFINITE_SSTHRESH, in segments. */
#define LINUX_SSTHRESH_INFINITE 0x7fffffffU

/* Readers keep cwnd and ssthresh in signed 32 bits. */
#define WINDOW_MAX 0x7fffffffU

#define TCP_HEADER_BYTES 20U

struct state {
	__u8 tcps;
	__u8 t_flags;	 /* TF_SENTFIN or none */
	__u8 fin_queued; /* our FIN takes one number of [snd_una, write_seq) */
};

/* Indexed by the kernel's state; what Linux may add later counts as closed. */
static const struct state states[LINUX_STATES] = {
	[LINUX_ESTABLISHED] = {TCPS_ESTABLISHED, 0, 0},
	[LINUX_SYN_SENT] = {TCPS_SYN_SENT, 0, 0},
	[LINUX_SYN_RECV] = {TCPS_SYN_RECEIVED, 0, 0},
	[LINUX_FIN_WAIT1] = {TCPS_FIN_WAIT_1, TF_SENTFIN, 1},
	[LINUX_FIN_WAIT2] = {TCPS_FIN_WAIT_2, TF_SENTFIN, 0},
	[LINUX_TIME_WAIT] = {TCPS_TIME_WAIT, TF_SENTFIN, 0},
	[LINUX_CLOSE] = {TCPS_CLOSED, 0, 0},
	[LINUX_CLOSE_WAIT] = {TCPS_CLOSE_WAIT, 0, 0},
	[LINUX_LAST_ACK] = {TCPS_LAST_ACK, TF_SENTFIN, 1},
	[LINUX_LISTEN] = {TCPS_LISTEN, 0, 0},
	[LINUX_CLOSING] = {TCPS_CLOSING, TF_SENTFIN, 1},
	[LINUX_NEW_SYN_RECV] = {TCPS_SYN_RECEIVED, 0, 0},
};

static inline __u32 flag_if(__u32 bits, __u32 mask, __u32 flag)
{
	return bits & mask ? flag : 0;
}

/* How far sequence number `to` is ahead of `from`, 0 if it is not (RFC 9293, 3.4). */
static inline __u32 sequence_distance(__u32 from, __u32 to)
{
	__s32 distance = (__s32)(to - from);

	return distance > 0 ? (__u32)distance : 0;
}

/* `has_fin` is 0 or 1. Without a branch: in closing connections neither is to be guessed. */
static inline __u32 less_fin(__u32 bytes, __u32 has_fin)
{
	return bytes - (has_fin & (bytes != 0));
}

static inline __u32 window_bytes(__u32 segments, __u32 mss)
{
	__u64 bytes = (__u64)segments * mss;

	return bytes > WINDOW_MAX ? WINDOW_MAX : (__u32)bytes;
}

/* By mask: a branch would be guessed wrong wherever some connections have had losses. */
static inline __u32 ssthresh_bytes(const struct siftr_record *r)
{
	__u32 bytes = window_bytes(r->snd_ssthresh, r->mss_cache);
	__u32 never_set = -(__u32)(r->snd_ssthresh >= LINUX_SSTHRESH_INFINITE);

	return (bytes & ~never_set) | (SIFTR_SSTHRESH_INFINITE & never_set);
}

/* FreeBSD's t_maxseg counts the options as payload; Linux's mss_cache does not. */
static inline __u32 max_seg_size(const struct siftr_record *r)
{
	__u32 options = 0;
	__u32 bytes;

	if (r->tcp_header_len > TCP_HEADER_BYTES)
		options = r->tcp_header_len - TCP_HEADER_BYTES;
	return __builtin_add_overflow(r->mss_cache, options, &bytes) ? ~0U : bytes;
}

static inline __u32 rto_us(__u32 jiffies, __u64 tick_ns)
{
	__u64 rto_ns;

	if (__builtin_mul_overflow((__u64)jiffies, tick_ns, &rto_ns))
		return ~0U;
	return rto_ns / 1000 > ~0U ? ~0U : (__u32)(rto_ns / 1000);
}

/* FreeBSD counts a packet as sent before it leaves; Linux advances snd_nxt after. */
static inline __u32 inflight_bytes(const struct siftr_record *r)
{
	__u32 end_seq = r->direction == SIFTR_OUT ? r->end_seq : r->snd_nxt;
	__u32 inflight = sequence_distance(r->snd_una, r->snd_nxt);
	__u32 with_this = sequence_distance(r->snd_una, end_seq);

	return with_this > inflight ? with_this : inflight;
}

/* The kernel keeps bytes, not segments: the fewest segments that can hold them. */
static inline __u32 reassembly_segments(const struct siftr_record *r)
{
	if (r->ooo_bytes == 0)
		return 0;
	if (r->mss_cache == 0)
		return 1;
	return (r->ooo_bytes - 1) / r->mss_cache + 1;
}

static inline __u32 recovery_flags(__u32 ca_state)
{
	if (ca_state == TCP_CA_RECOVERY)
		return TF_FASTRECOVERY | TF_CONGRECOVERY;
	return ca_state == TCP_CA_CWR ? TF_CONGRECOVERY : 0;
}

/* What a byte of the record says in FreeBSD's flags, by its field and the byte's value. */
static struct {
	__u32 options[256];
	__u32 options2[256]; /* in t_flags2 */
	__u32 ack_pending[256];
	__u32 nonagle[256];
	__u32 ca_state[256];
	__u32 ecn_flags2[256]; /* in t_flags2 */
} flags_of;

/* FreeBSD's established connections with accurate ECN show both permissions. */
static inline __u32 ecn_flags2(__u32 flags)
{
	return flag_if(flags, TCP_ECN_OK, TF2_ECN_PERMIT) |
	       flag_if(flags, TCP_ECN_ACCURATE, TF2_ECN_PERMIT | TF2_ACE_PERMIT) |
	       flag_if(flags, TCP_ECN_QUEUE_CWR, TF2_ECN_SND_CWR) |
	       flag_if(flags, TCP_ECN_DEMAND_CWR, TF2_ECN_SND_ECE);
}

/*
 * FreeBSD sets both halves of the scale and timestamp pairs once an option is
 * agreed, which is what Linux's one bit says.
 */
static inline __u32 options_flags(__u32 options)
{
	return flag_if(options, SIFTR_OPT_WSCALE, TF_REQ_SCALE | TF_RCVD_SCALE) |
	       flag_if(options, SIFTR_OPT_TSTAMP, TF_REQ_TSTMP | TF_RCVD_TSTMP) |
	       flag_if(options, SIFTR_OPT_SACK, TF_SACK_PERMIT) |
	       flag_if(options, SIFTR_OPT_FASTOPEN, TF_FASTOPEN);
}

__attribute__((constructor)) static void fill_flags(void)
{
	for (__u32 byte = 0; byte < 256; byte++) {
		flags_of.options[byte] = options_flags(byte);
		flags_of.options2[byte] = flag_if(byte, SIFTR_OPT_MTUP, TF2_PLPMTU_PMTUD);
		flags_of.ack_pending[byte] = flag_if(byte, ICSK_ACK_NOW, TF_ACKNOW) |
					     flag_if(byte, ICSK_ACK_TIMER, TF_DELACK);
		flags_of.nonagle[byte] = flag_if(byte, TCP_NAGLE_OFF, TF_NODELAY) |
					 flag_if(byte, TCP_NAGLE_CORK, TF_NOPUSH);
		flags_of.ca_state[byte] = recovery_flags(byte);
		flags_of.ecn_flags2[byte] = ecn_flags2(byte);
	}
}

/*
 * FreeBSD says with TF_RXWIN0SENT that the packet sent last had a window of 0. That is what
 * rcv_wnd keeps; the window left is 0 also where the peer has filled an open one.
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

/*
 * What was offered last, less what came since. From 7.2 on the kernel notes more
 * than the header's 16 bits can say, so the scaled field is the bound.
 */
static inline __u32 rcv_wnd_bytes(const struct siftr_record *r)
{
	__u32 sayable = 65535U << (r->rcv_wscale & 15);
	__u32 offered = r->rcv_wnd < sayable ? r->rcv_wnd : sayable;

	return sequence_distance(r->rcv_nxt, r->rcv_wup + offered);
}

/* Member by member: a compound literal would be made elsewhere first, then copied. */
void siftr__interpret(const struct siftr_record *record, __u64 tick_ns,
		      struct siftr_columns *restrict out)
{
	const struct state *state = &states[record->skc_state % LINUX_STATES];
	__u32 unacked = sequence_distance(record->snd_una, record->write_seq);
	__u32 unread = sequence_distance(record->copied_seq, record->rcv_nxt);
	__u32 fin_received = (record->options & SIFTR_OPT_FIN_RECEIVED) != 0;

	out->snd_ssthresh = ssthresh_bytes(record);
	out->snd_cwnd = window_bytes(record->snd_cwnd, record->mss_cache);
	out->t_flags2 = tcp_flags2(record);
	out->snd_wnd = record->snd_wnd;
	out->rcv_wnd = rcv_wnd_bytes(record);
	out->snd_scale = record->snd_wscale;
	out->rcv_scale = record->rcv_wscale;
	out->conn_state = state->tcps;
	out->max_seg_size = max_seg_size(record);
	out->srtt = record->srtt_us >> 3;
	out->sack_enabled = (record->options & SIFTR_OPT_SACK) != 0;
	out->t_flags = tcp_flags(record, state);
	out->rto = rto_us(record->icsk_rto, tick_ns);
	out->snd_buf_hiwater = record->sk_sndbuf;
	out->snd_buf_cc = less_fin(unacked, state->fin_queued);
	out->rcv_buf_hiwater = record->sk_rcvbuf;
	out->rcv_buf_cc = less_fin(unread, fin_received);
	out->sent_inflight_bytes = inflight_bytes(record);
	out->t_segqlen = reassembly_segments(record);
}
