// SPDX-License-Identifier: BSD-2-Clause
/* Formats an endpoint and keeps its text in the cache, where it replaces another text. */
#include "format/endpoint_text.h"

_Static_assert(sizeof(struct endpoint_text) == 32, "an entry has no padding");
_Static_assert(sizeof(((struct endpoint_text *)0)->text) >= TUPLE_IPV4_MAX / 2,
	       "the longest text fits");

char *endpoint_text__replace(char *out, struct endpoint_text *entry,
			     const struct siftr_flow_key *flow)
{
	char *end = tuple__write_endpoint(out, 4, flow->laddr, flow->lport, TUPLE_COLUMNS);

	/* Copies excess bytes, too: in a line the next column overwrites them. */
	memcpy(entry->text, out, sizeof(entry->text));
	entry->length = (__u8)(end - out);
	entry->endpoint = endpoint_text__local(flow);
	return end;
}
