// SPDX-License-Identifier: BSD-2-Clause
#include "format/flow_end.h"

#include <stdio.h>
#include <string.h>

#include "format/decimal.h"

void flow_end__address(const struct siftr_flow_key *key, const __u64 address[2], char *text)
{
	*(key->family == 4 ? decimal__ipv4(text, address) : decimal__ipv6(text, address)) = '\0';
}

const char *flow_end__text(const struct siftr_flow_key *key, const __u64 address[2], __u16 port,
			   char text[FLOW_END_BYTES])
{
	char *end = text;

	if (key->family != 4)
		*end++ = '[';
	flow_end__address(key, address, end);
	end += strlen(end);
	snprintf(end, (size_t)(text + FLOW_END_BYTES - end), key->family == 4 ? ":%u" : "]:%u",
		 port);
	return text;
}
