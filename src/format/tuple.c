// SPDX-License-Identifier: BSD-2-Clause
/* The text of a 4-tuple as a data line has it, made that of a flow list, and the reverse. */
#include "format/tuple.h"

#include <string.h>

char *tuple__separate(char *out, const char *text, size_t bytes, const char separators[4])
{
	for (size_t i = 0; i < bytes; i++)
		*out++ = strchr(",;-", text[i]) ? *separators++ : text[i];
	*out++ = *separators;
	return out;
}
