// SPDX-License-Identifier: BSD-2-Clause
#include "filter/filter.h"

#include <errno.h>
#include <string.h>

#include <siftr/filter.h>

#include "filter/filter_list.h"
#include "filter/filter_ports.h"

static bool is_port(const char *text)
{
	__u16 first, last;

	return filter_ports__parse(text, &first, &last);
}

static bool is_direction(const char *text)
{
	return !strcmp(text, "in") || !strcmp(text, "out");
}

#define TAKES_PORTS                                                                              \
	"ports from 1 to 65535 or ranges such as 8000-8100, separated by commas, with ! before " \
	"those to be left out"

static const struct {
	const char *name;
	bool (*is_item)(const char *text);
	const char *takes;
	__u32 needs; /* SIFTR_FILTER_* */
} kinds[FILTER_KINDS] = {
	[FILTER_PORT] = {"port", is_port, TAKES_PORTS, SIFTR_FILTER_PORT},
	[FILTER_LPORT] = {"lport", is_port, TAKES_PORTS, SIFTR_FILTER_PORT},
	[FILTER_FPORT] = {"fport", is_port, TAKES_PORTS, SIFTR_FILTER_PORT},
	[FILTER_DIR] = {"dir", is_direction, "in or out", SIFTR_FILTER_DIRECTION},
};

int filter__add(struct filter_values *values, enum filter_kind kind, const char *text)
{
	const char *list = text;
	struct filter_item item;

	while (filter_list__next(&list, &item))
		if (!kinds[kind].is_item(item.text))
			return -EINVAL;
	if (values->count == FILTER_VALUES_MAX)
		return -E2BIG;
	values->of[values->count].kind = kind;
	values->of[values->count++].text = text;
	return 0;
}

const char *filter__name(enum filter_kind kind)
{
	return kinds[kind].name;
}

const char *filter__takes(enum filter_kind kind)
{
	return kinds[kind].takes;
}

__u32 filter__used(const struct filter_values *values)
{
	__u32 used = 0;

	for (__u32 i = 0; i < values->count; i++)
		used |= kinds[values->of[i].kind].needs;
	return used;
}

/* Sets which of SIFTR_IN and SIFTR_OUT are refused. */
static void fill_directions(const struct filter_values *values, __u32 refused[2])
{
	bool wanted[2] = {}, any_wanted = false;

	for (__u32 i = 0; i < values->count; i++) {
		const char *list = values->of[i].text;
		struct filter_item item;

		while (values->of[i].kind == FILTER_DIR && filter_list__next(&list, &item)) {
			bool out = !strcmp(item.text, "out");

			any_wanted |= !item.negated;
			wanted[out] |= !item.negated;
			refused[out] |= item.negated;
		}
	}
	for (int direction = 0; direction < 2; direction++)
		refused[direction] |= any_wanted && !wanted[direction];
}

void filter__fill(const struct filter_values *values, struct siftr_filter *filter)
{
	filter_ports__fill(values, filter);
	fill_directions(values, filter->refused_direction);
}
