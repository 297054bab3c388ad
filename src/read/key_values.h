/* SPDX-License-Identifier: BSD-2-Clause */
/* The key=value pairs of header and footer: which, in which order, with which values. */
#ifndef SIFTR_READ_KEY_VALUES_H
#define SIFTR_READ_KEY_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "report/diagnostic.h"

/* What a footer counts; the order is that of its pairs. */
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
	FOOTER_COUNTS, /* pairs before the flow list */
};

struct header_values {
	__u64 time_us;
	__u64 sysver;
	char sysname[8];
	__u8 ipmode;
};

/*
 * Both take a line without its '\n' and return the number of defects, each
 * reported. Values that a defect leaves unknown are 0.
 */
unsigned int key_values__header(__u64 line, const char *text, size_t bytes,
				struct header_values *header, const struct diagnostic_sink *sink);
/* The pairs before the flow list, which follows behind the TAB at text + bytes. */
unsigned int key_values__footer(__u64 line, const char *text, size_t bytes,
				__u64 counts[FOOTER_COUNTS], const struct diagnostic_sink *sink);
/* Behind the TAB before the flow list of a footer; NULL if it is not there. */
const char *key_values__find_flow_list(const char *text, size_t bytes);

#endif
