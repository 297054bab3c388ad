/* SPDX-License-Identifier: BSD-2-Clause */
/* Which connections a snapshot has, and in which order. */
#ifndef SIFTR_LIVE_LIVE_CHOICE_H
#define SIFTR_LIVE_LIVE_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

struct live_flow;

enum live_column {
#define LIVE_COLUMN(name, title, width, rank) LIVE_##name,
#include "live/column_list.def"
	LIVE_COLUMNS
};

struct live_choice {
	enum live_column sort;
	bool reverse;
	size_t first; /* connections to leave out before the first line */
	size_t count; /* lines, at most */
	/* Whether to take a connection; NULL takes all. */
	bool (*takes)(void *context, const struct live_flow *flow);
	void *context;
};

#endif
