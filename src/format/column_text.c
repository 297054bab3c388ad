// SPDX-License-Identifier: BSD-2-Clause
/* Formats four columns and keeps their text in the cache, where it replaces another text. */
#include "format/column_text.h"

#include "format/decimal.h"
#include "format/digits.h"

_Static_assert(sizeof(struct column_text) == 64, "an entry is one cache line");
_Static_assert(COLUMN_TEXT_ROOM >= 4 * (DECIMAL_U32_MAX + 1), "the longest text fits");

char *column_text__replace(char *out, struct column_text *entry, __u64 values, __u64 more_values)
{
	char *end = digits__small_column(out, (__u32)values);

	end = digits__column(end, (__u32)(values >> 32));
	end = digits__column(end, (__u32)more_values);
	end = digits__column(end, (__u32)(more_values >> 32));
	entry->values[0] = values;
	entry->values[1] = more_values;
	/* The copy has a constant length, which is faster. It takes bytes after the text along,
	 * which the next column overwrites when the entry is copied to a line. */
	memcpy(entry->text, out, sizeof(entry->text));
	entry->length = (__u8)(end - out);
	return end;
}

void column_text__init(struct column_texts *texts)
{
	char text[COLUMN_TEXT_ROOM + DIGITS_ROOM] = "";

	for (size_t i = 0; i < COLUMN_TEXT_ENTRIES; i++)
		column_text__replace(text, &texts->entries[i], 0, 0);
}
