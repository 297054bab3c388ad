// SPDX-License-Identifier: BSD-2-Clause
/*
 * The rare path of the text cache: making it, and writing a text anew.
 */
#include "log/format_cache.h"

#include <stdlib.h>

#include "log/decimal.h"

/*
 * Column 27, how the flow id was made: FreeBSD's M_HASHTYPE_OPAQUE_HASH (sys/mbuf.h,
 * 0x80 | 63), an identifier with the properties of a hash and no affinity to a queue.
 */
#define FLOWTYPE 191U

_Static_assert(FORMAT_CACHE_ADDRESSES >= 2 * (DECIMAL_ADDRESS_MAX + sizeof(",65535,") - 1),
	       "two endpoints fit");
_Static_assert(FORMAT_CACHE_SECONDS >= DECIMAL_U64_MAX + 1, "seconds fit");
_Static_assert(FORMAT_CACHE_TAIL >= DECIMAL_U32_MAX + sizeof(",191\n") - 1, "id and type fit");

struct format_cache *format_cache__new(void)
{
	struct format_cache *cache = calloc(1, sizeof(*cache));

	if (cache)
		format_cache__write_seconds(cache, 0);
	return cache;
}

void format_cache__free(struct format_cache *cache)
{
	free(cache);
}

static char *endpoint(char *out, __u8 family, const __u64 address[2], __u16 port)
{
	out = family == 4 ? decimal__ipv4(out, address) : decimal__ipv6(out, address);
	*out++ = ',';
	out = decimal__u32(out, port);
	*out++ = ',';
	return out;
}

void format_cache__write_entry(struct format_cache_entry *entry, const struct siftr_flow_key *flow,
			       __u32 flowid)
{
	char *end = entry->addresses;

	end = endpoint(end, flow->family, flow->laddr, flow->lport);
	end = endpoint(end, flow->family, flow->faddr, flow->fport);
	entry->addresses_length = (__u8)(end - entry->addresses);
	end = decimal__u32(entry->tail, flowid);
	*end++ = ',';
	end = decimal__u32(end, FLOWTYPE);
	*end++ = '\n';
	entry->tail_length = (__u8)(end - entry->tail);
	entry->flow = *flow;
	entry->flowid = flowid;
}

void format_cache__write_seconds(struct format_cache *cache, __u64 seconds)
{
	char *end = decimal__u64(cache->seconds_text, seconds);

	*end++ = '.';
	cache->seconds_length = (__u64)(end - cache->seconds_text);
	cache->seconds = seconds;
}
