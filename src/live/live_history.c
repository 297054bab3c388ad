// SPDX-License-Identifier: BSD-2-Clause
#include "live/live_history.h"

#include <errno.h>
#include <stdlib.h>

int live_history__open_pool(struct history_pool *pool, size_t most)
{
	*pool = (struct history_pool){.most = most};
	pool->of = calloc(most, sizeof(*pool->of));
	return pool->of ? 0 : -ENOMEM;
}

void live_history__close_pool(struct history_pool *pool)
{
	for (size_t i = 0; i < pool->count; i++)
		free(pool->of[i]);
	free(pool->of);
	*pool = (struct history_pool){};
}

/* A history without a connection; NULL if there is none, or no memory for one more. */
static struct live_history *find_free(struct history_pool *pool)
{
	struct live_history *history;

	if (pool->count < pool->most) {
		history = calloc(1, sizeof(*history));
		if (history)
			pool->of[pool->count++] = history;
		return history;
	}
	for (size_t i = 0; i < pool->count; i++)
		if (!pool->of[i]->owner)
			return pool->of[i];
	return NULL;
}

static struct live_history *shown_longest_ago(const struct history_pool *pool)
{
	struct live_history *found = NULL;

	for (size_t i = 0; i < pool->count; i++)
		if (!found || pool->of[i]->shown < found->shown)
			found = pool->of[i];
	return found;
}

void live_history__give(struct history_pool *pool, struct live_history **owner, bool shown)
{
	struct live_history *history = *owner;

	if (!history && (shown || pool->count < pool->most)) {
		history = find_free(pool);
		if (!history && shown)
			history = shown_longest_ago(pool);
		if (!history)
			return;
		live_history__leave(history);
		history->owner = owner;
		history->nr_samples = history->nr_events = 0;
		history->shown = 0;
		*owner = history;
	}
	if (history && shown)
		history->shown = ++pool->clock;
}

void live_history__leave(struct live_history *history)
{
	if (!history)
		return;
	if (history->owner)
		*history->owner = NULL;
	history->owner = NULL;
}

void live_history__add_sample(struct live_history *history, const struct history_sample *sample)
{
	history->samples[history->nr_samples++ % HISTORY_SAMPLES] = *sample;
}

void live_history__add_event(struct live_history *history, const struct history_event *event)
{
	history->events[history->nr_events++ % HISTORY_EVENTS] = *event;
}
