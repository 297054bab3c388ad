/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text that one line shares with the next: the second it was written in, and a
 * flow's addresses and id. Bounded and direct-mapped: with more flows than
 * entries the text is simply written again, which costs less than looking
 * further would.
 */
#ifndef SIFTR_LOG_FORMAT_CACHE_H
#define SIFTR_LOG_FORMAT_CACHE_H

#include <string.h>

#include "log/format.h"

#define FORMAT_CACHE_ENTRIES 1024

/* Room for the longest texts: two endpoints of 52 bytes; 20 digits; an id, a type. */
#define FORMAT_CACHE_ADDRESSES 104
#define FORMAT_CACHE_SECONDS   24
#define FORMAT_CACHE_TAIL      16

/* Nearly all IPv4 and short IPv6 endpoints are done with the first copy. */
#define FORMAT_CACHE_FIRST_COPY 48

/* All zero when never used, which no flow equals: its family is 4 or 6. */
struct format_cache_entry {
	struct siftr_flow_key flow;
	__u32 flowid;
	__u8 addresses_length;
	__u8 tail_length;
	__u8 zero[2];
	char addresses[FORMAT_CACHE_ADDRESSES]; /* "laddr,lport,faddr,fport," */
	char tail[FORMAT_CACHE_TAIL];		/* "flowid,flowtype\n" */
};

struct format_cache {
	__u64 seconds;
	__u64 seconds_length;
	char seconds_text[FORMAT_CACHE_SECONDS]; /* "seconds." */
	struct format_cache_entry entries[FORMAT_CACHE_ENTRIES];
};

_Static_assert(sizeof(struct format_cache) <= 177 * 1024,
	       "with the 79 KiB of digit tables the formatter stays within 256 KiB");

/* The rare path: write the texts anew. */
void format_cache__write_entry(struct format_cache_entry *entry, const struct siftr_flow_key *flow,
			       __u32 flowid);
void format_cache__write_seconds(struct format_cache *cache, __u64 seconds);

/* The entry that holds the texts for `flow`; its id says where to look. */
static inline const struct format_cache_entry *
format_cache__entry(struct format_cache *cache, const struct siftr_flow_key *flow, __u32 flowid)
{
	struct format_cache_entry *entry = &cache->entries[flowid % FORMAT_CACHE_ENTRIES];

	if (__builtin_expect(
		    memcmp(&entry->flow, flow, sizeof(*flow)) != 0 || entry->flowid != flowid, 0))
		format_cache__write_entry(entry, flow, flowid);
	return entry;
}

static inline char *format_cache__copy_seconds(char *out, struct format_cache *cache, __u64 seconds)
{
	if (__builtin_expect(cache->seconds != seconds, 0))
		format_cache__write_seconds(cache, seconds);
	memcpy(out, cache->seconds_text, FORMAT_CACHE_SECONDS);
	return out + cache->seconds_length;
}

static inline char *format_cache__copy_addresses(char *out, const struct format_cache_entry *entry)
{
	memcpy(out, entry->addresses, FORMAT_CACHE_FIRST_COPY);
	if (entry->addresses_length > FORMAT_CACHE_FIRST_COPY)
		memcpy(out + FORMAT_CACHE_FIRST_COPY, entry->addresses + FORMAT_CACHE_FIRST_COPY,
		       FORMAT_CACHE_ADDRESSES - FORMAT_CACHE_FIRST_COPY);
	return out + entry->addresses_length;
}

static inline char *format_cache__copy_tail(char *out, const struct format_cache_entry *entry)
{
	memcpy(out, entry->tail, FORMAT_CACHE_TAIL);
	return out + entry->tail_length;
}

#endif
