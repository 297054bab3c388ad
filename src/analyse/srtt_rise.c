// SPDX-License-Identifier: BSD-2-Clause
/*
 * While data waits for a full window, packets of this connection are what can fill a queue on the
 * path; else it is others', or the path or the peer has become slower. Either way the rise costs
 * each round trip what its highest srtt is above the least.
 */
#include "analyse/srtt_rise.h"

static bool waits_for_window(const struct interval *interval)
{
	return interval->sender == SEND_slow_start || interval->sender == SEND_avoidance ||
	       interval->sender == SEND_receive_window;
}

static void close_rise(struct srtt_rise *rise, struct event_list *list)
{
	bool is_queue = 2 * rise->limited_us >= rise->duration_us;

	if (rise->begin_us && rise->duration_us >= SRTT_RISE_US)
		event_list__note(list, &(struct event){.kind = EVENT_srtt_rise,
						       .cause = is_queue ? CAUSE_QUEUE : CAUSE_PATH,
						       .time_us = rise->begin_us,
						       .duration_us = rise->duration_us,
						       .cost_us = rise->peak - rise->least,
						       .from = rise->least,
						       .to = rise->peak});
	*rise = (struct srtt_rise){.least = rise->least};
}

/* Adds the interval to a rise that goes on: it was high at its beginning. */
static void extend(struct srtt_rise *rise, const struct interval *interval)
{
	rise->duration_us += interval->us;
	if (waits_for_window(interval))
		rise->limited_us += interval->us;
}

void srtt_rise__add(struct srtt_rise *rise, struct event_list *list,
		    const struct flow_state *before, const struct flow_state *now,
		    const struct interval *interval)
{
	if (!rise->least && flow_state__has(before, PART_SRTT))
		rise->least = before->srtt;
	if (rise->begin_us)
		extend(rise, interval);
	if (!flow_state__has(now, PART_SRTT))
		return;
	if (!rise->least || now->srtt < (__u64)SRTT_RISE_FACTOR * rise->least) {
		close_rise(rise, list);
	} else {
		if (!rise->begin_us)
			rise->begin_us = now->time_us;
		if (now->srtt > rise->peak)
			rise->peak = now->srtt;
	}
	if (!rise->least || now->srtt < rise->least)
		rise->least = now->srtt;
}

void srtt_rise__end(struct srtt_rise *rise, struct event_list *list)
{
	close_rise(rise, list);
}
