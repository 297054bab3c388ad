// SPDX-License-Identifier: BSD-2-Clause
/*
 * Without ! the ports of one option are alternatives: one of them must match. A port with ! must
 * not match, whatever else does. --port wants a port at either end and refuses one at both.
 */
#include "filter/filter_ports.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <siftr/filter.h>

#include "filter/filter_list.h"
#include "filter/filter_values.h"

static bool parse_port(const char *text, const char **end, __u16 *port)
{
	unsigned long number;
	char *stop;

	if (!isdigit((unsigned char)*text))
		return false;
	number = strtoul(text, &stop, 10);
	*end = stop;
	*port = number;
	return number >= 1 && number < SIFTR_PORTS;
}

bool filter_ports__parse(const char *text, __u16 *first, __u16 *last)
{
	const char *end;

	if (!parse_port(text, &end, first))
		return false;
	*last = *first;
	if (*end == '-' && !parse_port(end + 1, &end, last))
		return false;
	return !*end && *first <= *last;
}

/* The ports that one option names, with all its repetitions. */
struct port_set {
	bool wanted[SIFTR_PORTS];
	bool refused[SIFTR_PORTS]; /* those with ! */
	bool any, any_wanted;
};

static void add_item(const struct filter_item *item, struct port_set *set)
{
	__u16 first, last;

	if (!filter_ports__parse(item->text, &first, &last))
		return;
	for (__u32 port = first; port <= last; port++)
		if (item->negated)
			set->refused[port] = true;
		else
			set->wanted[port] = true;
	set->any = true;
	set->any_wanted |= !item->negated;
}

static void read_set(const struct filter_values *values, enum filter_kind kind,
		     struct port_set *set)
{
	memset(set, 0, sizeof(*set));
	for (__u32 i = 0; i < values->count; i++) {
		const char *list = values->of[i].text;
		struct filter_item item;

		while (values->of[i].kind == kind && filter_list__next(&list, &item))
			add_item(&item, set);
	}
}

/* Raises the values of an end's ports; `unwanted` is the value of ports that are not wanted. */
static void apply_set(const struct port_set *set, __u8 unwanted, __u8 *end)
{
	for (__u32 port = 0; port < SIFTR_PORTS; port++) {
		__u8 value = set->any_wanted && !set->wanted[port] ? unwanted : SIFTR_PORT_WANTED;

		if (set->refused[port])
			value = SIFTR_PORT_REFUSED;
		if (set->any && !port)
			value = SIFTR_PORT_MISSING;
		if (end[port] < value)
			end[port] = value;
	}
}

/* A table by the port in network order has its entries in another order. */
static void to_network_order(__u8 *end)
{
	for (__u32 port = 0; port < SIFTR_PORTS; port++) {
		__u16 swapped = htons(port);
		__u8 value = end[port];

		if (swapped <= port)
			continue;
		end[port] = end[swapped];
		end[swapped] = value;
	}
}

void filter_ports__fill(const struct filter_values *values, struct siftr_filter *filter)
{
	static struct port_set set;

	read_set(values, FILTER_PORT, &set);
	apply_set(&set, SIFTR_PORT_UNWANTED, filter->lport);
	apply_set(&set, SIFTR_PORT_UNWANTED, filter->fport);
	read_set(values, FILTER_LPORT, &set);
	apply_set(&set, SIFTR_PORT_REFUSED, filter->lport);
	read_set(values, FILTER_FPORT, &set);
	apply_set(&set, SIFTR_PORT_REFUSED, filter->fport);
	to_network_order(filter->fport);
}

bool filter_ports__match(const struct siftr_filter *filter, __u16 lport, __u16 fport)
{
	return filter->lport[lport] + filter->fport[htons(fport)] < SIFTR_PORT_REFUSED;
}
