// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/receiver.h"

#include "convert/tcp_constants.h"

/*
 * A receive buffer counts memory, about twice the payload; so a quarter of it is half of the
 * payload that it can hold.
 */
#define MUCH_OF_BUFFER 4

static bool has_fin(const struct flow_state *state)
{
	switch (state->conn_state) {
	case TCPS_CLOSE_WAIT:
	case TCPS_CLOSING:
	case TCPS_LAST_ACK:
	case TCPS_TIME_WAIT:
		return true;
	default:
		return false;
	}
}

enum receive_limit receiver__limit(const struct flow_state *before, const struct flow_state *now,
				   bool has_gap)
{
	if (has_gap || !flow_state__has(now, PART_RECEIVER))
		return RECEIVE_unknown;
	if (flow_state__has(before, PART_FLAGS) && before->flags & TF_RXWIN0SENT)
		return RECEIVE_zero_window;
	if (now->rcv_buf_cc > now->rcv_buf_hiwater / MUCH_OF_BUFFER ||
	    (now->rcv_buf_cc && now->mss && now->rcv_wnd < 2 * now->mss))
		return RECEIVE_reader;
	if (now->segqlen)
		return RECEIVE_hole;
	if (flow_state__has(before, PART_STATE) && has_fin(before))
		return RECEIVE_closed;
	if (now->outbound && flow_state__has(now, PART_FLAGS) && now->flags & TF_DELACK)
		return RECEIVE_delayed_ack;
	return RECEIVE_sender;
}
