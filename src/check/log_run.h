/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One run of a log, header to footer: its lines are counted as they come, and
 * the footer's promises held against the count.
 */
#ifndef SIFTR_CHECK_LOG_RUN_H
#define SIFTR_CHECK_LOG_RUN_H

#include <stdbool.h>
#include <linux/types.h>

#include "check/flow_index.h"
#include "read/diagnostic.h"
#include "read/key_values.h"
#include "read/line_parser.h"

struct log_run {
	const struct defect_sink *sink;
	__u32 ppl;  /* 0: not known */
	__u64 line; /* of the header; 0 if there is none */
	struct pairs_header header;
	struct flow_index census;
	__u64 lines[2];	     /* inbound, outbound */
	__u64 lines_nowhere; /* bad ones, of no direction */
	__u64 bad_lines;
	__u64 sharing;	    /* flows with the id of another */
	__u64 sharing_line; /* of the first of them */
	__u64 last_us;
	__u64 counts[FOOTER_COUNTS];
	bool counts_known; /* the footer's pairs are right */
	bool all_logged;   /* each flow of the list must have a line */
	bool in_part;	   /* of unknown ppl: fewer lines than packets */
	/* Steps back in time, from one line to the next. */
	__u64 steps_back, largest_step_us, first_step_line;
};

/* 0 or -ENOMEM; log_run__end() is right in both cases. `sink` must live as long as the run. */
int log_run__begin(struct log_run *run, __u32 ppl, const struct defect_sink *sink);
void log_run__end(struct log_run *run);

/* 0 or -ENOMEM. */
int log_run__data(struct log_run *run, const struct line_event *event);
void log_run__bad_data(struct log_run *run, const struct line_event *event);
void log_run__footer(struct log_run *run, const struct line_event *event);
int log_run__tuple(struct log_run *run, const struct line_event *event);
/* What would be too much to tell one by one; once, when all of the run has been read. */
void log_run__tell_rest(const struct log_run *run);

/* Flows: ids that it has on lines, and one for each 4-tuple without an id of its own. */
__u64 log_run__flows(const struct log_run *run);
void log_run__footer_end(struct log_run *run, const struct line_event *event);

static inline __u64 log_run__lines(const struct log_run *run)
{
	return run->lines[0] + run->lines[1] + run->lines_nowhere;
}

#endif
