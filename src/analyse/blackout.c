// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/blackout.h"

/* One timeout may be the loss of a few segments; two in a row, with twice the wait, hardly. */
#define TIMEOUTS_IN_A_ROW 2

void blackout__add(struct blackout *blackout, __u64 us, __u64 end_us)
{
	struct silence *last = &blackout->last;

	if (!last->timeouts || last->begin_us != end_us - us) {
		blackout->alone = blackout__longest_alone(blackout);
		*last = (struct silence){.begin_us = end_us - us};
	}
	last->timeouts++;
	if (last->timeouts == TIMEOUTS_IN_A_ROW) {
		blackout->us += us;
		blackout->timeouts += TIMEOUTS_IN_A_ROW;
	} else if (last->timeouts > TIMEOUTS_IN_A_ROW) {
		blackout->us += us - last->us;
		blackout->timeouts++;
	}
	last->us = us;
	if (last->timeouts >= TIMEOUTS_IN_A_ROW && us > blackout->longest.us)
		blackout->longest = *last;
}

struct silence blackout__longest_alone(const struct blackout *blackout)
{
	const struct silence *last = &blackout->last;

	return last->timeouts == 1 && last->us > blackout->alone.us ? *last : blackout->alone;
}
