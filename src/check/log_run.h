/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks one run of a log, from header to footer: counts its lines, follows its flows and
 * compares both with the footer.
 */
#ifndef SIFTR_CHECK_LOG_RUN_H
#define SIFTR_CHECK_LOG_RUN_H

#include <stdbool.h>
#include <linux/types.h>

#include "check/flow_index.h"
#include "check/line_counts.h"
#include "read/key_values.h"
#include "read/line_parser.h"
#include "report/diagnostic.h"

/*
 * Lines whose time is before that of the line above: how many, by how much at most, and the first
 * of them.
 */
struct time_steps_back {
	__u64 count, largest_us, first_line;
};

struct log_run {
	const struct diagnostic_sink *sink;
	__u32 ppl;  /* packets per line; 0: unknown */
	__u64 line; /* line number of the header; 0: the run has no header */
	struct header_values header;
	struct flow_index flow_index;
	struct line_counts lines;
	__u64 nr_sharing_flows; /* number of flows that have the flowid of another flow on some line
				 */
	__u64 first_sharing_line; /* line number of the first line with another flow's flowid */
	__u64 last_us;
	struct time_steps_back steps_back;
	__u64 counts[FOOTER_COUNTS];
	bool counts_valid;     /* the pairs of the footer have no defect */
	bool flows_have_lines; /* each flow of the flow list must have a line */
	bool sampled;	       /* unknown ppl, and fewer lines than packets */
};

/*
 * Begins a run. `ppl` is the packets per line, 0 if unknown. `sink` must live until log_run__end(),
 * which is to be called on success and on failure. 0 or -ENOMEM.
 */
int log_run__begin(struct log_run *run, __u32 ppl, const struct diagnostic_sink *sink);
void log_run__end(struct log_run *run);

/* Counts a data line and checks its time, flow and flowid. 0 or -ENOMEM. */
int log_run__data(struct log_run *run, const struct line_event *event);
/* Counts a malformed data line. */
void log_run__malformed_data(struct log_run *run, const struct line_event *event);
/* Compares the counts of the footer, LINE_FOOTER, with the lines; not if the pairs have defects. */
void log_run__footer(struct log_run *run, const struct line_event *event);
/* Checks an entry of the flow list. 0 or -ENOMEM. */
int log_run__tuple(struct log_run *run, const struct line_event *event);
/* At LINE_FOOTER_END: reports the flows that the flow list lacks. */
void log_run__footer_end(struct log_run *run, const struct line_event *event);

/*
 * Reports how many flows have the flowid of another flow, besides the first of them, which was
 * reported at its line. Call it once, before log_run__end().
 */
void log_run__report_shared_ids(const struct log_run *run);

/* The number of flows: the flowids on lines, plus the 4-tuples that have no flowid of their own. */
__u64 log_run__nr_flows(const struct log_run *run);

#endif
