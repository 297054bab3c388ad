/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses the key=value pairs of header and footer and checks their keys, order and values. */
#ifndef SIFTR_READ_KEY_VALUES_H
#define SIFTR_READ_KEY_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "read/pair_table.h"
#include "report/diagnostic.h"

struct header_values {
	enum siftr_version version;
	__u32 hz; /* of SIFTR 1.2.4: ticks in a second, rto counts ticks; 0 only with a defect */
	__u32 rtt_scale; /* of SIFTR 1.2.4: units of srtt in a tick; 0 only with a defect */
	__u64 time_us;
	__u64 sysver;
	char sysname[8];
	__u8 ipmode;
};

/* Whether a header says that it is one of SIFTR 1.2.4. */
bool key_values__is_1_2(const char *text, size_t bytes);

/*
 * Parse the pairs of a header and of a footer line, without its '\n'. They report the line's
 * defects and return how many there are; values that cannot be read are 0. header->version is what
 * the caller expects. The footer's `bytes` end before the TAB that precedes the flow list. Packets
 * that SIFTR 1.2.4 skipped because a mutex was held are added to those skipped for want of memory.
 */
unsigned int key_values__header(__u64 line, const char *text, size_t bytes,
				struct header_values *header, const struct diagnostic_sink *sink);
unsigned int key_values__footer(__u64 line, enum siftr_version version, const char *text,
				size_t bytes, __u64 counts[FOOTER_COUNTS],
				const struct diagnostic_sink *sink);
/* Finds the pair after the counts, to be "flow_list=..."; NULL if there are too few pairs. */
const char *key_values__find_flow_list(enum siftr_version version, const char *text, size_t bytes);
/* Number of the flow list's pair, counted from 1. */
unsigned int key_values__flow_list_pair(enum siftr_version version);

#endif
