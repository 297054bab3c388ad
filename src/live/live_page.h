/* SPDX-License-Identifier: BSD-2-Clause */
/* All that is known of one connection at a moment: a copy, which does not change. */
#ifndef SIFTR_LIVE_LIVE_PAGE_H
#define SIFTR_LIVE_LIVE_PAGE_H

#include <stdio.h>

#include "analyse/sentences.h"
#include "live/live_history.h"
#include "live/live_model.h"

/* The line of titles of the csv that live_page__write() writes. */
#define LIVE_PAGE_TITLES                                                             \
	"flowid,laddr,lport,faddr,fport,time,cwnd,ssthresh,inflight,srtt,sent_rate," \
	"delivered_rate,received_rate\n"

struct live_page {
	struct live_line line;
	struct sentences findings; /* what made it slow so far, the worst first */
	__u32 nr_samples, nr_events;
	struct history_sample samples[HISTORY_SAMPLES]; /* the oldest first */
	struct history_event events[HISTORY_EVENTS];	/* the oldest first */
};

/* Sets *page to the connection with that number. False if there is none any more. */
bool live_page__fill(struct live_page *page, const struct live_model *model, __u32 number);

/*
 * Writes the samples as csv, after a line of titles if `titles`: sizes in bytes, times in
 * microseconds, rates in bytes a second, empty what is not known.
 */
void live_page__write(const struct live_page *page, FILE *stream, bool titles);

#endif
