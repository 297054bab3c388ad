/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Texts that lines have in common, so that they are copied and not written again. One rule holds
 * in all three: an entry's text is always that of the value stored with it. So an entry may be
 * replaced or emptied at any time, and the log is the same as without the cache.
 */
#ifndef SIFTR_FORMAT_FORMAT_CACHE_H
#define SIFTR_FORMAT_FORMAT_CACHE_H

#include "format/column_text.h"
#include "format/flow_text.h"
#include "format/second_text.h"

struct format_cache {
	struct second_text second;
	struct flow_texts flows;
	struct column_texts columns;
};

/* One for each log; about 130 KiB. NULL when out of memory. */
struct format_cache *format_cache__new(void);
/* Accepts NULL. */
void format_cache__free(struct format_cache *cache);
/* To be called when flow ids are assigned anew: an id may then mean another flow. */
void format_cache__forget_flows(struct format_cache *cache);

#endif
