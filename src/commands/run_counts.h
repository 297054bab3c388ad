/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What became of the records of a run, by direction, and the packet accounting that these
 * counts make together with the kernel's counters.
 */
#ifndef SIFTR_COMMANDS_RUN_COUNTS_H
#define SIFTR_COMMANDS_RUN_COUNTS_H

#include <stdbool.h>

#include <linux/types.h>

#include "accounting/accounting.h"
#include "capture/tracer.h"
#include "convert/flows.h"
#include "output/writer.h"
#include "recorder/recorder.h"

struct run_counts {
	/* Where the other counts of the accounting come from; owned by the caller. */
	const struct tracer *tracer;
	void (*read_counters)(const struct tracer *tracer, struct siftr_counters *sum);
	const struct writer *writer;
	const struct flows *flows;
	const struct recorder *recorder; /* NULL: the run has none */
	struct siftr_counters final;	 /* the kernel's counters, after run_counts__end() */
	bool is_final;

	__u64 lines[SIFTR_DIRECTIONS];	  /* passed to the writer, or lost for lack of space */
	__u64 no_flow[SIFTR_DIRECTIONS];  /* lost: no memory for their flow */
	__u64 lost_log[SIFTR_DIRECTIONS]; /* lines in files that were deleted or shortened */
	__u64 rests[SIFTR_DIRECTIONS];	  /* records that are no packets, SIFTR_KIND_REST */
	__u64 lost_weight; /* packets of flows open at the end, in no line's weight */
	__u32 ppl_changes; /* by --max-rate */
	__u32 ppl_highest; /* 0 without a change */
	__u64 after_end[SIFTR_DIRECTIONS]; /* records after the last line of --count */
};

/* Number of lines of both directions, with those that were lost. --count limits this number. */
__u64 run_counts__lines(const struct run_counts *counts);

/*
 * Computes the accounting of the run so far. What is known of the BPF programs, such as their
 * suppressed runs, and `unobserved_ns` stay 0: run_counts__add_programs() and the caller add them.
 */
void run_counts__read(const struct run_counts *counts, struct accounting *accounting);

/*
 * Like run_counts__read(), but counts only records that have been read from their ring. One that
 * is still in a ring belongs to the next file of the log, as its line will be there.
 */
void run_counts__read_drained(const struct run_counts *counts, struct accounting *accounting);

/*
 * Counts all lines of the current file, which was deleted or shortened, as lost. `lines_before` is
 * the number of lines, by direction, that the run had in the log when the file began.
 */
void run_counts__lose_file(struct run_counts *counts, const __u64 lines_before[SIFTR_DIRECTIONS]);

/*
 * Ends counting with these counters of the kernel. A program that saw tracing on and was preempted
 * before it counted its packet may still do so; that packet comes after the end of the run.
 */
void run_counts__end(struct run_counts *counts, const struct siftr_counters *kernel);

/* Adds what is known of the BPF programs: how they are attached and which runs were suppressed. */
void run_counts__add_programs(const struct programs *programs, struct accounting *accounting);

/* Number of records that the BPF programs have submitted: those of packets and announcements. */
__u64 run_counts__submitted(const struct siftr_counters *counters);

#endif
