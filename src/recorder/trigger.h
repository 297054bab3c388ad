/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decides for each record of a flow whether something happened to the flow. It looks at the record
 * and at a few numbers kept of the records before, and reads no clock.
 */
#ifndef SIFTR_RECORDER_TRIGGER_H
#define SIFTR_RECORDER_TRIGGER_H

#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "recorder/trigger_rules.h"

/* What is kept of a flow between two records; all zero before the first. */
struct trigger_state {
	__u64 progress_ns;     /* when data was acknowledged last, or began to wait */
	__u32 snd_una;	       /* of the record before */
	__u32 total_retrans;   /* likewise */
	__u32 holding;	       /* TRIGGER_BIT() of the conditions that held at the record before */
	__u8 icsk_retransmits; /* of the record before */
	__u8 is_known;	       /* there was a record before */
	__u8 is_waiting;       /* it had data that was not acknowledged */
	__u8 next;	       /* where the next of times_ns[] goes */
	__u64 times_ns[];      /* times of the last rules->retransmits retransmissions; 0: none */
};

/* Bytes of a state, with its times. */
static inline size_t trigger__state_bytes(const struct trigger_rules *rules)
{
	return sizeof(struct trigger_state) + rules->retransmits * sizeof(__u64);
}

/*
 * Returns TRIGGER_BIT() of each trigger that the record fires, 0 for none, and updates *state. A
 * condition such as a zero window fires when it begins. `offsets` are those of the blocks of the
 * captured groups in a record, which include trigger_rules__groups().
 */
__u32 trigger__evaluate(const struct trigger_rules *rules, const __u16 offsets[SIFTR_GROUPS],
			const struct siftr_record *record, struct trigger_state *state);

#endif
