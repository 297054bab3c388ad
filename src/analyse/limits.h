/* SPDX-License-Identifier: BSD-2-Clause */
/* The limits of a flow as sender and as receiver of data, by number. */
#ifndef SIFTR_ANALYSE_LIMITS_H
#define SIFTR_ANALYSE_LIMITS_H

#include <stdbool.h>

enum send_limit {
#define SEND_LIMIT(name, text, holds, help) SEND_##name,
#include "analyse/limits.def"
	SEND_LIMITS
};

enum receive_limit {
#define RECEIVE_LIMIT(name, text, holds, help) RECEIVE_##name,
#include "analyse/limits.def"
	RECEIVE_LIMITS
};

struct limit_text {
	const char *name;
	const char *text;
	const char *help;
	bool holds; /* data that is there waits */
};

extern const struct limit_text send_limits[SEND_LIMITS];
extern const struct limit_text receive_limits[RECEIVE_LIMITS];

#endif
