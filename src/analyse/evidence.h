/* SPDX-License-Identifier: BSD-2-Clause */
/* What shows why a limit held: sizes, rates and moments. */
#ifndef SIFTR_ANALYSE_EVIDENCE_H
#define SIFTR_ANALYSE_EVIDENCE_H

#include <stdbool.h>
#include <linux/types.h>

#include "analyse/flow_state.h"
#include "analyse/ledger.h"

struct longest {
	__u64 us;
	__u64 time_us; /* when it began */
};

/* Zeros are none yet. Each row uses what comes from `receive` on, and one of `send`. */
struct evidence {
	/* A timeout takes the silence before it: what `send` had before, for the bits of `silent`.
	 */
	struct longest before_silence[SEND_LIMITS];
	__u64 queue_us;	  /* limited by cwnd or the peer's window, srtt 4 times the least or more */
	__u64 blocked_us; /* limited by the application, but its send buffer was full */
	__u64 data_segs;  /* segments with payload sent, of the rows that tell it */
	__u64 pacing_rate;	       /* bytes/s, when it limited last; 0: not known */
	__u64 first_us[3], last_us[3]; /* the kernel's sums: busy, receive window, send buffer */
	__u32 dsack_first, dsack_last;
	bool has_chrono, has_dsack;
	__u32 peer_window; /* the largest that was full */
	struct longest send[SEND_LIMITS], receive[RECEIVE_LIMITS];
	__u32 silent;
	__u32 srtt_min;			   /* so far; 0: none */
	__u32 send_buffer, receive_buffer; /* of the last row */
};

struct row;

/*
 * Whether the kernel lets a writer wait for room in the send buffer: it wakes one once a third is
 * free. False if the row lacks sk_wmem_queued.
 */
bool evidence__is_send_buffer_full(const struct row *row);

/* Notes a row and the interval that it ends; *before is not used for the first row. */
void evidence__begin(struct evidence *evidence, const struct row *row,
		     const struct flow_state *first);
void evidence__add(struct evidence *evidence, const struct row *row,
		   const struct flow_state *before, const struct flow_state *now,
		   const struct interval *interval);

#endif
