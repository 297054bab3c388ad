// SPDX-License-Identifier: BSD-2-Clause
#include "live/limit_shares.h"

#define MEMORY_US 500000.0f

/*
 * Gives `us` to one limit and lets the rest fade. The quotient is near the exponential function
 * for the short intervals of a busy flow, and slower for long ones, but never keeps more than half
 * of what is older than MEMORY_US.
 */
static void shift(float shares[], int count, int limit, __u64 us)
{
	float kept = MEMORY_US / (MEMORY_US + (float)us);
	float sum = 0;

	for (int i = 0; i < count; i++)
		sum += shares[i] *= kept;
	shares[limit] += 1 - sum;
}

void limit_shares__add(struct limit_shares *shares, const struct interval *interval)
{
	__u64 us = interval->us;

	if (interval->rto_silence_us > us)
		us = interval->rto_silence_us;
	if (interval->sender == SEND_probe_wait && interval->probe_silence_us > us)
		us = interval->probe_silence_us;
	shift(shares->send, SEND_LIMITS, interval->sender, us);
	shift(shares->receive, RECEIVE_LIMITS, interval->receiver, interval->us);
}

static int greatest(const float shares[], int count)
{
	int found = 0;

	for (int i = 1; i < count; i++)
		if (shares[i] > shares[found])
			found = i;
	return found;
}

enum send_limit limit_shares__send(const struct limit_shares *shares)
{
	return greatest(shares->send, SEND_LIMITS);
}

enum receive_limit limit_shares__receive(const struct limit_shares *shares)
{
	return greatest(shares->receive, RECEIVE_LIMITS);
}
