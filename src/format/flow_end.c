// SPDX-License-Identifier: BSD-2-Clause
#include "format/flow_end.h"

#include "format/decimal.h"

static char *write_address(const struct siftr_flow_key *key, const __u64 address[2], char *out)
{
	return key->family == 4 ? decimal__ipv4(out, address) : decimal__ipv6(out, address);
}

void flow_end__address(const struct siftr_flow_key *key, const __u64 address[2], char *text)
{
	*write_address(key, address, text) = '\0';
}

const char *flow_end__text(const struct siftr_flow_key *key, const __u64 address[2], __u16 port,
			   char text[FLOW_END_BYTES])
{
	char *end = text;

	if (key->family != 4)
		*end++ = '[';
	end = write_address(key, address, end);
	if (key->family != 4)
		*end++ = ']';
	*end++ = ':';
	*decimal__u32(end, port) = '\0';
	return text;
}
