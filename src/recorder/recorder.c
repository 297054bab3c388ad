// SPDX-License-Identifier: BSD-2-Clause
/*
 * A flow is either quiet, and its records go into its history, or in an episode, and they go to the
 * log. A trigger begins an episode, or prolongs the one that is being logged. An eighth of the
 * memory is for flows, the rest for their records. When either is used up the flow gives way that
 * has had no record for the longest time, and with it what is known of it.
 */
#include "recorder/recorder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "recorder/record_pool.h"
#include "recorder/trigger.h"
#include "recorder/watched_flows.h"

#define FLOWS_SHARE 8
#define CACHE_LINE  64
#define ROOM_MAX    0x7fffffffULL

struct recorder {
	struct recorder_settings settings;
	struct recorder_counts counts;
	struct watched_flows flows;
	struct record_pool pool;
	struct watched_flow *flow;	    /* whose records recorder__next() returns; NULL: none */
	const struct siftr_record *current; /* the record added last, until it is returned */
	__u32 fired;			    /* the triggers that it fired */
	bool by_hand;			    /* the last of the history has TRIGGER_CTL */
};

static __u32 room_for(__u64 bytes, size_t each)
{
	__u64 room = bytes / each;

	return room < 1 ? 1 : room > ROOM_MAX ? (__u32)ROOM_MAX : (__u32)room;
}

struct recorder *recorder__new(const struct recorder_settings *settings)
{
	struct recorder *recorder = calloc(1, sizeof(*recorder));
	size_t state_bytes = trigger__state_bytes(&settings->rules);
	__u64 for_flows = settings->memory / FLOWS_SHARE;
	__u32 nr_flows = room_for(for_flows, watched_flows__bytes_each(state_bytes));
	__u32 nr_records = room_for(settings->memory - for_flows,
				    record_pool__bytes_each(settings->record_bytes));

	if (!recorder)
		return NULL;
	recorder->settings = *settings;
	if (watched_flows__open(&recorder->flows, state_bytes, nr_flows) ||
	    record_pool__open(&recorder->pool, settings->record_bytes, nr_records)) {
		recorder__free(recorder);
		return NULL;
	}
	return recorder;
}

void recorder__free(struct recorder *recorder)
{
	if (!recorder)
		return;
	watched_flows__close(&recorder->flows);
	record_pool__close(&recorder->pool);
	free(recorder);
}

/* A record takes the place of the oldest of its flow once the history is full. */
static void prefetch_history(const struct record_pool *pool, const struct watched_flow *flow)
{
	const char *oldest;

	if (!flow->history.count)
		return;
	oldest = (const char *)record_pool__oldest(pool, &flow->history);
	for (__u32 at = 0; at < pool->record_bytes; at += CACHE_LINE)
		__builtin_prefetch(oldest + at, 1);
	__builtin_prefetch(&pool->next[flow->history.first], 1);
	__builtin_prefetch(&pool->next[flow->history.last], 1);
}

void recorder__prefetch(const struct recorder *recorder, const __u32 flowids[], size_t count)
{
	const struct watched_flows *flows = &recorder->flows;

	for (size_t i = 0; i < count; i++)
		__builtin_prefetch(watched_flows__bucket(flows, flowids[i]));
	for (size_t i = 0; i < count; i++) {
		const char *flow = (const char *)watched_flows__first(flows, flowids[i]);

		for (size_t at = 0; flow && at < flows->flow_bytes; at += CACHE_LINE)
			__builtin_prefetch(flow + at, 1);
	}
	for (size_t i = 0; i < count; i++) {
		const struct watched_flow *flow = watched_flows__first(flows, flowids[i]);

		if (!flow)
			continue;
		watched_flows__prefetch_neighbours(flows, flow);
		prefetch_history(&recorder->pool, flow);
	}
}

static const struct siftr_record *take_oldest(struct recorder *recorder, struct watched_flow *flow)
{
	const struct siftr_record *record = record_pool__take(&recorder->pool, &flow->history);

	recorder->counts.kept[record->direction]--;
	return record;
}

static void overwrite_oldest(struct recorder *recorder, struct watched_flow *flow)
{
	recorder->counts.overwritten[take_oldest(recorder, flow)->direction]++;
}

static void evict_oldest(struct recorder *recorder, struct watched_flow *flow)
{
	recorder->counts.evicted[take_oldest(recorder, flow)->direction]++;
}

static void forget(struct recorder *recorder, struct watched_flow *flow)
{
	while (flow->history.count)
		evict_oldest(recorder, flow);
	watched_flows__remove(&recorder->flows, flow);
}

/*
 * Makes room for a record of `flow`, which is quiet: the flow that has been so for the longest time
 * gives way. If that is `flow`, all memory is its own, and it loses one record.
 */
static void evict_record(struct recorder *recorder, struct watched_flow *flow)
{
	struct watched_flow *oldest = watched_flows__oldest(&recorder->flows, WATCHED_QUIET);

	if (oldest == flow)
		evict_oldest(recorder, flow);
	else
		forget(recorder, oldest);
}

/*
 * Makes room for another flow. One in an episode gives way as a quiet one does: many have ended in
 * it, of which nothing tells, and their places would never come back.
 */
static void evict_flow(struct recorder *recorder)
{
	struct watched_flow *quiet = watched_flows__oldest(&recorder->flows, WATCHED_QUIET),
			    *busy = watched_flows__oldest(&recorder->flows, WATCHED_IN_EPISODE);

	forget(recorder, !quiet || (busy && busy->last_ns < quiet->last_ns) ? busy : quiet);
}

static struct watched_flow *watch(struct recorder *recorder, __u32 flowid,
				  const struct siftr_flow_key *key, __u64 now_ns)
{
	struct watched_flow *flow = watched_flows__find(&recorder->flows, flowid, key);

	if (!flow) {
		if (watched_flows__is_full(&recorder->flows))
			evict_flow(recorder);
		flow = watched_flows__add(&recorder->flows, flowid, key);
	}
	flow->last_ns = now_ns;
	return flow;
}

/* Whether the oldest record of the flow is no longer wanted, once one of this time is kept. */
static bool is_outdated(const struct recorder *recorder, const struct watched_flow *flow,
			__u64 time_ns, __u32 more)
{
	const struct recorder_span *before = &recorder->settings.before;

	if (!flow->history.count)
		return false;
	if (!before->ns)
		return flow->history.count + more > before->records;
	/* Compared so that a record older than that, by the clock of another CPU, drops none. */
	return time_ns > record_pool__oldest(&recorder->pool, &flow->history)->time_ns + before->ns;
}

static void drop_outdated(struct recorder *recorder, struct watched_flow *flow, __u64 time_ns,
			  __u32 more)
{
	while (is_outdated(recorder, flow, time_ns, more))
		overwrite_oldest(recorder, flow);
}

static void keep(struct recorder *recorder, struct watched_flow *flow,
		 const struct siftr_record *record)
{
	const struct recorder_span *before = &recorder->settings.before;

	drop_outdated(recorder, flow, record->time_ns, 1);
	if (!before->ns && !before->records) {
		recorder->counts.overwritten[record->direction]++;
		return;
	}
	while (record_pool__is_full(&recorder->pool))
		evict_record(recorder, flow);
	record_pool__append(&recorder->pool, &flow->history, record);
	recorder->counts.kept[record->direction]++;
}

/* An episode begins, or is prolonged unless its time is over. */
static void begin_episode(struct recorder *recorder, struct watched_flow *flow, __u64 time_ns)
{
	const struct recorder_span *after = &recorder->settings.after;

	if (!flow->episode || (after->ns && time_ns > flow->until_ns)) {
		recorder->counts.episodes++;
		watched_flows__set_episode(&recorder->flows, flow,
					   (__u32)recorder->counts.episodes);
	}
	flow->until_ns = time_ns + after->ns;
	flow->left = after->records;
}

/* Ends the flow's episode unless this record, which fires nothing, still belongs to it. */
static void continue_episode(struct recorder *recorder, struct watched_flow *flow, __u64 time_ns)
{
	bool is_over = recorder->settings.after.ns ? time_ns > flow->until_ns : !flow->left;

	if (is_over)
		watched_flows__set_episode(&recorder->flows, flow, 0);
	else if (flow->left)
		flow->left--;
}

void recorder__add(struct recorder *recorder, const struct siftr_record *record, __u32 flowid,
		   const struct siftr_flow_key *key)
{
	struct watched_flow *flow = watch(recorder, flowid, key, record->time_ns);

	recorder->fired = trigger__evaluate(&recorder->settings.rules, recorder->settings.offsets,
					    record, &flow->state);
	if (flow->is_fired)
		recorder->fired |= TRIGGER_BIT(CTL);
	if (recorder->fired && !flow->episode)
		drop_outdated(recorder, flow, record->time_ns, 0);
	if (recorder->fired)
		begin_episode(recorder, flow, record->time_ns);
	else if (flow->episode)
		continue_episode(recorder, flow, record->time_ns);
	recorder->by_hand = flow->is_fired = false;
	recorder->flow = flow->episode ? flow : NULL;
	recorder->current = flow->episode ? record : NULL;
	if (!flow->episode)
		keep(recorder, flow, record);
}

void recorder__fire(struct recorder *recorder, __u32 flowid, const struct siftr_flow_key *key,
		    __u64 now_ns)
{
	struct watched_flow *flow = watch(recorder, flowid, key, now_ns);

	recorder->by_hand = flow->history.count;
	recorder->current = NULL;
	recorder->flow = recorder->by_hand ? flow : NULL;
	flow->is_fired = !recorder->by_hand;
	if (recorder->by_hand)
		begin_episode(recorder, flow, now_ns);
}

bool recorder__watches(struct recorder *recorder, __u32 flowid, const struct siftr_flow_key *key)
{
	return watched_flows__find(&recorder->flows, flowid, key);
}

bool recorder__next(struct recorder *recorder, __u64 oldest_ns, struct recorder_line *line)
{
	struct watched_flow *flow = recorder->flow;

	*line = (struct recorder_line){};
	if (!flow)
		return false;
	while (flow->history.count) {
		line->record = take_oldest(recorder, flow);
		line->episode = flow->episode;
		if (recorder->by_hand && !flow->history.count)
			line->fired = TRIGGER_BIT(CTL);
		if (line->record->time_ns >= oldest_ns)
			return true;
		recorder->counts.refused[line->record->direction]++;
	}
	if (!recorder->current)
		return false;
	*line = (struct recorder_line){recorder->current, flow->episode, recorder->fired};
	recorder->current = NULL;
	return true;
}

const struct recorder_counts *recorder__counts(const struct recorder *recorder)
{
	return &recorder->counts;
}
