/* SPDX-License-Identifier: BSD-2-Clause */
/* The numbers that sum up a set of flows, so that two sets can be compared. */
#ifndef SIFTR_ANALYSE_SUMMARY_H
#define SIFTR_ANALYSE_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

struct flow_analysis;

/* clang-format off */
enum summary_number {
#define SUMMARY_NUMBER(name, unit, help) SUMMARY_##name,
#include "analyse/summary_numbers.def"
#define SEND_LIMIT(name, text, holds, help) SUMMARY_send_##name##_share,
#define RECEIVE_LIMIT(name, text, holds, help) SUMMARY_receive_##name##_share,
#include "analyse/limits.def"
	SUMMARY_NUMBERS
};
/* clang-format on */

enum summary_unit {
	SUMMARY_COUNT,
	SUMMARY_TIME, /* microseconds */
	SUMMARY_BYTES,
	SUMMARY_RATE,  /* bytes per second */
	SUMMARY_SHARE, /* percent of the time of all flows */
};

struct summary_text {
	const char *name;
	enum summary_unit unit;
};

extern const struct summary_text summary_texts[SUMMARY_NUMBERS];

struct summary {
	bool known[SUMMARY_NUMBERS]; /* of every flow to which the number applies */
	double value[SUMMARY_NUMBERS];
	__u32 parts; /* enum state_part: parts of the state that every row of every flow had */
};

/* Sums up the flows. 0 or -ENOMEM. */
int summary__of(struct summary *summary, const struct flow_analysis *const flows[], size_t count);

/* The number with that name; SUMMARY_NUMBERS if there is none. */
enum summary_number summary__find(const char *name, size_t bytes);

#endif
