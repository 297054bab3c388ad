/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What limits a flow now: for which share of the last moments each limit held. Older time counts
 * less, by a factor of e for each half second, so that a new limit leads after about that time.
 */
#ifndef SIFTR_LIVE_LIMIT_SHARES_H
#define SIFTR_LIVE_LIMIT_SHARES_H

#include <linux/types.h>

#include "analyse/ledger.h"
#include "analyse/limits.h"

/* Zeros are no time yet; else each of the two adds up to 1. */
struct limit_shares {
	float send[SEND_LIMITS], receive[RECEIVE_LIMITS];
};

/* Adds an interval between two rows; the silence that a timeout or a probe ended was its wait. */
void limit_shares__add(struct limit_shares *shares, const struct interval *interval);

/* The limit that leads. */
enum send_limit limit_shares__send(const struct limit_shares *shares);
enum receive_limit limit_shares__receive(const struct limit_shares *shares);

#endif
