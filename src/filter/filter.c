// SPDX-License-Identifier: BSD-2-Clause
#include "filter/filter.h"

#include <errno.h>
#include <string.h>

#include <siftr/filter.h>

#include "filter/filter_addresses.h"
#include "filter/filter_list.h"
#include "filter/filter_ports.h"

static bool parse_port(const char *text, struct siftr_rule *rule)
{
	__u16 first, last;

	(void)rule;
	return filter_ports__parse(text, &first, &last);
}

static bool parse_direction(const char *text, struct siftr_rule *rule)
{
	(void)rule;
	return !strcmp(text, "in") || !strcmp(text, "out");
}

#define TAKES_ADDRESSES                                                                           \
	"addresses such as 10.0.0.1 or fd00::/8, separated by commas, with ! before those to be " \
	"left out"

#define TAKES_PORTS                                                                              \
	"ports from 1 to 65535 or ranges such as 8000-8100, separated by commas, with ! before " \
	"those to be left out"

static const struct {
	const char *name;
	bool (*parse)(const char *text, struct siftr_rule *rule);
	const char *takes;
	__u32 needs; /* SIFTR_FILTER_* */
} kinds[FILTER_KINDS] = {
	[FILTER_PORT] = {"port", parse_port, TAKES_PORTS, SIFTR_FILTER_PORT},
	[FILTER_LPORT] = {"lport", parse_port, TAKES_PORTS, SIFTR_FILTER_PORT},
	[FILTER_FPORT] = {"fport", parse_port, TAKES_PORTS, SIFTR_FILTER_PORT},
	[FILTER_DIR] = {"dir", parse_direction, "in or out", SIFTR_FILTER_DIRECTION},
	[FILTER_HOST] = {"host", filter_addresses__parse, TAKES_ADDRESSES, SIFTR_FILTER_HOST},
	[FILTER_LADDR] = {"laddr", filter_addresses__parse, TAKES_ADDRESSES, SIFTR_FILTER_LADDR},
	[FILTER_FADDR] = {"faddr", filter_addresses__parse, TAKES_ADDRESSES, SIFTR_FILTER_FADDR},
	[FILTER_IP] = {"ip", filter_addresses__parse_ip, "4 or 6", SIFTR_FILTER_IP},
};

/* Whether the items of the filter become rules of their own. */
static bool is_rule(enum filter_kind kind)
{
	return SIFTR_FILTERS_FLOWS(kinds[kind].needs);
}

int filter__add(struct filter_values *values, enum filter_kind kind, const char *text)
{
	__u32 nr_rules = values->nr_rules;
	const char *list = text;
	struct filter_item item;
	struct siftr_rule rule;

	while (filter_list__next(&list, &item)) {
		if (!kinds[kind].parse(item.text, &rule))
			return -EINVAL;
		nr_rules += is_rule(kind);
	}
	if (values->count == FILTER_VALUES_MAX || nr_rules > SIFTR_RULES_MAX)
		return -E2BIG;
	values->nr_rules = nr_rules;
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

/* `rules` has room for all rules, and a last one that stays all zero. */
static void fill_rules(const struct filter_values *values, struct siftr_rule *rules)
{
	for (__u32 i = 0; i < values->count; i++) {
		enum filter_kind kind = values->of[i].kind;
		const char *list = values->of[i].text;
		struct filter_item item;

		while (is_rule(kind) && filter_list__next(&list, &item)) {
			if (!kinds[kind].parse(item.text, rules))
				continue;
			rules->negated = item.negated;
			rules++->filter = kinds[kind].needs;
		}
	}
}

void filter__fill(const struct filter_values *values, struct siftr_filter *filter)
{
	filter_ports__fill(values, filter);
	fill_directions(values, filter->refused_direction);
	fill_rules(values, filter->rules);
}
