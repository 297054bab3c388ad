/* SPDX-License-Identifier: BSD-2-Clause */
/* The filters as the user gives them. */
#ifndef SIFTR_FILTER_FILTER_VALUES_H
#define SIFTR_FILTER_FILTER_VALUES_H

#include <linux/types.h>

enum filter_kind {
	FILTER_PORT,
	FILTER_LPORT,
	FILTER_FPORT,
	FILTER_DIR,
	FILTER_HOST,
	FILTER_LADDR,
	FILTER_FADDR,
	FILTER_IP,
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
	__u32 nr_rules; /* the items that become rules, see struct siftr_rule */
};

#endif
