/* SPDX-License-Identifier: BSD-2-Clause */
/* One pass over a log that finds the runs without a footer; see plan.h. */
#ifndef SIFTR_REPAIR_SCAN_H
#define SIFTR_REPAIR_SCAN_H

#include <stdbool.h>
#include <sys/stat.h>

#include "repair/checkpoint_list.h"
#include "repair/plan.h"
#include "read/line_parser.h"
#include "check/log_run.h"
#include "repair/truncated.h"

/* What may turn out to be a truncated line, and the incomplete headers behind it. */
struct cut {
	__u64 at, bytes; /* 0 bytes: there is none */
	__u64 line;
	__u64 defects; /* of the log before it */
};

struct footer_seen {
	__u64 at, line;
	__u64 list_end;	   /* behind the last good entry of the flow list */
	__u64 bad_entries; /* but for the last */
	__u64 defects;	   /* of the log before it */
	bool pairs_good;   /* but for the list */
	bool counts_good;  /* and they agree with the lines */
	bool bad_last;	   /* the last entry is none */
};

struct log_scan {
	struct plan *plan;
	int fd;
	struct stat status;
	__u64 from;	    /* where the way begins */
	bool open_end;	    /* the last line has no '\n' */
	bool lacks_newline; /* that line is complete all the same */
	struct checkpoint_list checkpoints;
	struct defect_sink sink;
	struct line_parser reader;
	struct log_run run;
	bool running;
	bool begun; /* a header has come */
	struct checkpoint_run identity;
	__u64 at, end; /* of what was read last */
	__u64 defects; /* of the log before that */
	__u64 last_us;
	__u64 last_line_at, last_line_end; /* the last data line */
	__u64 strange_line; /* the first one of the run that is not understood; 0: none is */
	struct cut cut;
	struct footer_seen footer;
};

/* Reads the log and notes what is to be done. 0 or a negative errno. */
int scan__log(struct log_scan *scan);

/* What follows a run in the log. */
enum scan_next {
	NEXT_HEADER, /* of the next run, or the beginning of one */
	NEXT_END_OF_LOG,
};

/* The run has no footer; the next header, or the end of the log, is at `end`. */
int scan_end__killed(struct log_scan *scan, __u64 end, enum scan_next next);

/* The run's footer was read; it may be that of a run killed within it. */
int scan_end__footer(struct log_scan *scan, bool truncated_line);

/* Another run to tell of, all zeros; NULL when out of memory. */
struct plan_run *plan__add_run(struct plan *plan);

/* Notes a checkpoint to be removed once the log is complete. 0 or -ENOMEM. */
int plan__note_used(struct plan *plan, const char *name);

#endif
