// SPDX-License-Identifier: BSD-2-Clause
/*
 * Formats the addresses, ports and id of a flow and keeps the text in the cache, in the place of
 * another flow's.
 */
#include "format/flow_text.h"

_Static_assert(FLOW_TEXT_ID_COPY >= DECIMAL_U32_MAX + sizeof(",255\n") - 1, "the longest id fits");

/* Copies of constant length are faster; the bytes after a text are never used. */
const struct flow_text *flow_text__replace(struct flow_texts *texts, const struct row *row)
{
	size_t set = row->flow_number % FLOW_TEXT_SETS;
	struct flow_text *entry = &texts->entries[set * FLOW_TEXT_WAYS];
	char text[FLOW_TEXT_ROOM] = "";

	entry[1] = entry[0];
	texts->numbers[set][1] = texts->numbers[set][0];
	entry->addresses_length = (__u8)(texts->spelling->addresses(text, row->flow) - text);
	memcpy(entry->addresses, text, sizeof(entry->addresses));
	entry->id_length = (__u8)(texts->spelling->id(text, row) - text);
	memcpy(entry->id, text, sizeof(entry->id));
	texts->numbers[set][0] = row->flow_number;
	return entry;
}

char *flow_text__no_id(char *out, const struct row *row)
{
	(void)row;
	return out;
}
