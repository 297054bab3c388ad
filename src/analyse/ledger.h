/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A flow's time from its first row to its last, divided among its limits as sender and as receiver.
 * Each of the two divisions adds up to the duration, in whole microseconds.
 */
#ifndef SIFTR_ANALYSE_LEDGER_H
#define SIFTR_ANALYSE_LEDGER_H

#include <stdbool.h>
#include <linux/types.h>

#include "analyse/flow_state.h"
#include "analyse/limits.h"
#include "analyse/unseen_segments.h"

/* The time of a limit as sender. */
struct send_time {
	__u64 settled_us;
	/* Since data was acknowledged last: a timeout makes all of it a wait for that timeout. */
	__u64 silence_us;
};

/* Zeros are a ledger without rows. Each row uses what comes from receive_us on. */
struct ledger {
	struct unseen_segments unseen;
	/* In which data waited for the peer's window, or the application for the send buffer,
	 * whatever limit the time counts for. */
	__u64 window_us, buffer_us;
	__u64 gap_us; /* of the unknown time, that in which packets are missing in the log */
	struct send_time send[SEND_LIMITS];
	__u64 receive_us[RECEIVE_LIMITS];
	__u64 duration_us;
	__u64 lacking_us;  /* time that a part of the state would have decided or divided further */
	__u64 previous_us; /* the last interval, which is in send[previous].silence_us */
	enum send_limit previous;
	__u32 silent;  /* bits of the limits whose silence_us may not be 0 */
	__u32 lacking; /* parts of the state, see lacking_us */
};

/* What an interval was. */
struct interval {
	__u64 us;
	enum send_limit sender;
	enum receive_limit receiver;
	bool ends_silence;    /* data was acknowledged, or none is left: what was before is final */
	__u64 rto_silence_us; /* the silence that a timeout has ended; 0: none has */
	__u64 probe_silence_us; /* likewise of a tail loss probe */
	/* The limit that the interval before this one counted for until now; a probe's else. */
	enum send_limit probe_took;
};

/* Adds the interval between two rows of the flow. */
struct interval ledger__add(struct ledger *ledger, const struct flow_state *before,
			    const struct flow_state *now);

/* The flow has no further rows. */
void ledger__end(struct ledger *ledger);

/* Microseconds in which that limit held. */
static inline __u64 ledger__send_us(const struct ledger *ledger, enum send_limit limit)
{
	return ledger->send[limit].settled_us + ledger->send[limit].silence_us;
}

/* For how long data waited, to be sent or to be read, whichever is more, and mostly for what. */
struct held_up {
	__u64 us;
	__u64 longest_us;	     /* by `by` alone */
	const struct limit_text *by; /* NULL: no data waited */
};

struct held_up ledger__held_up(const struct ledger *ledger);

/* The limit that held longest. */
enum send_limit ledger__main_send_limit(const struct ledger *ledger);
enum receive_limit ledger__main_receive_limit(const struct ledger *ledger);

#endif
