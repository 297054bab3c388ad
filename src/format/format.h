/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forms of a log: what a header, a data line and a footer look like.
 * Functions write at `out` without a terminating NUL and return the first byte
 * behind what they wrote; the caller provides the room named here.
 */
#ifndef SIFTR_FORMAT_FORMAT_H
#define SIFTR_FORMAT_FORMAT_H

#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>
#include "convert/siftr.h"

#define FORMAT_HEADER_MAX 512
#define FORMAT_LINE_MAX	  512
#define FORMAT_FOOTER_MAX 1024 /* everything before the flow list */
#define FORMAT_TUPLE_MAX  128  /* one entry of the flow list */
/* What an entry takes at most, by the length of its addresses. */
#define FORMAT_TUPLE4_BYTES (2 * (15 + 1 + 5 + 1))
#define FORMAT_TUPLE6_BYTES (2 * (39 + 1 + 5 + 1))

struct siftr_time {
	__u64 seconds; /* Unix time */
	__u32 microseconds;
};

struct format_line {
	struct siftr_time time;
	const struct siftr_flow_key *flow;
	__u32 flowid;	/* not 0; names the flow: no other flow of the log has it */
	__u8 direction; /* SIFTR_IN or SIFTR_OUT */
	struct siftr_columns columns;
};

/* One footer's worth of counts, by SIFTR's names, indexed by direction. */
struct format_totals {
	__u64 packets[SIFTR_DIRECTIONS];
	__u64 skipped_malloc[SIFTR_DIRECTIONS];
	__u64 skipped_tcpcb[SIFTR_DIRECTIONS];
	__u64 skipped_inpcb[SIFTR_DIRECTIONS];
};

/* Text of addresses seen lately, bounded; one per log. NULL when out of memory. */
struct format_cache;
struct format_cache *format_cache__new(void);
void format_cache__free(struct format_cache *cache);
/* From now on a flow id may name another flow than it did. */
void format_cache__forget_flows(struct format_cache *cache);

/* `sysver` is major * 1000000 + minor * 1000 + patch: readers keep 7 characters. */
char *format_siftr__header(char *out, struct siftr_time enabled, __u32 sysver);
/* `count` lines; there must be room of FORMAT_LINE_MAX for each. */
char *format_siftr__lines(char *out, struct format_cache *cache, const struct format_line lines[],
			  size_t count);
/* The footer up to and including "flow_list="; tuples and "\n" follow. */
char *format_siftr__footer(char *out, struct siftr_time disabled,
			   const struct format_totals *totals);
char *format_siftr__tuple(char *out, const struct siftr_flow_key *flow);

/* 6.12.107 or 6.1.0-50-amd64 -> 6012107, 6001000; each part capped at 999. 0 when not a version. */
__u32 format__sysver(const char *release);

#endif
