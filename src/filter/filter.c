// SPDX-License-Identifier: BSD-2-Clause
#include "filter/filter.h"

#include <errno.h>
#include <string.h>

#include <siftr/filter.h>

#include "filter/filter_addresses.h"
#include "filter/filter_cgroup.h"
#include "filter/filter_list.h"
#include "filter/filter_netns.h"
#include "filter/filter_ports.h"
#include "filter/filter_processes.h"
#include "filter/filter_sockets.h"

static int parse_port(const char *text, struct siftr_rule *rule)
{
	__u16 first, last;

	(void)rule;
	return filter_ports__parse(text, &first, &last) ? 0 : -EINVAL;
}

static int parse_direction(const char *text, struct siftr_rule *rule)
{
	(void)rule;
	return !strcmp(text, "in") || !strcmp(text, "out") ? 0 : -EINVAL;
}

static int parse_address(const char *text, struct siftr_rule *rule)
{
	return filter_addresses__parse(text, rule) ? 0 : -EINVAL;
}

static int parse_ip(const char *text, struct siftr_rule *rule)
{
	return filter_addresses__parse_ip(text, rule) ? 0 : -EINVAL;
}

#define LIST ", separated by commas, with ! before those to be left out"

#define TAKES_ADDRESSES "addresses such as 10.0.0.1 or fd00::/8" LIST
#define TAKES_PORTS	"ports from 1 to 65535 or ranges such as 8000-8100" LIST
#define TAKES_NETNS	"names, paths or process numbers of network namespaces or self" LIST

static const struct {
	const char *name;
	int (*parse)(const char *text, struct siftr_rule *rule);
	const char *takes;
	__u32 needs; /* SIFTR_FILTER_* */
	const char *noun;
} kinds[FILTER_KINDS] = {
	[FILTER_PORT] = {"port", parse_port, TAKES_PORTS, SIFTR_FILTER_PORT, "port"},
	[FILTER_LPORT] = {"lport", parse_port, TAKES_PORTS, SIFTR_FILTER_PORT, "port"},
	[FILTER_FPORT] = {"fport", parse_port, TAKES_PORTS, SIFTR_FILTER_PORT, "port"},
	[FILTER_DIR] = {"dir", parse_direction, "in or out", SIFTR_FILTER_DIRECTION, "direction"},
	[FILTER_HOST] = {"host", parse_address, TAKES_ADDRESSES, SIFTR_FILTER_HOST, "address"},
	[FILTER_LADDR] = {"laddr", parse_address, TAKES_ADDRESSES, SIFTR_FILTER_LADDR, "address"},
	[FILTER_FADDR] = {"faddr", parse_address, TAKES_ADDRESSES, SIFTR_FILTER_FADDR, "address"},
	[FILTER_IP] = {"ip", parse_ip, "4 or 6", SIFTR_FILTER_IP, "version"},
	[FILTER_NETNS] = {"netns", filter_netns__parse, TAKES_NETNS, SIFTR_FILTER_NETNS,
			  "network namespace"},
	[FILTER_UID] = {"uid", filter_sockets__parse_uid, "names or numbers of users" LIST,
			SIFTR_FILTER_UID, "user"},
	[FILTER_MARK] = {"mark", filter_sockets__parse_mark, "marks such as 7 or 0x10/0xf0" LIST,
			 SIFTR_FILTER_MARK, "mark"},
	[FILTER_CC] = {"cc", filter_sockets__parse_cc, "names of congestion controls" LIST,
		       SIFTR_FILTER_CC, "congestion control"},
	[FILTER_IFACE] = {"iface", filter_sockets__parse_iface, "names of interfaces" LIST,
			  SIFTR_FILTER_IFACE, "network interface"},
	[FILTER_CGROUP] = {"cgroup", filter_cgroup__parse, "paths of cgroups" LIST,
			   SIFTR_FILTER_CGROUP, "cgroup"},
	[FILTER_PID] = {"pid", filter_processes__parse_pid, "numbers of processes" LIST,
			SIFTR_FILTER_PID, "process"},
	[FILTER_COMM] = {"comm", filter_processes__parse_comm,
			 "names of processes, at most 15 characters" LIST, SIFTR_FILTER_COMM,
			 "process"},
};

/* Whether the items of the filter become rules of their own. */
static bool is_rule(enum filter_kind kind)
{
	return SIFTR_FILTERS_FLOWS(kinds[kind].needs);
}

/* Notes an item that names what could not be found. */
static void note_lacking(struct filter_values *values, enum filter_kind kind,
			 const struct filter_item *item, int err)
{
	if (values->lacking.err)
		return;
	values->lacking.err = err;
	values->lacking.kind = kind;
	values->lacking.item = *item;
}

int filter__add(struct filter_values *values, enum filter_kind kind, const char *text)
{
	__u32 nr_rules = values->nr_rules;
	const char *list = text;
	struct filter_item item;

	while (filter_list__next(&list, &item)) {
		struct siftr_rule rule = {};
		int err = kinds[kind].parse(item.text, &rule);

		if (err == -EINVAL)
			return err;
		if (err)
			note_lacking(values, kind, &item, err);
		if (!is_rule(kind))
			continue;
		if (nr_rules == SIFTR_RULES_MAX)
			return -E2BIG;
		rule.negated = item.negated;
		rule.filter = kinds[kind].needs;
		values->rules[nr_rules++] = rule;
	}
	if (values->count == FILTER_VALUES_MAX)
		return -E2BIG;
	values->nr_rules = nr_rules;
	values->of[values->count].kind = kind;
	values->of[values->count++].text = text;
	return 0;
}

void filter__forget(struct filter_values *values, enum filter_kind kind)
{
	__u32 kept = 0, nr_rules = 0;

	for (__u32 i = 0; i < values->count; i++)
		if (values->of[i].kind != kind)
			values->of[kept++] = values->of[i];
	for (__u32 i = 0; i < values->nr_rules; i++)
		if (values->rules[i].filter != kinds[kind].needs)
			values->rules[nr_rules++] = values->rules[i];
	values->count = kept;
	values->nr_rules = nr_rules;
}

bool filter__differs(const struct filter_values *one, const struct filter_values *other)
{
	if (one->count != other->count || one->nr_rules != other->nr_rules ||
	    memcmp(one->rules, other->rules, one->nr_rules * sizeof(*one->rules)) != 0)
		return true;
	for (__u32 i = 0; i < one->count; i++)
		if (one->of[i].kind != other->of[i].kind ||
		    strcmp(one->of[i].text, other->of[i].text) != 0)
			return true;
	return false;
}

__u32 filter__needs(enum filter_kind kind)
{
	return kinds[kind].needs;
}

const char *filter__noun(enum filter_kind kind)
{
	return kinds[kind].noun;
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

__u32 filter__loaded(const struct filter_values *values, bool steered)
{
	__u32 used = filter__used(values);

	if (!steered)
		return used;
	return used | SIFTR_FILTER_PACKET | SIFTR_FILTER_SWITCHED |
	       (SIFTR_FILTERS_FLOWS(used) ? SIFTR_FILTERS_WITH_LIVE : 0);
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
	memcpy(filter->rules, values->rules, values->nr_rules * sizeof(*values->rules));
}
