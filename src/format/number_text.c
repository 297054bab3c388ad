// SPDX-License-Identifier: BSD-2-Clause
/* Formats a number and keeps its text in the cache, where it replaces another text. */
#include "format/number_text.h"

#include "format/decimal.h"
#include "format/digits.h"

_Static_assert(sizeof(struct number_text) == 16, "an entry is copied by one instruction");
_Static_assert(sizeof(struct number_text) <= DIGITS_ROOM,
	       "a copy needs no more room than a column");
_Static_assert(sizeof(((struct number_text *)0)->text) >= DECIMAL_U32_MAX + 1,
	       "the longest text fits");

char *number_text__replace(char *out, struct number_text *entry, __u32 value)
{
	char *end = digits__column(out, value);

	memcpy(entry->text, out, sizeof(entry->text));
	entry->length = (__u8)(end - out);
	entry->value = value;
	return end;
}

void number_text__init(struct number_texts *texts)
{
	char text[DIGITS_ROOM] = "";

	for (size_t i = 0; i < NUMBER_TEXT_ENTRIES; i++)
		number_text__replace(text, &texts->entries[i], 0);
}
