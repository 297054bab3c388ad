/* SPDX-License-Identifier: BSD-2-Clause */
/* What limited a flow as sender of data between two of its rows. */
#ifndef SIFTR_ANALYSE_SENDER_H
#define SIFTR_ANALYSE_SENDER_H

#include <linux/types.h>

#include "analyse/flow_state.h"
#include "analyse/limits.h"

/* Time in which TCP may send what was waiting, one packet after another: 1 ms between two. */
#define SENDER_BURST_US 1000

/* The least time that counts as one that cannot have passed. */
#define SENDER_STANDSTILL_US 10000000

struct sender_limit {
	enum send_limit limit;
	__u32 lacking; /* the enum state_part whose absence left this undecided; 0: none */
};

/*
 * The limit of the interval between the rows `before` and `now` of a flow, which says what was true
 * while its end was awaited. `previous` is the limit of the interval before.
 */
struct sender_limit sender__limit(const struct flow_state *before, const struct flow_state *now,
				  enum send_limit previous);

/*
 * Whether data waited for room in the peer's window, or the application for room in the send
 * buffer, whatever else held: by the kernel's own word if the row has it. The former is judged by
 * the bytes otherwise, the latter is not known.
 */
bool sender__waits_for_window(const struct flow_state *before, const struct flow_state *now);
bool sender__waits_for_buffer(const struct flow_state *now);

/* Whether packets of the flow are missing between the two rows; false if that is not known. */
bool sender__has_gap(const struct flow_state *before, const struct flow_state *now);

/*
 * Whether the time between the two rows cannot have passed for the connection: data was in flight
 * for ten seconds and eight RTOs, and nothing was sent again. Packets have no line, or the host
 * slept, or its clock was set.
 */
bool sender__stood_still(const struct flow_state *before, const struct flow_state *now);

/* Whether the packet of `now` was sent because the retransmission timeout expired. */
bool sender__timed_out(const struct flow_state *before, const struct flow_state *now);

/* Whether data was acknowledged between the two rows, as far as they show it. */
bool sender__progressed(const struct flow_state *before, const struct flow_state *now);

#endif
