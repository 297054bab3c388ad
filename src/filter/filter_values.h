/* SPDX-License-Identifier: BSD-2-Clause */
/* The filters as the user gives them. */
#ifndef SIFTR_FILTER_FILTER_VALUES_H
#define SIFTR_FILTER_FILTER_VALUES_H

#include <linux/types.h>

#include <siftr/filter.h>

#include "filter/filter_list.h"

enum filter_kind {
	FILTER_PORT,
	FILTER_LPORT,
	FILTER_FPORT,
	FILTER_DIR,
	FILTER_HOST,
	FILTER_LADDR,
	FILTER_FADDR,
	FILTER_IP,
	FILTER_NETNS,
	FILTER_UID,
	FILTER_MARK,
	FILTER_CC,
	FILTER_IFACE,
	FILTER_CGROUP,
	FILTER_PID,
	FILTER_COMM,
	FILTER_KINDS
};

#define FILTER_VALUES_MAX 64

/* `text` points into the command line or configuration file. */
struct filter_values {
	struct {
		enum filter_kind kind;
		const char *text;
	} of[FILTER_VALUES_MAX];
	__u32 count;
	__u32 nr_rules;
	struct siftr_rule rules[SIFTR_RULES_MAX]; /* what the items of filters of flows become */
	struct {
		int err; /* a negative errno, -ENOENT if there is no such thing; 0: all was found */
		enum filter_kind kind;
		struct filter_item item;
	} lacking; /* the first item that names what could not be found on this host */
};

#endif
