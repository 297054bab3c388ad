/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text that one line shares with others: the second it was written in, a flow's
 * addresses and id, and groups of columns that hardly ever change. All bounded
 * and direct-mapped: what is not found is simply written again, which costs
 * less than looking further would.
 */
#ifndef SIFTR_LOG_FORMAT_CACHE_H
#define SIFTR_LOG_FORMAT_CACHE_H

#include <string.h>

#include "log/format.h"

#define FORMAT_CACHE_FLOWS  512
#define FORMAT_CACHE_GROUPS 1024

/* Room for the longest texts: two endpoints of 52 bytes; 20 digits; an id, a type. */
#define FORMAT_CACHE_ADDRESSES 104
#define FORMAT_CACHE_SECONDS   24
#define FORMAT_CACHE_TAIL      16

/* Nearly all IPv4 and short IPv6 endpoints are done with the first copy; so are most groups. */
#define FORMAT_CACHE_FIRST_COPY	 48
#define FORMAT_CACHE_GROUP_FIRST 32

#define FORMAT_CACHE_GROUP_COLUMNS 4
#define FORMAT_CACHE_GROUP_TEXT	   47

/* All zero when never used, which no flow equals: its family is 4 or 6. */
struct format_cache_flow {
	struct siftr_flow_key flow;
	__u32 flowid;
	__u32 missed; /* id of the last flow that looked here in vain */
	__u8 addresses_length;
	__u8 tail_length;
	__u8 zero[6];
	char addresses[FORMAT_CACHE_ADDRESSES]; /* "laddr,lport,faddr,fport," */
	char tail[FORMAT_CACHE_TAIL];		/* "flowid,flowtype\n" */
};

/* Some columns in a row, by value: flows with the same options share one. */
struct format_cache_group {
	__u64 values[FORMAT_CACHE_GROUP_COLUMNS / 2]; /* two columns each, as in memory */
	char text[FORMAT_CACHE_GROUP_TEXT];	      /* "a,b,c,d," */
	__u8 length;
};

struct format_cache {
	__u64 seconds;
	__u64 seconds_length;
	char seconds_text[FORMAT_CACHE_SECONDS]; /* "seconds." */
	struct format_cache_group groups[FORMAT_CACHE_GROUPS];
	struct format_cache_flow flows[FORMAT_CACHE_FLOWS];
};

_Static_assert(sizeof(struct format_cache) <= 174 * 1024,
	       "with the 81 KiB of digit tables the formatter stays within 256 KiB");

/* The rare paths: write the texts anew. */
void format_cache__write_flow(struct format_cache_flow *entry, const struct siftr_flow_key *flow,
			      __u32 flowid);
void format_cache__write_seconds(struct format_cache *cache, __u64 seconds);
char *format_cache__write_group(char *out, struct format_cache_group *group, const __u32 *columns);

/* The same texts, written without a place to keep them. */
char *format_cache__write_addresses(char *out, const struct siftr_flow_key *flow);
char *format_cache__write_tail(char *out, __u32 flowid);

/*
 * The entry that holds the texts for `flow`, or NULL. Its id says where to look.
 * With more flows than places an IPv4 flow's text is not worth keeping until the
 * flow comes twice in a row: it is written about as fast as it is moved.
 */
static inline const struct format_cache_flow *
format_cache__flow(struct format_cache *cache, const struct siftr_flow_key *flow, __u32 flowid)
{
	struct format_cache_flow *entry = &cache->flows[flowid % FORMAT_CACHE_FLOWS];

	if (__builtin_expect(
		    entry->flowid == flowid && memcmp(&entry->flow, flow, sizeof(*flow)) == 0, 1))
		return entry;
	if (flow->family == 4 && entry->missed != flowid) {
		entry->missed = flowid;
		return NULL;
	}
	format_cache__write_flow(entry, flow, flowid);
	return entry;
}

static inline char *format_cache__copy_seconds(char *out, struct format_cache *cache, __u64 seconds)
{
	size_t length;

	if (__builtin_expect(cache->seconds != seconds, 0))
		format_cache__write_seconds(cache, seconds);
	length = cache->seconds_length;
	memcpy(out, cache->seconds_text, FORMAT_CACHE_SECONDS);
	return out + length;
}

static inline char *format_cache__copy_addresses(char *out, const struct format_cache_flow *entry)
{
	size_t length = entry->addresses_length;

	memcpy(out, entry->addresses, FORMAT_CACHE_FIRST_COPY);
	if (length > FORMAT_CACHE_FIRST_COPY)
		memcpy(out + FORMAT_CACHE_FIRST_COPY, entry->addresses + FORMAT_CACHE_FIRST_COPY,
		       FORMAT_CACHE_ADDRESSES - FORMAT_CACHE_FIRST_COPY);
	return out + length;
}

static inline char *format_cache__copy_tail(char *out, const struct format_cache_flow *entry)
{
	size_t length = entry->tail_length;

	memcpy(out, entry->tail, FORMAT_CACHE_TAIL);
	return out + length;
}

static inline size_t format_cache__group_place(const __u64 values[2])
{
	const __u64 spread = 0x9e3779b97f4a7c15ULL;

	return ((values[0] ^ values[1] * spread) * spread >> 32) % FORMAT_CACHE_GROUPS;
}

/* Four columns that stand in a row, from the first one on. */
static inline char *format_cache__copy_group(char *out, struct format_cache *cache,
					     const __u32 *columns)
{
	struct format_cache_group *group;
	__u64 values[2];
	size_t length;

	memcpy(values, columns, sizeof(values));
	group = &cache->groups[format_cache__group_place(values)];
	if (__builtin_expect(group->values[0] != values[0] || group->values[1] != values[1], 0))
		return format_cache__write_group(out, group, columns);
	length = group->length;
	memcpy(out, group->text, FORMAT_CACHE_GROUP_FIRST);
	if (__builtin_expect(length > FORMAT_CACHE_GROUP_FIRST, 0))
		memcpy(out + FORMAT_CACHE_GROUP_FIRST, group->text + FORMAT_CACHE_GROUP_FIRST,
		       FORMAT_CACHE_GROUP_TEXT - FORMAT_CACHE_GROUP_FIRST);
	return out + length;
}

#endif
