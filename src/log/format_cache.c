// SPDX-License-Identifier: BSD-2-Clause
/*
 * The rare path of the text cache: making it, and writing a text anew.
 */
#include "log/format_cache.h"

#include <stdlib.h>

#include "log/decimal.h"
#include "log/digits.h"

/*
 * Column 27, how the flow id was made: FreeBSD's M_HASHTYPE_OPAQUE_HASH (sys/mbuf.h,
 * 0x80 | 63), an identifier with the properties of a hash and no affinity to a queue.
 */
#define FLOWTYPE "191\n"

_Static_assert(FORMAT_CACHE_ADDRESSES >= 2 * (DECIMAL_ADDRESS_MAX + sizeof(",65535,") - 1),
	       "two endpoints fit");
_Static_assert(FORMAT_CACHE_SECONDS >= DECIMAL_U64_MAX + 1, "seconds fit");
_Static_assert(FORMAT_CACHE_TAIL >= DECIMAL_U32_MAX + sizeof("," FLOWTYPE) - 1, "id and type fit");
_Static_assert(FORMAT_CACHE_GROUP_TEXT >= FORMAT_CACHE_GROUP_COLUMNS * (DECIMAL_U32_MAX + 1),
	       "a group fits");

struct format_cache *format_cache__new(void)
{
	static const __u32 zeros[FORMAT_CACHE_GROUP_COLUMNS];
	static const __u64 values[FORMAT_CACHE_GROUP_COLUMNS / 2];
	struct format_cache *cache = calloc(1, sizeof(*cache));
	char room[FORMAT_LINE_MAX];

	if (!cache)
		return NULL;
	format_cache__write_seconds(cache, 0);
	/* Places that were never used look as if they held these. */
	for (int way = 0; way < FORMAT_CACHE_WAYS; way++) {
		format_cache__write_group(room, cache->groups[format_cache__group_place(values)],
					  zeros);
		format_cache__write_number(room, cache->numbers[format_cache__number_place(0)], 0);
	}
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

static inline char *endpoint(char *out, __u8 family, const __u64 address[2], __u16 port)
{
	if (family == 4) {
		out = digits__ipv4(out, address);
	} else {
		out = decimal__ipv6(out, address);
		out++;
	}
	out[-1] = ',';
	return digits__column(out, port);
}

char *format_cache__write_addresses(char *out, const struct siftr_flow_key *flow)
{
	out = endpoint(out, flow->family, flow->laddr, flow->lport);
	return endpoint(out, flow->family, flow->faddr, flow->fport);
}

char *format_cache__write_tail(char *out, __u32 flowid)
{
	out = digits__column(out, flowid);
	memcpy(out, FLOWTYPE, sizeof(FLOWTYPE) - 1);
	return out + sizeof(FLOWTYPE) - 1;
}

const struct format_cache_flow *format_cache__write_flow(struct format_cache *cache, size_t place,
							 const struct siftr_flow_key *flow,
							 __u32 flowid)
{
	char text[FORMAT_CACHE_ADDRESSES + DIGITS_ROOM];
	struct format_cache_flow *entry = cache->flows[place];

	entry[1] = entry[0];
	cache->ids[place][1] = cache->ids[place][0];
	cache->ids[place][0] = flowid;
	entry->addresses_length = (__u8)(format_cache__write_addresses(text, flow) - text);
	memcpy(entry->addresses, text, entry->addresses_length);
	entry->tail_length = (__u8)(format_cache__write_tail(text, flowid) - text);
	memcpy(entry->tail, text, entry->tail_length);
	return entry;
}

void format_cache__write_seconds(struct format_cache *cache, __u64 seconds)
{
	char *end = decimal__u64(cache->seconds_text, seconds);

	*end++ = '.';
	cache->seconds_length = (__u64)(end - cache->seconds_text);
	cache->seconds = seconds;
}

/* Written where it is wanted first: a text that changes with each line is only kept on the way. */
char *format_cache__write_group(char *out, struct format_cache_group *group, const __u32 *columns)
{
	char *end = out;

	group[1] = group[0];
	for (int i = 0; i < FORMAT_CACHE_GROUP_COLUMNS; i++)
		end = digits__steady_column(end, columns[i]);
	memcpy(group->values, columns, sizeof(group->values));
	group->length = (__u8)(end - out);
	/* cppcheck-suppress uninitvar ; what lies behind the text is copied along, never used */
	memcpy(group->text, out, FORMAT_CACHE_GROUP_TEXT);
	return end;
}

char *format_cache__write_number(char *out, struct format_cache_number *number, __u32 value)
{
	char *end = digits__column(out, value);

	number[1] = number[0];
	memcpy(number->text, out, sizeof(number->text));
	number->length = (__u8)(end - out);
	number->value = value;
	return end;
}
