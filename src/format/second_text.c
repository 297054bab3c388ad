// SPDX-License-Identifier: BSD-2-Clause
/*
 * Formats the beginning of a line for both directions. This happens once for each second of the
 * log.
 */
#include "format/second_text.h"

#include "format/decimal.h"

_Static_assert(SECOND_TEXT_ROOM >= 2 + DECIMAL_U64_MAX + 1, "the longest text fits");

void second_text__write(struct second_text *second, __u64 seconds)
{
	static const char letters[SIFTR_DIRECTIONS] = {[SIFTR_IN] = 'i', [SIFTR_OUT] = 'o'};

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		char *text = second->text[direction], *end = decimal__u64(text + 2, seconds);

		text[0] = letters[direction];
		text[1] = ',';
		*end++ = '.';
		second->length = (__u64)(end - text);
	}
	second->seconds = seconds;
}
