// SPDX-License-Identifier: BSD-2-Clause
/*
 * The rare path of the address cache: making it, and writing an entry's text.
 */
#include "log/format_cache.h"

#include <stdlib.h>

#include "log/decimal.h"

struct format_cache *format_cache__new(void)
{
	return calloc(1, sizeof(struct format_cache));
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

void format_cache__fill(struct format_cache_entry *entry, const struct siftr_flow_key *flow)
{
	char *end = entry->text;

	end = endpoint(end, flow->family, flow->laddr, flow->lport);
	end = endpoint(end, flow->family, flow->faddr, flow->fport);
	entry->flow = *flow;
	entry->length = (__u32)(end - entry->text);
}
