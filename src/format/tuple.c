// SPDX-License-Identifier: BSD-2-Clause
/*
 * Changes the separators of a 4-tuple's text: from those of a data line to those of the footer's
 * flow list and back.
 */
#include "format/tuple.h"

#include <string.h>

char *tuple__separate(char *out, const char *text, size_t bytes, const char separators[4])
{
	for (size_t i = 0; i < bytes; i++)
		*out++ = strchr(",;-", text[i]) ? *separators++ : text[i];
	*out++ = *separators;
	return out;
}
