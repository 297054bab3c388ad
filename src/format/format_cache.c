// SPDX-License-Identifier: BSD-2-Clause
/* Allocates, empties and frees the caches of formatted columns that belong to one log. */
#include "format/format_cache.h"

#include <stdlib.h>

_Static_assert(sizeof(struct format_cache) <= 174 * 1024,
	       "with the 82 KiB of digit tables the formatter stays within 256 KiB");

struct format_cache *format_cache__new(const struct format *format)
{
	struct format_cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		return NULL;
	cache->flows.spelling = format->flow;
	cache->selection = format->selection;
	cache->run_flows = format->run_footer ? run_flows__new() : NULL;
	if (format->run_footer && !cache->run_flows) {
		free(cache);
		return NULL;
	}
	second_text__write(&cache->second, 0);
	column_text__init(&cache->columns);
	number_text__init(&cache->numbers);
	return cache;
}

void format_cache__free(struct format_cache *cache)
{
	if (cache)
		run_flows__free(cache->run_flows);
	free(cache);
}

void format_cache__begin_run(struct format_cache *cache, struct siftr_time begun)
{
	cache->begun = begun;
	cache->has_begun = true;
	cache->nr_rows = 0;
	if (cache->run_flows)
		run_flows__clear(cache->run_flows);
}

void format_cache__forget_flows(struct format_cache *cache)
{
	memset(cache->flows.numbers, 0, sizeof(cache->flows.numbers));
	memset(cache->flows.last_missed, 0, sizeof(cache->flows.last_missed));
	memset(&cache->packets, 0, sizeof(cache->packets));
}
