// SPDX-License-Identifier: BSD-2-Clause
/*
 * Formats the addresses, ports and id of a flow and keeps the text in the cache, in the place of
 * another flow's.
 */
#include "format/flow_text.h"

_Static_assert(FLOW_TEXT_ID_ROOM >= DECIMAL_U32_MAX + sizeof("," FLOW_TEXT_TYPE) - 1,
	       "the longest id fits");

/* Copies of constant length are faster; the bytes after a text are never used. */
const struct flow_text *flow_text__replace(struct flow_texts *texts,
					   const struct siftr_flow_key *flow, __u32 flowid)
{
	size_t set = flowid % FLOW_TEXT_SETS;
	struct flow_text *entry = texts->entries[set];
	char text[TUPLE_ROOM] = "";

	entry[1] = entry[0];
	texts->ids[set][1] = texts->ids[set][0];
	entry->addresses_length = (__u8)(tuple__write(text, flow, TUPLE_COLUMNS) - text);
	memcpy(entry->addresses, text, sizeof(entry->addresses));
	entry->id_length = (__u8)(flow_text__write_id(text, flowid) - text);
	memcpy(entry->id, text, sizeof(entry->id));
	texts->ids[set][0] = flowid;
	return entry;
}
