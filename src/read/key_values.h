/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses the key=value pairs of header and footer and checks their keys, order and values. */
#ifndef SIFTR_READ_KEY_VALUES_H
#define SIFTR_READ_KEY_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "report/diagnostic.h"

/* The pairs of a footer before the flow list, in their order. */
enum footer_pair {
	FOOTER_SECONDS,
	FOOTER_MICROSECONDS,
	FOOTER_IN_PACKETS,
	FOOTER_OUT_PACKETS,
	FOOTER_PACKETS,
	FOOTER_IN_SKIPPED_MALLOC,
	FOOTER_OUT_SKIPPED_MALLOC,
	FOOTER_IN_SKIPPED_TCPCB,
	FOOTER_OUT_SKIPPED_TCPCB,
	FOOTER_IN_SKIPPED_INPCB,
	FOOTER_OUT_SKIPPED_INPCB,
	FOOTER_SKIPPED,
	FOOTER_COUNTS, /* number of the counts above */
};

struct header_values {
	__u64 time_us;
	__u64 sysver;
	char sysname[8];
	__u8 ipmode;
};

/*
 * Parse the pairs of a header and of a footer line, without its '\n'. They report the line's
 * defects and return how many there are; values that cannot be read are 0.
 */
unsigned int key_values__header(__u64 line, const char *text, size_t bytes,
				struct header_values *header, const struct diagnostic_sink *sink);
/* `bytes` ends before the TAB that precedes the flow list. */
unsigned int key_values__footer(__u64 line, const char *text, size_t bytes,
				__u64 counts[FOOTER_COUNTS], const struct diagnostic_sink *sink);
/* Finds the pair "flow_list=..." of a footer; NULL if there are too few pairs. */
const char *key_values__find_flow_list(const char *text, size_t bytes);

#endif
