/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The formats of a log: each turns rows into lines, and may have a header and a footer. Functions
 * write at `out` without a terminating NUL and return the end of the text; the caller provides the
 * room named here.
 */
#ifndef SIFTR_FORMAT_FORMAT_H
#define SIFTR_FORMAT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "format/packet.h"
#include "format/row.h"

#define FORMAT_HEADER_MAX 512  /* bytes of a header without fields */
#define FORMAT_FOOTER_MAX 1024 /* bytes of the footer before its flow list */

#define FORMAT_LOSSES_MAX 128 /* bytes of what losses() writes */

#define FORMAT_FIELDS_END 0xffff /* ends a list of field numbers */

/* The counts of a footer, by SIFTR's names, indexed by direction. */
struct format_totals {
	__u64 packets[SIFTR_DIRECTIONS];
	__u64 skipped_malloc[SIFTR_DIRECTIONS];
	__u64 skipped_tcpcb[SIFTR_DIRECTIONS];
	__u64 skipped_inpcb[SIFTR_DIRECTIONS];
};

/*
 * Packets that should be lines and are not. The others that were skipped belong to no state that is
 * logged, as handshakes, or to no connection.
 */
static inline __u64 format__lost(const struct format_totals *totals)
{
	return totals->skipped_malloc[SIFTR_IN] + totals->skipped_malloc[SIFTR_OUT];
}

/* What a header says of a run. */
struct format_start {
	struct siftr_time enabled;
	const char *sysname;
	__u32 sysver;	    /* as sysver__parse() returns it */
	__u32 ipmode;	    /* 4 or 6 */
	const char *kernel; /* name and version, from a log of siftr2; NULL: made of sysname and
			       sysver */
	const struct selection *selection; /* that of the format */
};

struct format_cache;
struct run_flow;
struct flow_spelling;
struct selection;

/*
 * A footer that says of each flow how many lines it has: the flow list is that of
 * run_flows__sort(), from the cache.
 */
struct run_footer_format {
	/* Writes the footer up to its flow list. */
	char *(*begin)(char *out, struct format_cache *cache, struct siftr_time disabled,
		       const struct format_totals *totals);
	char *(*flow)(char *out, const struct run_flow *flow); /* writes an entry of the list */
	size_t flow_max;				       /* room that flow() needs */
	/*
	 * Reports if published readers refuse the log named `name`, whose footer has `bytes` bytes
	 * and lists `nr_flows` flows.
	 */
	void (*report)(const char *name, size_t bytes, size_t nr_flows);
	/*
	 * Subtracts a line that could not be written from the counts of the cache, which is
	 * `context`.
	 */
	void (*lose_line)(void *context, const char *line, size_t bytes);
};

struct format {
	const char *name;
	const char *siftrver; /* version that its header names; NULL: no format of SIFTR */
	const char *begins;   /* without siftrver, how a file begins; NULL: as header() writes it */
	/* What is between time and direction in a data line; NULL: the direction comes first. */
	const char *direction_after;
	bool one_header;      /* a file has one header, at its beginning, not one for each run */
	bool one_run;	      /* a file holds one run only: nothing is appended to it */
	bool inbound_only;    /* all its lines are of received packets, without a direction */
	bool first_packet;    /* the first packet of a flow has a line whatever ppl is */
	bool first_is_oldest; /* its readers take no line that is older than a file's first */
	bool time_from_begin; /* its lines have the time since the file began, not of the day */
	bool repairable;      /* `siftr-bpf repair` can write its footer */
	const struct flow_spelling *flow; /* writes the texts of a flow that the cache keeps */
	size_t line_max;		  /* room that rows() needs for each row */
	size_t header_max;		  /* room that header() needs; 0: FORMAT_HEADER_MAX */
	__u32 groups; /* SIFTR_GROUP_BIT() of the groups that a trace must capture for it */
	/* What its rows have; NULL: SIFTR's columns alone. The caller of select() owns it. */
	const struct selection *selection;
	/* Makes *format, a copy of this one, write a selection. NULL: it cannot do that. */
	void (*select)(struct format *format, const struct selection *selection);
	__u32 required; /* ROW_BIT() of the columns that it cannot write as absent */
	/* Numbers of the fields that it cannot write as absent, then FORMAT_FIELDS_END; or NULL. */
	const __u16 *fields;
	char *(*header)(char *out, const struct format_start *start); /* NULL: it has none */
	char *(*rows)(char *out, struct format_cache *cache, const struct row rows[], size_t count);
	/*
	 * Writes packets of a kernel whose jiffy has `tick_ns`: the same lines as rows() of them,
	 * in the same room, with less work. NULL: only rows() can.
	 */
	char *(*packets)(char *out, struct format_cache *cache, const struct packet packets[],
			 size_t count, __u32 tick_ns);
	/*
	 * Turns text as the other functions write it into the bytes of a file, at most twice as
	 * many. Returns their end. `text` may begin and end within a line: *in_line says whether
	 * it begins so, and is set to whether it ends so, for the next call. NULL: the file has
	 * the text itself.
	 */
	char *(*encode)(char *out, const char *text, size_t bytes, bool *in_line);
	/*
	 * footer() writes the footer up to its flow list, listed_flow() an entry of that list. Both
	 * are NULL if the format has no footer, or if it has a run_footer.
	 */
	char *(*footer)(char *out, struct siftr_time disabled, const struct format_totals *totals);
	char *(*listed_flow)(char *out, const struct siftr_flow_key *flow); /* TUPLE_ROOM bytes */
	const struct run_footer_format *run_footer; /* NULL: it has no such footer */
	/*
	 * Writes, between lines, how many lines a reader has lost so far; FORMAT_LOSSES_MAX bytes.
	 * NULL: the format has no place for it.
	 */
	char *(*losses)(char *out, const __u64 lost[SIFTR_DIRECTIONS]);
};

/* Whether a complete run in this format has a footer. */
static inline bool format__has_footer(const struct format *format)
{
	return format->footer || format->run_footer;
}

static inline size_t format__header_max(const struct format *format)
{
	return format->header_max ? format->header_max : FORMAT_HEADER_MAX;
}

enum format_id {
#define FORMAT(id, name, help) FORMAT_##id,
#include <siftr/formats.def>
#undef FORMAT
	FORMATS
};

/* The formats, indexed by enum format_id. */
extern const struct format *const formats[FORMATS];

#define FORMAT(id, name, help) extern const struct format format_##id;
#include <siftr/formats.def>
#undef FORMAT

#endif
