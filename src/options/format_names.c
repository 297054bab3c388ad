// SPDX-License-Identifier: BSD-2-Clause
#include "options/format_names.h"

#include <stdio.h>
#include <string.h>

const struct format_name format_names[] = {
#define FORMAT(id, name, help) {name, help},
#include <siftr/formats.def>
#undef FORMAT
	{},
};

bool format_names__find(const char *name, __u64 *number)
{
	for (*number = 0; format_names[*number].name; ++*number)
		if (!strcmp(format_names[*number].name, name))
			return true;
	return false;
}

const char *format_names__list(char *text, unsigned int bytes)
{
	unsigned int used = 0;

	for (const struct format_name *row = format_names; row->name && used < bytes; row++)
		used += (unsigned int)snprintf(text + used, bytes - used, "%s%s",
					       row == format_names ? "" : ", ", row->name);
	return text;
}
