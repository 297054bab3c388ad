/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of a flow's address columns, kept while the flow is busy. Bounded
 * and direct-mapped: with more flows than entries the text is simply written
 * again, which costs little more than looking further would.
 */
#ifndef SIFTR_LOG_FORMAT_CACHE_H
#define SIFTR_LOG_FORMAT_CACHE_H

#include <string.h>

#include "log/format.h"

/* Two addresses, two ports and four commas, in whole copies of 64 bytes. */
#define FORMAT_CACHE_TEXT 128
#define FORMAT_CACHE_ENTRIES 1024

struct format_cache_entry {
	struct siftr_flow_key flow;
	__u32 length; /* of the text; 0 in an entry never used */
	__u32 zero[3];
	char text[FORMAT_CACHE_TEXT]; /* "laddr,lport,faddr,fport," */
};

struct format_cache {
	struct format_cache_entry entries[FORMAT_CACHE_ENTRIES];
};

_Static_assert(sizeof(struct format_cache) <= 216 * 1024,
	       "with the digit tables the formatter stays below 256 KiB");

/* Writes the text for `flow` into `entry`, not inlined: this is the rare path. */
void format_cache__fill(struct format_cache_entry *entry, const struct siftr_flow_key *flow);

/* The entry that holds the text for `flow`; `flowid` only says where to look. */
static inline const struct format_cache_entry *
format_cache__get(struct format_cache *cache, const struct siftr_flow_key *flow, __u32 flowid)
{
	struct format_cache_entry *entry = &cache->entries[flowid % FORMAT_CACHE_ENTRIES];

	if (__builtin_expect(memcmp(&entry->flow, flow, sizeof(*flow)) != 0 || !entry->length, 0))
		format_cache__fill(entry, flow);
	return entry;
}

#endif
