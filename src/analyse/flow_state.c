// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/flow_state.h"

#include "convert/tcp_constants.h"
#include "format/row.h"

#define TCP_CA_LOSS 4

/* The least step of a clock back: smaller offsets are slewed by what keeps the time. */
#define CLOCK_STEP_US 100000

/* Of the field tcp_flags, the second byte of a TCP header's flags. */
#define TCP_FLAG_RST 4
#define TCP_FLAG_ECE 64

/* The bytes of the timestamp option, padded, which max_seg_size includes as every option. */
#define TIMESTAMP_BYTES 12

#define BIT(column) ROW_BIT(ROW_##column)
#define VALUE(name) ((__u32)fields->values[SIFTR_FIELD_##name])
#define KNOWN(name) row_fields__has(fields, SIFTR_FIELD_##name)

/* The columns that each part is read from. */
static const struct {
	__u32 part, columns;
} part_columns[] = {
	{PART_QUEUE, BIT(snd_buf_cc) | BIT(sent_inflight_bytes)},
	{PART_WINDOW, BIT(snd_wnd)},
	{PART_CWND, BIT(snd_cwnd) | BIT(snd_ssthresh) | BIT(max_seg_size)},
	{PART_FLAGS, BIT(t_flags)},
	{PART_STATE, BIT(conn_state)},
	{PART_RECEIVER, BIT(rcv_wnd) | BIT(rcv_buf_cc) | BIT(rcv_buf_hiwater) | BIT(t_segqlen)},
	{PART_SRTT, BIT(srtt)},
	{PART_RTO, BIT(rto)},
	{PART_ECN_PERMIT, BIT(t_flags2)},
};

#define COLUMN_PARTS                                                                      \
	(PART_QUEUE | PART_WINDOW | PART_CWND | PART_FLAGS | PART_STATE | PART_RECEIVER | \
	 PART_SRTT | PART_RTO | PART_ECN_PERMIT)

static __u32 known_parts(__u32 absent)
{
	__u32 known = COLUMN_PARTS;

	for (unsigned int i = 0; absent && i < sizeof(part_columns) / sizeof(*part_columns); i++)
		if (absent & part_columns[i].columns)
			known &= ~part_columns[i].part;
	return known;
}

static void read_loss(struct flow_state *state, const struct row_fields *fields)
{
	if (KNOWN(ca_state) && KNOWN(icsk_retransmits)) {
		state->known |= PART_LOSS;
		state->ca_state = (__u8)VALUE(ca_state);
		state->retransmits = VALUE(icsk_retransmits);
		state->probing = KNOWN(tlp_high_seq);
		if (KNOWN(high_seq)) {
			state->undo_marker = KNOWN(undo_marker) ? VALUE(undo_marker) : 0;
			state->high_seq = VALUE(high_seq);
		}
	}
	if (KNOWN(packets_out) && KNOWN(sacked_out) && KNOWN(lost_out) && KNOWN(retrans_out)) {
		state->known |= PART_PIPE;
		state->pipe = VALUE(packets_out) - VALUE(sacked_out) - VALUE(lost_out) +
			      VALUE(retrans_out);
	}
}

static void read_rate(struct flow_state *state, const struct row_fields *fields)
{
	if (KNOWN(pacing_status) && KNOWN(chrono_type) && KNOWN(is_cwnd_limited)) {
		state->known |= PART_RATE;
		state->pacing_status = (__u8)VALUE(pacing_status);
		state->chrono_type = (__u8)VALUE(chrono_type);
		state->is_cwnd_limited = VALUE(is_cwnd_limited);
	}
	if (KNOWN(delivered_ce)) {
		state->known |= PART_MARKS;
		state->marked = VALUE(delivered_ce);
	}
	if (KNOWN(busy_time) && KNOWN(rwnd_limited) && KNOWN(sndbuf_limited)) {
		state->known |= PART_CHRONO;
		state->busy_us = fields->values[SIFTR_FIELD_busy_time];
		state->rwnd_us = fields->values[SIFTR_FIELD_rwnd_limited];
		state->sndbuf_us = fields->values[SIFTR_FIELD_sndbuf_limited];
	}
}

static void read_packet(struct flow_state *state, const struct row_fields *fields)
{
	if (KNOWN(payload_len)) {
		state->known |= PART_PAYLOAD;
		state->payload = VALUE(payload_len);
	}
	if (KNOWN(is_retransmit)) {
		state->known |= PART_RETRANSMIT;
		state->is_retransmit = VALUE(is_retransmit);
	}
	state->is_reset = KNOWN(tcp_flags) && VALUE(tcp_flags) & TCP_FLAG_RST;
	state->has_echo &= KNOWN(tcp_flags) && VALUE(tcp_flags) & TCP_FLAG_ECE;
	if (KNOWN(gso_segs)) {
		state->known |=
			(KNOWN(segs_out) ? PART_ORDER : 0) | (KNOWN(segs_in) ? PART_SEGS_IN : 0);
		state->segs = VALUE(gso_segs) ? VALUE(gso_segs) : 1;
	}
	state->segs_out = VALUE(segs_out);
	state->segs_in = VALUE(segs_in);
	if (KNOWN(bytes_acked) || KNOWN(snd_una)) {
		state->known |= PART_ACKED;
		state->acked = KNOWN(bytes_acked) ? fields->values[SIFTR_FIELD_bytes_acked]
						  : VALUE(snd_una);
	}
}

static void read_fields(struct flow_state *state, const struct row_fields *fields, __u32 absent)
{
	read_loss(state, fields);
	read_rate(state, fields);
	read_packet(state, fields);
	if (absent & BIT(sent_inflight_bytes) && !(absent & BIT(snd_buf_cc)) && KNOWN(pipe)) {
		state->known |= PART_QUEUE;
		state->inflight = VALUE(pipe);
	}
	if (KNOWN(mss_cache) && VALUE(mss_cache))
		state->mss = VALUE(mss_cache);
	if (KNOWN(cwnd_segs))
		state->cwnd_segs = VALUE(cwnd_segs);
}

void flow_state__read(struct flow_state *state, const struct row *row)
{
	const struct siftr_columns *columns = &row->columns;

	*state = (struct flow_state){
		.time_us = row->time.seconds * USEC_PER_SEC + row->time.microseconds,
		.known = known_parts(row->absent),
		.queued = columns->snd_buf_cc,
		.inflight = columns->sent_inflight_bytes,
		.snd_wnd = columns->snd_wnd,
		.cwnd = columns->snd_cwnd,
		.ssthresh = columns->snd_ssthresh,
		.mss = columns->max_seg_size,
		.srtt = columns->srtt,
		.rto = columns->rto,
		.flags = columns->t_flags,
		.conn_state = columns->conn_state,
		.rcv_wnd = columns->rcv_wnd,
		.rcv_buf_cc = columns->rcv_buf_cc,
		.rcv_buf_hiwater = columns->rcv_buf_hiwater,
		.segqlen = columns->t_segqlen,
		.outbound = row->direction == SIFTR_OUT,
		.permits_ecn = columns->t_flags2 & TF2_ECN_PERMIT,
		/* The flags of AccECN are a counter. */
		.has_echo = row->fields && row->direction == SIFTR_IN &&
			    !(columns->t_flags2 & TF2_ACE_PERMIT),
	};
	if (state->flags & TF_RCVD_TSTMP && state->mss > TIMESTAMP_BYTES)
		state->mss -= TIMESTAMP_BYTES;
	if (!state->srtt)
		state->known &= ~(__u32)PART_SRTT;
	if (row->fields)
		read_fields(state, row->fields, row->absent);
	if (state->queued > state->inflight)
		state->unsent = state->queued - state->inflight;
	if (!state->cwnd_segs && state->mss)
		state->cwnd_segs = (state->cwnd + state->mss - 1) / state->mss;
}

bool flow_state__order(struct flow_state *now, const struct flow_state *before)
{
	__u64 back_us = before->time_us > now->time_us ? before->time_us - now->time_us : 0;

	if (back_us >= CLOCK_STEP_US)
		return true;
	now->time_us += back_us;
	return false;
}

bool flow_state__recovers(const struct flow_state *state)
{
	if (flow_state__has(state, PART_LOSS))
		return state->ca_state == TCP_CA_RECOVERY || state->ca_state == TCP_CA_LOSS;
	return flow_state__has(state, PART_FLAGS) && state->flags & TF_FASTRECOVERY;
}

bool flow_state__reduces(const struct flow_state *state)
{
	if (flow_state__has(state, PART_LOSS))
		return state->ca_state == TCP_CA_CWR;
	return flow_state__has(state, PART_FLAGS) && state->flags & TF_CONGRECOVERY &&
	       !(state->flags & TF_FASTRECOVERY);
}

bool flow_state__began_reduction(const struct flow_state *before, const struct flow_state *now)
{
	return flow_state__reduces(now) &&
	       (!flow_state__reduces(before) || now->high_seq != before->high_seq);
}
