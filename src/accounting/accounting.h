/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packet accounting of a run, by direction. Every packet that reached a hook has exactly one
 * outcome in the counts of the BPF programs. One whose outcome is a record is then in exactly one
 * count of the user side: a line, lost, kept back by the flight recorder, or after the end.
 */
#ifndef SIFTR_ACCOUNTING_ACCOUNTING_H
#define SIFTR_ACCOUNTING_ACCOUNTING_H

#include <stdbool.h>
#include <stdio.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "accounting/marks.h"
#include "capture/hooks.h"
#include "capture/prog_misses.h"
#include "format/format.h"
#include "recorder/recorder_counts.h"

#define ACCOUNTING_HOOKS_MAX 16

struct accounting {
	struct siftr_counters kernel;
	__u64 lines[SIFTR_DIRECTIONS];	     /* data lines in the log */
	__u64 lost_output[SIFTR_DIRECTIONS]; /* lines not written: error, no space or memory */
	__u64 lost_log[SIFTR_DIRECTIONS];    /* lines of deleted or shortened files */
	__u64 after_end[SIFTR_DIRECTIONS];   /* records after the last line of --count */
	__u64 rests[SIFTR_DIRECTIONS];	     /* last lines of flows, which are no packets */
	struct recorder_counts recorder;     /* records that --trigger keeps back */
	bool has_recorder;
	__u64 flows;
	__u32 ppl_changes; /* by --max-rate */
	__u32 ppl_highest; /* 0 without a change */
	struct {
		const char *hook;
		__u64 runs;
	} missed[ACCOUNTING_HOOKS_MAX]; /* packets missed at each hook, or PROG_MISSES_UNKNOWN */
	size_t nr_hooks;
	__u64 unobserved_ns;	/* upper bound of the time in which the kernel called no program */
	bool coalesced_known;	/* packets that a backlog coalesced or dropped were counted */
	unsigned int left_out;	/* hooks that were not attached: a set, see capture/hooks.h */
	const char *way;	/* how the programs are attached: fentry or kprobe */
	const char *preemption; /* the kernel's preemption model at the start */
	const char *flow_storage;
	const struct marks *marks; /* NULL: none */
};

/*
 * Packets at the hooks less those that filters refused. The footer counts as many packets,
 * less those after the last line of --count.
 */
__u64 accounting__seen(const struct accounting *accounting, int direction);

/* Packets at the hooks that filters refused. */
__u64 accounting__filtered(const struct accounting *accounting, int direction);

/* Packets of both directions that should have a line and have none. */
__u64 accounting__lost(const struct accounting *accounting);

/*
 * Computes the counts of a footer. Packets after the last line of --count, and those that the
 * flight recorder keeps back, are not part of the log.
 */
void accounting__totals(const struct accounting *accounting, struct format_totals *totals);

/*
 * Computes the counts of the part of a run between `before` and `now`. Members that are not counted
 * by direction are those of `now`.
 */
void accounting__since(const struct accounting *now, const struct accounting *before,
		       struct accounting *part);

/*
 * Records, and last lines of flows, less lines, lost lines, records kept back and those after the
 * end: 0 if the accounting balances.
 */
__s64 accounting__unexplained(const struct accounting *accounting);

/* Sum of the packets missed at the hooks, except those for which that is not known. */
__u64 accounting__missed(const struct accounting *accounting);

/* Prints a table for people. */
void accounting__print(const struct accounting *accounting, FILE *stream);

#endif
