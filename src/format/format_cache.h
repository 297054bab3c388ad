/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text that one line shares with others: the second it was written in, a flow's
 * addresses and id, and groups of columns that hardly ever change. All bounded
 * and direct-mapped: what is not found is simply written again, which costs
 * less than looking further would.
 */
#ifndef SIFTR_FORMAT_FORMAT_CACHE_H
#define SIFTR_FORMAT_FORMAT_CACHE_H

#include <string.h>

#include "format/digits.h"
#include "format/format.h"

/* Places by what is kept; each has two, the newer one first. */
#define FORMAT_CACHE_WAYS    2
#define FORMAT_CACHE_FLOWS   256
#define FORMAT_CACHE_GROUPS  512
#define FORMAT_CACHE_NUMBERS 512
#define FORMAT_CACHE_LOCALS  64 /* direct-mapped */

/* Room for the longest texts: two endpoints of 52 bytes; a letter, 20 digits; an id, a type. */
#define FORMAT_CACHE_ADDRESSES 104
#define FORMAT_CACHE_SECONDS   32
#define FORMAT_CACHE_TAIL      16

/* Nearly all texts are done with the first copy. */
#define FORMAT_CACHE_FIRST_COPY	   48
#define FORMAT_CACHE_SECONDS_FIRST 16
#define FORMAT_CACHE_GROUP_FIRST   32

#define FORMAT_CACHE_GROUP_COLUMNS 4
#define FORMAT_CACHE_GROUP_TEXT	   47

struct format_cache_flow {
	char addresses[FORMAT_CACHE_ADDRESSES]; /* "laddr,lport,faddr,fport," */
	char tail[FORMAT_CACHE_TAIL];		/* "flowid,flowtype\n" */
	__u8 addresses_length;
	__u8 tail_length;
	/* Where its last line found these columns, mostly the same for a flow's whole life. */
	__u16 negotiated; /* of groups */
	__u16 ssthresh;	  /* of numbers */
	__u16 rcv_buf;	  /* of numbers */
};

/* Some columns in a row, by value: flows with the same options share one. */
struct format_cache_group {
	__u64 values[FORMAT_CACHE_GROUP_COLUMNS / 2]; /* two columns each, as in memory */
	char text[FORMAT_CACHE_GROUP_TEXT];	      /* "a,b,c,d," */
	__u8 length;
};

/* One column, by value; copied whole. */
struct format_cache_number {
	char text[11]; /* "number," */
	__u8 length;
	__u32 value;
};

/* The local end of IPv4 flows, which a server's have in common. */
struct format_cache_local {
	__u64 end;     /* of format_cache__local_end(); not all bits set */
	char text[23]; /* "laddr,lport," */
	__u8 length;
};

struct format_cache {
	__u64 seconds;
	__u64 seconds_length;
	char seconds_text[SIFTR_DIRECTIONS][FORMAT_CACHE_SECONDS]; /* "i,seconds." */
	__u64 zero[6];
	struct format_cache_group groups[FORMAT_CACHE_GROUPS * FORMAT_CACHE_WAYS];
	struct format_cache_flow flows[FORMAT_CACHE_FLOWS][FORMAT_CACHE_WAYS];
	struct format_cache_number numbers[FORMAT_CACHE_NUMBERS * FORMAT_CACHE_WAYS];
	struct format_cache_local locals[FORMAT_CACHE_LOCALS];
	__u32 ids[FORMAT_CACHE_FLOWS][FORMAT_CACHE_WAYS]; /* whose text it is; 0: nobody's */
	__u32 missed[FORMAT_CACHE_FLOWS];		  /* who looked there last in vain */
	__u32 missed_groups[FORMAT_CACHE_GROUPS];	  /* the same, hashes of values */
};

_Static_assert(sizeof(struct format_cache) <= 178 * 1024,
	       "with the 81 KiB of digit tables the formatter stays within 256 KiB");

/* The rare paths: write the texts anew. */
struct format_cache_flow *format_cache__write_flow(struct format_cache *cache, size_t place,
						   const struct siftr_flow_key *flow, __u32 flowid);
void format_cache__write_seconds(struct format_cache *cache, __u64 seconds);
char *format_cache__write_group(char *out, struct format_cache *cache, const __u32 *columns);
char *format_cache__write_number(char *out, struct format_cache_number *number, __u32 value);

/* The same for what is not where it was last: it may be somewhere else. */
char *format_cache__look_for_group(char *out, struct format_cache *cache, __u16 *place,
				   const __u32 *columns);
char *format_cache__look_for_number(char *out, struct format_cache *cache, __u16 *place,
				    __u32 value);

char *format_cache__write_local(char *out, struct format_cache_local *local,
				const struct siftr_flow_key *flow);

/* The same text, written without a place to keep it. */
char *format_cache__write_tail(char *out, __u32 flowid);

/*
 * The entry that holds the texts for `flow`, or NULL. Its id, which no other flow of
 * the log has, says where to look and whether it is there.
 * With more flows than places an IPv4 flow's text is not worth keeping until the
 * flow comes twice in a row: it is written about as fast as it is moved.
 */
static inline struct format_cache_flow *
format_cache__flow(struct format_cache *cache, const struct siftr_flow_key *flow, __u32 flowid)
{
	size_t place = flowid % FORMAT_CACHE_FLOWS;
	const __u32 *ids = cache->ids[place];
	size_t way = ids[1] == flowid;

	if (__builtin_expect(ids[way] == flowid, 1))
		return &cache->flows[place][way];
	if (flow->family == 4 && cache->missed[place] != flowid) {
		cache->missed[place] = flowid;
		return NULL;
	}
	return format_cache__write_flow(cache, place, flow, flowid);
}

static inline char *format_cache__copy_seconds(char *out, struct format_cache *cache,
					       __u8 direction, __u64 seconds)
{
	const char *text = cache->seconds_text[direction != SIFTR_IN];
	size_t length;

	if (__builtin_expect(cache->seconds != seconds, 0))
		format_cache__write_seconds(cache, seconds);
	length = cache->seconds_length;
	memcpy(out, text, FORMAT_CACHE_SECONDS_FIRST);
	if (__builtin_expect(length > FORMAT_CACHE_SECONDS_FIRST, 0))
		memcpy(out + FORMAT_CACHE_SECONDS_FIRST, text + FORMAT_CACHE_SECONDS_FIRST,
		       FORMAT_CACHE_SECONDS - FORMAT_CACHE_SECONDS_FIRST);
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

/* Spreads the bits of what it multiplies; the upper half of the product is best. */
#define FORMAT_CACHE_SPREAD 0x9e3779b97f4a7c15ULL

/* "a.b.c.d,port," */
static inline char *format_cache__write_end4(char *out, const __u64 address[2], __u16 port)
{
	out = digits__ipv4(out, address);
	out[-1] = ',';
	return digits__steady_column(out, port);
}

static inline __u64 format_cache__local_end(const struct siftr_flow_key *flow)
{
	return (__u32)flow->laddr[0] | (__u64)flow->lport << 32;
}

/* The addresses of an IPv4 flow that has no place. */
static inline char *format_cache__write_ipv4(char *out, struct format_cache *cache,
					     const struct siftr_flow_key *flow)
{
	__u64 end = format_cache__local_end(flow);
	__u32 hash = (__u32)(end * FORMAT_CACHE_SPREAD >> 32);
	struct format_cache_local *local = &cache->locals[hash % FORMAT_CACHE_LOCALS];
	size_t length = local->length;

	if (local->end == end) {
		memcpy(out, local->text, sizeof(local->text));
		out += length;
	} else {
		out = format_cache__write_local(out, local, flow);
	}
	return format_cache__write_end4(out, flow->faddr, flow->fport);
}

static inline char *format_cache__copy_tail(char *out, const struct format_cache_flow *entry)
{
	size_t length = entry->tail_length;

	memcpy(out, entry->tail, FORMAT_CACHE_TAIL);
	return out + length;
}

/* Without a branch: which of two places it is cannot be guessed. */
static inline __u64 format_cache__is_other(const struct format_cache_group *group,
					   const __u64 values[2])
{
	return (group->values[0] ^ values[0]) | (group->values[1] ^ values[1]);
}

static inline __u32 format_cache__group_hash(const __u64 values[2])
{
	return (__u32)((values[0] ^ values[1] * FORMAT_CACHE_SPREAD) * FORMAT_CACHE_SPREAD >> 32);
}

static inline size_t format_cache__group_place(__u32 hash)
{
	return hash % FORMAT_CACHE_GROUPS * FORMAT_CACHE_WAYS;
}

static inline char *format_cache__copy_group_text(char *out, const struct format_cache_group *group)
{
	size_t length = group->length;

	memcpy(out, group->text, FORMAT_CACHE_GROUP_FIRST);
	if (__builtin_expect(length > FORMAT_CACHE_GROUP_FIRST, 0))
		memcpy(out + FORMAT_CACHE_GROUP_FIRST, group->text + FORMAT_CACHE_GROUP_FIRST,
		       FORMAT_CACHE_GROUP_TEXT - FORMAT_CACHE_GROUP_FIRST);
	return out + length;
}

/* Four columns that stand in a row, from the first one on. */
static inline char *format_cache__copy_group(char *out, struct format_cache *cache,
					     const __u32 *columns)
{
	struct format_cache_group *group;
	__u64 values[2];

	memcpy(values, columns, sizeof(values));
	group = &cache->groups[format_cache__group_place(format_cache__group_hash(values))];
	group += format_cache__is_other(&group[1], values) == 0;
	if (__builtin_expect(format_cache__is_other(group, values) != 0, 0))
		return format_cache__write_group(out, cache, columns);
	return format_cache__copy_group_text(out, group);
}

/* The same where `place` held them last. */
static inline char *format_cache__copy_known_group(char *out, struct format_cache *cache,
						   __u16 *place, const __u32 *columns)
{
	const struct format_cache_group *group = &cache->groups[*place];
	__u64 values[2];

	memcpy(values, columns, sizeof(values));
	if (__builtin_expect(format_cache__is_other(group, values) != 0, 0))
		return format_cache__look_for_group(out, cache, place, columns);
	return format_cache__copy_group_text(out, group);
}

static inline size_t format_cache__number_place(__u32 value)
{
	return (value * 0x9e3779b1U >> 16) % FORMAT_CACHE_NUMBERS * FORMAT_CACHE_WAYS;
}

static inline char *format_cache__copy_number_text(char *out,
						   const struct format_cache_number *number)
{
	size_t length = number->length;

	memcpy(out, number, sizeof(*number));
	return out + length;
}

/* A column whose value many lines have in common. */
static inline char *format_cache__copy_number(char *out, struct format_cache *cache, __u32 value)
{
	struct format_cache_number *number = &cache->numbers[format_cache__number_place(value)];

	number += number[1].value == value;
	if (__builtin_expect(number->value != value, 0))
		return format_cache__write_number(out, number, value);
	return format_cache__copy_number_text(out, number);
}

/* The same where `place` held it last. */
static inline char *format_cache__copy_known_number(char *out, struct format_cache *cache,
						    __u16 *place, __u32 value)
{
	const struct format_cache_number *number = &cache->numbers[*place];

	if (__builtin_expect(number->value != value, 0))
		return format_cache__look_for_number(out, cache, place, value);
	return format_cache__copy_number_text(out, number);
}

#endif
