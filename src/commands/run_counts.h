/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What became of the records of a run, by direction, and the packet accounting that these
 * counts make together with the kernel's counters.
 */
#ifndef SIFTR_COMMANDS_RUN_COUNTS_H
#define SIFTR_COMMANDS_RUN_COUNTS_H

#include <linux/types.h>

#include "accounting/accounting.h"
#include "capture/tracer.h"
#include "convert/flows.h"
#include "output/writer.h"

struct run_counts {
	/* The sources of the other counts; the caller's. */
	const struct tracer *tracer;
	void (*read_counters)(const struct tracer *tracer, struct siftr_counters *sum);
	const struct writer *writer;
	const struct flows *flows;

	__u64 lines[SIFTR_DIRECTIONS];	   /* passed to the writer, or lost for lack of space */
	__u64 no_flow[SIFTR_DIRECTIONS];   /* lost: no memory for the flow list */
	__u64 lost_log[SIFTR_DIRECTIONS];  /* lines in files that were deleted or shortened */
	__u64 after_end[SIFTR_DIRECTIONS]; /* records after the last line of --count */
};

/* Lines of both directions. */
__u64 run_counts__lines(const struct run_counts *counts);

/* The accounting of the run so far. What tracer__programs() knows is the caller's to add. */
void run_counts__read(const struct run_counts *counts, struct accounting *accounting);

/*
 * The same, but a record counts when it is drained. A record that the kernel has counted and
 * that is still in a ring belongs to the next file, as its line will be there.
 */
void run_counts__read_drained(const struct run_counts *counts, struct accounting *accounting);

/* Counts the lines of a file as lost: those since the log had `lines_before` lines. */
void run_counts__lose_file(struct run_counts *counts, const __u64 lines_before[SIFTR_DIRECTIONS]);

/* Records of both kinds that the BPF programs have submitted. */
__u64 run_counts__submitted(const struct siftr_counters *counters);

#endif
