/* SPDX-License-Identifier: BSD-2-Clause */
/* State of one pass over a log, shared by scan.c, scan_lines.c and run_end.c. */
#ifndef SIFTR_REPAIR_SCAN_STATE_H
#define SIFTR_REPAIR_SCAN_STATE_H

#include <stdbool.h>
#include <sys/stat.h>
#include <linux/types.h>

#include "check/log_run.h"
#include "read/line_parser.h"
#include "repair/checkpoint_list.h"
#include "repair/plan.h"

/* A line that may prove to be truncated, and the truncated headers that follow it. */
struct truncated_candidate {
	__u64 at, bytes; /* its offset and length in the log; 0 bytes: there is none */
	__u64 line;
	__u64 defects; /* defects of the log before this line */
};

struct footer_state {
	__u64 at, line;
	__u64 list_end;	   /* the end of the last valid entry of the flow list */
	__u64 bad_entries; /* invalid entries of the flow list before the last one */
	__u64 defects;	   /* defects of the log before the footer */
	bool pairs_valid;  /* the pairs before the flow list are valid */
	bool counts_valid; /* the pairs are valid and agree with the lines */
	bool bad_last;	   /* the last entry is invalid */
};

struct scan_state {
	struct plan *plan;
	int fd;
	struct stat status;
	bool open_end;	    /* the last line has no '\n' */
	bool lacks_newline; /* the last line is complete except for the '\n' */
	struct checkpoint_list checkpoints;
	struct diagnostic_sink sink;
	struct line_parser parser;
	struct log_run run;
	bool running;			/* between a header and its footer */
	bool any_header;		/* the log has had a header */
	struct checkpoint_run identity; /* identifies the current run, to find its checkpoint */
	__u64 at, end;			/* where the line or entry read last begins and ends */
	__u64 defects;			/* defects of the log before that line or entry */
	__u64 last_us;
	__u64 last_line_at, last_line_end; /* where the last data line begins and ends */
	__u64 malformed_line; /* first line of the run that siftr-bpf would not write so; 0: none */
	struct truncated_candidate candidate;
	struct footer_state footer;
};

/* Whether the line or entry read last is at the end of a log that has no final '\n'. */
static inline bool scan_state__at_open_end(const struct scan_state *scan)
{
	return scan->open_end && scan->end == (__u64)scan->status.st_size;
}

#endif
