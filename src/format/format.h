/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a header, a data line and a footer of a log consist of, and their text. Functions write at
 * `out` without a terminating NUL and return the end of the text; the caller provides the room
 * named here.
 */
#ifndef SIFTR_FORMAT_FORMAT_H
#define SIFTR_FORMAT_FORMAT_H

#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>
#include "convert/siftr.h"

#define FORMAT_HEADER_MAX 512
#define FORMAT_LINE_MAX	  512
#define FORMAT_FOOTER_MAX 1024 /* bytes of the footer before its flow list */

struct siftr_time {
	__u64 seconds; /* Unix time */
	__u32 microseconds;
};

struct format_line {
	struct siftr_time time;
	const struct siftr_flow_key *flow;
	__u32 flowid;	/* the flow's id: not 0, unique in the log */
	__u8 direction; /* SIFTR_IN or SIFTR_OUT */
	struct siftr_columns columns;
};

/* The counts of a footer, by SIFTR's names, indexed by direction. */
struct format_totals {
	__u64 packets[SIFTR_DIRECTIONS];
	__u64 skipped_malloc[SIFTR_DIRECTIONS];
	__u64 skipped_tcpcb[SIFTR_DIRECTIONS];
	__u64 skipped_inpcb[SIFTR_DIRECTIONS];
};

struct format_cache;

/*
 * Writes the header line of a log. `sysver` is the kernel's
 * version as sysver__parse() returns it.
 */
char *format_siftr__header(char *out, struct siftr_time enabled, __u32 sysver);
/* Writes `count` data lines at `out`, where the caller provides FORMAT_LINE_MAX bytes for each. */
char *format_siftr__lines(char *out, struct format_cache *cache, const struct format_line lines[],
			  size_t count);
/* The footer up to and including "flow_list="; the caller adds the tuples and "\n". */
char *format_siftr__footer(char *out, struct siftr_time disabled,
			   const struct format_totals *totals);

#endif
