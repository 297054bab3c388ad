// SPDX-License-Identifier: BSD-2-Clause
#include "filter/filter_list.h"

#include <stddef.h>
#include <string.h>

bool filter_list__next(const char **list, struct filter_item *item)
{
	const char *text = *list;
	size_t bytes;

	if (!text)
		return false;
	item->negated = *text == '!';
	text += item->negated;
	bytes = strcspn(text, ",");
	*list = text[bytes] ? text + bytes + 1 : NULL;
	if (bytes >= FILTER_ITEM_BYTES)
		bytes = 0;
	memcpy(item->text, text, bytes);
	item->text[bytes] = '\0';
	return true;
}
