/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a connection did in the last intervals, and what happened to it lately. There are histories
 * for a bounded number of connections: those that came first, and those that were shown last.
 */
#ifndef SIFTR_LIVE_LIVE_HISTORY_H
#define SIFTR_LIVE_LIVE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "analyse/event_list.h"

#define HISTORY_SAMPLES 300 /* five minutes at an interval of a second */
#define HISTORY_EVENTS	16

struct history_sample {
	__u64 time_us;
	__u32 cwnd, ssthresh, inflight;	 /* bytes */
	__u32 srtt;			 /* us */
	float sent, delivered, received; /* bytes a second; negative: not known */
};

struct history_event {
	__u64 time_us;
	__u64 cost_us; /* 0: not known */
	enum event_kind kind;
};

struct live_history {
	struct live_history **owner; /* the pointer of its connection; NULL: it is free */
	__u64 shown;		     /* when it was shown last, as history_pool.clock counts */
	__u32 nr_samples, nr_events; /* of all so far; the arrays have the last ones */
	struct history_sample samples[HISTORY_SAMPLES];
	struct history_event events[HISTORY_EVENTS];
};

/* Zeros are a pool without histories; each takes memory when it is needed first. */
struct history_pool {
	struct live_history **of;
	size_t count, most;
	__u64 clock;
};

/* For at most so many connections. 0 or -ENOMEM; call live_history__close_pool() in any case. */
int live_history__open_pool(struct history_pool *pool, size_t most);
void live_history__close_pool(struct history_pool *pool);

/*
 * Gives a connection, whose pointer `owner` is, a history if one is free. With `shown` it takes the
 * one that was shown longest ago if none is free. *owner stays NULL if there is none to have.
 */
void live_history__give(struct history_pool *pool, struct live_history **owner, bool shown);

/* The connection has ended. Accepts NULL. */
void live_history__leave(struct live_history *history);

void live_history__add_sample(struct live_history *history, const struct history_sample *sample);
void live_history__add_event(struct live_history *history, const struct history_event *event);

/* How many of all so far an array of `size` has, and where the one at an index is, oldest first. */
static inline __u32 live_history__kept(__u32 total, __u32 size)
{
	return total < size ? total : size;
}

static inline __u32 live_history__place(__u32 total, __u32 size, __u32 index)
{
	return (total - live_history__kept(total, size) + index) % size;
}

static inline __u32 live_history__nr_samples(const struct live_history *history)
{
	return live_history__kept(history->nr_samples, HISTORY_SAMPLES);
}

static inline const struct history_sample *live_history__sample(const struct live_history *history,
								__u32 index)
{
	return &history->samples[live_history__place(history->nr_samples, HISTORY_SAMPLES, index)];
}

static inline __u32 live_history__nr_events(const struct live_history *history)
{
	return live_history__kept(history->nr_events, HISTORY_EVENTS);
}

static inline const struct history_event *live_history__event(const struct live_history *history,
							      __u32 index)
{
	return &history->events[live_history__place(history->nr_events, HISTORY_EVENTS, index)];
}

#endif
