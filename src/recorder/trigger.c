// SPDX-License-Identifier: BSD-2-Clause
/*
 * There are two sorts of triggers. Events, such as a retransmission, happen at a record.
 * Conditions, such as a zero window, hold for a time; they fire at the first record at which they
 * hold. Times are compared so that a record that is older than the one before, by the clock of
 * another CPU, is not taken for one of centuries later.
 */
#include "recorder/trigger.h"

#include <stdbool.h>

#define CA_RECOVERY 3 /* TCP_CA_Recovery and TCP_CA_Loss of enum tcp_ca_state */
#define CA_LOSS	    4
#define FLAG_RST    4 /* of the TCP header */
#define SRTT_SHIFT  3 /* srtt_us is in eighths of a microsecond */

#define KNOWN(group, field) (1U << (SIFTR_FIELD_##field - SIFTR_FIRST_##group))

/* Keeps the time of a retransmission. Whether the last rules->retransmits were within the time. */
static bool are_close(const struct trigger_rules *rules, __u64 time_ns, struct trigger_state *state)
{
	__u64 first_ns;

	state->times_ns[state->next] = time_ns;
	state->next = (__u8)((state->next + 1) % rules->retransmits);
	first_ns = state->times_ns[state->next];
	return first_ns && time_ns <= first_ns + rules->within_ns;
}

/* Retransmissions of segments since the record before; none at a flow's first record. */
static __u32 count_retransmits(const struct siftr_loss_group *loss, struct trigger_state *state)
{
	__u32 more = loss->total_retrans - state->total_retrans;

	return state->is_known ? more : 0;
}

static __u32 loss_events(const struct trigger_rules *rules, const struct siftr_loss_group *loss,
			 __u64 time_ns, struct trigger_state *state)
{
	__u32 retransmits = count_retransmits(loss, state), fired = 0;

	if (retransmits)
		fired |= TRIGGER_BIT(RETRANSMIT);
	if (rules->kinds & TRIGGER_BIT(RETRANSMITS)) {
		if (retransmits > rules->retransmits)
			retransmits = rules->retransmits;
		for (; retransmits; retransmits--)
			if (are_close(rules, time_ns, state))
				fired |= TRIGGER_BIT(RETRANSMITS);
	}
	if (loss->icsk_retransmits > state->icsk_retransmits)
		fired |= TRIGGER_BIT(RTO);
	state->total_retrans = loss->total_retrans;
	state->icsk_retransmits = loss->icsk_retransmits;
	return fired;
}

static bool has_reset(const struct siftr_packet_group *packet)
{
	return packet->known & KNOWN(packet, tcp_flags) && packet->tcp_flags & FLAG_RST;
}

static bool is_above_ratio(const struct trigger_rules *rules, const struct siftr_rtt_group *rtt,
			   __u32 srtt_us)
{
	return rtt->known & KNOWN(rtt, min_rtt) &&
	       srtt_us > (__u64)rtt->min_rtt * rules->srtt_ratio;
}

/* Whether data has waited for its acknowledgement for rules->stall_ns. */
static bool is_stalled(const struct trigger_rules *rules, const struct siftr_record *record,
		       struct trigger_state *state)
{
	bool is_waiting = record->write_seq != record->snd_una;

	if (!state->is_known || !state->is_waiting || record->snd_una != state->snd_una)
		state->progress_ns = record->time_ns;
	state->snd_una = record->snd_una;
	state->is_waiting = is_waiting;
	return is_waiting && record->time_ns >= state->progress_ns + rules->stall_ns;
}

/* The conditions that hold at the record and need no group. */
static __u32 conditions(const struct trigger_rules *rules, const struct siftr_record *record,
			struct trigger_state *state)
{
	__u32 holding = 0;

	if (record->ca_state == CA_RECOVERY)
		holding |= TRIGGER_BIT(RECOVERY);
	if (record->ca_state == CA_LOSS)
		holding |= TRIGGER_BIT(RTO);
	if (!record->snd_wnd || !record->rcv_wnd)
		holding |= TRIGGER_BIT(ZERO_WINDOW);
	if (record->srtt_us >> SRTT_SHIFT > rules->srtt_us)
		holding |= TRIGGER_BIT(SRTT);
	if (record->snd_cwnd < rules->cwnd)
		holding |= TRIGGER_BIT(CWND);
	if (is_stalled(rules, record, state))
		holding |= TRIGGER_BIT(STALL);
	return holding;
}

__u32 trigger__evaluate(const struct trigger_rules *rules, const __u16 offsets[SIFTR_GROUPS],
			const struct siftr_record *record, struct trigger_state *state)
{
	const char *bytes = (const char *)record;
	__u32 holding = conditions(rules, record, state), fired, before;

	if (rules->kinds & TRIGGER_BIT(SRTT_RATIO) &&
	    is_above_ratio(rules, (const void *)(bytes + offsets[SIFTR_GROUP_rtt]),
			   record->srtt_us >> SRTT_SHIFT))
		holding |= TRIGGER_BIT(SRTT_RATIO);
	/* A window that is small from the first record on has not fallen. */
	before = state->is_known ? state->holding : TRIGGER_BIT(CWND);
	fired = holding & ~before;
	if (offsets[SIFTR_GROUP_loss])
		fired |= loss_events(rules, (const void *)(bytes + offsets[SIFTR_GROUP_loss]),
				     record->time_ns, state);
	if (rules->kinds & TRIGGER_BIT(RST) &&
	    has_reset((const void *)(bytes + offsets[SIFTR_GROUP_packet])))
		fired |= TRIGGER_BIT(RST);
	state->holding = holding;
	state->is_known = 1;
	return fired & rules->kinds;
}
