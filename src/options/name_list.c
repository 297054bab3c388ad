// SPDX-License-Identifier: BSD-2-Clause
#include "options/name_list.h"

#include <stdio.h>
#include <string.h>

#include <siftr/sampling.h>

const struct list_name name_list__watched[] = {
#define WATCHED(name, alias, read) {#name, alias, 1U << SIFTR_WATCH_##name},
#include <siftr/watched.def>
#undef WATCHED
	{},
};

const struct list_name name_list__kept[] = {
	{"loss", NULL, SIFTR_KEEP_LOSS}, {"zero-window", NULL, SIFTR_KEEP_ZERO_WINDOW},
	{"open", NULL, SIFTR_KEEP_OPEN}, {"close", NULL, SIFTR_KEEP_CLOSE},
	{"rst", NULL, SIFTR_KEEP_RST},	 {},
};

static bool is_name(const char *known, const char *name, size_t bytes)
{
	return known && strlen(known) == bytes && !memcmp(known, name, bytes);
}

static __u32 find_bit(const struct list_name *names, const char *name, size_t bytes)
{
	for (; names->name; names++)
		if (is_name(names->name, name, bytes) || is_name(names->alias, name, bytes))
			return names->bit;
	return 0;
}

bool name_list__parse(const struct list_name *names, const char *text, __u64 *set)
{
	*set = 0;
	for (;;) {
		size_t bytes = strcspn(text, ",");
		__u32 bit = find_bit(names, text, bytes);

		*set |= bit;
		if (!bit || !text[bytes])
			return bit;
		text += bytes + 1;
	}
}

void name_list__print(const struct list_name *names, char *text, size_t bytes)
{
	size_t used = 0;

	text[0] = '\0';
	for (; names->name && used < bytes; names++)
		used += snprintf(text + used, bytes - used, "%s%s", used ? ", " : "", names->name);
}
