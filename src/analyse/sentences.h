/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences about a flow, each with its numbers, when it was, and what it cost. */
#ifndef SIFTR_ANALYSE_SENTENCES_H
#define SIFTR_ANALYSE_SENTENCES_H

#include <stdbool.h>
#include <linux/types.h>

#include "analyse/flow_analysis.h"

#define SENTENCE_BYTES 512

struct sentence {
	__u64 us; /* what it cost; the first one cost most */
	char text[SENTENCE_BYTES];
};

#define SENTENCES_MAX 24

struct sentences {
	unsigned int count;
	struct sentence of[SENTENCES_MAX];
};

/* Whether what cost `us` is worth a sentence: it is more than next to nothing of the flow's time.
 */
bool sentences__matters(const struct flow_analysis *flow, __u64 us);
/* Adds a sentence about something that cost `us`; returns false if that does not matter. */
bool sentences__add(struct sentences *sentences, const struct flow_analysis *flow, __u64 us,
		    const char *text, ...) __attribute__((format(printf, 4, 5)));
/* Likewise about something whose cost is not known. */
void sentences__note(struct sentences *sentences, const char *text, ...)
	__attribute__((format(printf, 2, 3)));

/* Sorts them, the costliest first. */
void sentences__sort(struct sentences *sentences);

/* "1.750s (80 %)": a time and its share of the flow's. `text` has room for SENTENCES_SHARE_BYTES.
 */
#define SENTENCES_SHARE_BYTES 64
const char *sentences__share(char *text, const struct flow_analysis *flow, __u64 us);
/*
 * "300.0ms at 22:13:20.001000"; likewise. Of one that is longer than all that counts, `us`, because
 * packets turned out to be missing in it, only so much counts.
 */
const char *sentences__longest(char *text, const struct flow_analysis *flow, __u64 us,
			       const struct longest *longest);
/* "22:13:20.001000": when something of the flow was, as sentences__longest() says it. */
const char *sentences__moment(char *text, const struct flow_analysis *flow, __u64 us);

#endif
