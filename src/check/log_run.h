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
	__u64 first_sharing_line; /* number of the first such line */
	__u64 last_us;
	struct time_steps_back steps_back;
	__u64 counts[FOOTER_COUNTS];
	bool counts_valid;     /* the pairs of the footer have no defect */
	bool flows_have_lines; /* each flow of the flow list must have a line */
	bool sampled;	       /* unknown ppl, and fewer lines than packets */
};

/*
 * Begins a run. 0 or -ENOMEM; call log_run__end() in both cases. `sink` must live as long as the
 * run.
 */
int log_run__begin(struct log_run *run, __u32 ppl, const struct diagnostic_sink *sink);
void log_run__end(struct log_run *run);

/* Counts a data line and checks its time, flow and flowid. 0 or -ENOMEM. */
int log_run__data(struct log_run *run, const struct line_event *event);
void log_run__malformed_data(struct log_run *run, const struct line_event *event);
void log_run__footer(struct log_run *run, const struct line_event *event);
int log_run__tuple(struct log_run *run, const struct line_event *event);
void log_run__footer_end(struct log_run *run, const struct line_event *event);

/*
 * Reports how many more flows share flowids than the first, which was reported when it came. Call
 * it once, before log_run__end().
 */
void log_run__report_shared_ids(const struct log_run *run);

/* The number of flows: the flowids on lines, plus the 4-tuples that have no flowid of their own. */
__u64 log_run__nr_flows(const struct log_run *run);

#endif
