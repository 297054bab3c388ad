// SPDX-License-Identifier: BSD-2-Clause
/*
 * The rare path of the text cache: making it, and writing a text anew.
 */
#include "format/format_cache.h"

#include <stdlib.h>

#include "format/decimal.h"
#include "format/digits.h"

/*
 * Column 27, how the flow id was made: FreeBSD's M_HASHTYPE_OPAQUE_HASH (sys/mbuf.h,
 * 0x80 | 63), an identifier with the properties of a hash and no affinity to a queue.
 */
#define FLOWTYPE "191\n"

_Static_assert(FORMAT_CACHE_ADDRESSES >= 2 * (DECIMAL_ADDRESS_MAX + sizeof(",65535,") - 1),
	       "two endpoints fit");
_Static_assert(sizeof(((struct format_cache_local *)0)->text) >=
		       sizeof("255.255.255.255,65535,") - 1,
	       "an end fits");
_Static_assert(FORMAT_CACHE_SECONDS >= 2 + DECIMAL_U64_MAX + 1, "seconds fit");
_Static_assert(FORMAT_CACHE_TAIL >= DECIMAL_U32_MAX + sizeof("," FLOWTYPE) - 1, "id and type fit");
_Static_assert(FORMAT_CACHE_GROUP_TEXT >= FORMAT_CACHE_GROUP_COLUMNS * (DECIMAL_U32_MAX + 1),
	       "a group fits");

static inline char *write_group_text(char *out, const __u32 *columns)
{
	for (int i = 0; i < FORMAT_CACHE_GROUP_COLUMNS; i++)
		out = digits__steady_column(out, columns[i]);
	return out;
}

/* What lies behind the text is copied along, and never used. */
static inline void keep_group(struct format_cache_group *group, const __u32 *columns,
			      const char *text, const char *end)
{
	memcpy(group->values, columns, sizeof(group->values));
	memcpy(group->text, text, FORMAT_CACHE_GROUP_TEXT);
	group->length = (__u8)(end - text);
}

static inline void keep_number(struct format_cache_number *number, __u32 value, const char *text,
			       const char *end)
{
	memcpy(number->text, text, sizeof(number->text));
	number->length = (__u8)(end - text);
	number->value = value;
}

struct format_cache *format_cache__new(void)
{
	static const __u32 zeros[FORMAT_CACHE_GROUP_COLUMNS];
	struct format_cache *cache = calloc(1, sizeof(*cache));
	char room[FORMAT_LINE_MAX] = "", *end;

	if (!cache)
		return NULL;
	format_cache__write_seconds(cache, 0);
	/* Places that were never used hold zeros. */
	end = write_group_text(room, zeros);
	for (size_t i = 0; i < FORMAT_CACHE_GROUPS * FORMAT_CACHE_WAYS; i++)
		keep_group(&cache->groups[i], zeros, room, end);
	end = digits__column(room, 0);
	for (size_t i = 0; i < FORMAT_CACHE_NUMBERS * FORMAT_CACHE_WAYS; i++)
		keep_number(&cache->numbers[i], 0, room, end);
	for (size_t i = 0; i < FORMAT_CACHE_LOCALS; i++)
		cache->locals[i].end = ~0ULL;
	return cache;
}

void format_cache__free(struct format_cache *cache)
{
	free(cache);
}

void format_cache__forget_flows(struct format_cache *cache)
{
	memset(cache->ids, 0, sizeof(cache->ids));
	memset(cache->missed, 0, sizeof(cache->missed));
}

static char *endpoint(char *out, __u8 family, const __u64 address[2], __u16 port)
{
	if (family == 4)
		return format_cache__write_end4(out, address, port);
	out = decimal__ipv6(out, address);
	*out++ = ',';
	return digits__steady_column(out, port);
}

static char *write_addresses(char *out, const struct siftr_flow_key *flow)
{
	out = endpoint(out, flow->family, flow->laddr, flow->lport);
	return endpoint(out, flow->family, flow->faddr, flow->fport);
}

char *format_cache__write_local(char *out, struct format_cache_local *local,
				const struct siftr_flow_key *flow)
{
	char *next = format_cache__write_end4(out, flow->laddr, flow->lport);

	memcpy(local->text, out, sizeof(local->text));
	local->length = (__u8)(next - out);
	local->end = format_cache__local_end(flow);
	return next;
}

char *format_cache__write_tail(char *out, __u32 flowid)
{
	out = digits__column(out, flowid);
	memcpy(out, FLOWTYPE, sizeof(FLOWTYPE) - 1);
	return out + sizeof(FLOWTYPE) - 1;
}

struct format_cache_flow *format_cache__write_flow(struct format_cache *cache, size_t place,
						   const struct siftr_flow_key *flow, __u32 flowid)
{
	char text[FORMAT_CACHE_ADDRESSES + DIGITS_ROOM];
	struct format_cache_flow *entry = cache->flows[place];

	entry[1] = entry[0];
	cache->ids[place][1] = cache->ids[place][0];
	cache->ids[place][0] = flowid;
	entry->addresses_length = (__u8)(write_addresses(text, flow) - text);
	memcpy(entry->addresses, text, entry->addresses_length);
	entry->tail_length = (__u8)(format_cache__write_tail(text, flowid) - text);
	memcpy(entry->tail, text, entry->tail_length);
	return entry;
}

void format_cache__write_seconds(struct format_cache *cache, __u64 seconds)
{
	static const char letters[SIFTR_DIRECTIONS] = {[SIFTR_IN] = 'i', [SIFTR_OUT] = 'o'};

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		char *text = cache->seconds_text[direction], *end = decimal__u64(text + 2, seconds);

		text[0] = letters[direction];
		text[1] = ',';
		*end++ = '.';
		cache->seconds_length = (__u64)(end - text);
	}
	cache->seconds = seconds;
}

/*
 * Written where it is wanted, and kept when it comes twice in a row: with more values than
 * places keeping costs more than it saves.
 */
char *format_cache__write_group(char *out, struct format_cache *cache, const __u32 *columns)
{
	char *end = write_group_text(out, columns);
	__u64 values[FORMAT_CACHE_GROUP_COLUMNS / 2];
	struct format_cache_group *group;
	__u32 hash, *missed;

	memcpy(values, columns, sizeof(values));
	hash = format_cache__group_hash(values);
	missed = &cache->missed_groups[hash % FORMAT_CACHE_GROUPS];
	if (*missed == hash) {
		group = &cache->groups[format_cache__group_place(hash)];
		group[1] = group[0];
		keep_group(group, columns, out, end);
	}
	*missed = hash;
	return end;
}

char *format_cache__write_number(char *out, struct format_cache_number *number, __u32 value)
{
	char *end = digits__column(out, value);

	number[1] = number[0];
	keep_number(number, value, out, end);
	return end;
}

char *format_cache__look_for_group(char *out, struct format_cache *cache, __u16 *place,
				   const __u32 *columns)
{
	__u64 values[FORMAT_CACHE_GROUP_COLUMNS / 2];
	size_t first;

	memcpy(values, columns, sizeof(values));
	first = format_cache__group_place(format_cache__group_hash(values));
	*place = (__u16)(first + !format_cache__is_other(&cache->groups[first + 1], values));
	return format_cache__copy_group(out, cache, columns);
}

char *format_cache__look_for_number(char *out, struct format_cache *cache, __u16 *place,
				    __u32 value)
{
	size_t first = format_cache__number_place(value);

	*place = (__u16)(first + (cache->numbers[first + 1].value == value));
	return format_cache__copy_number(out, cache, value);
}
