/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ledger of a run: every packet that reached a hook in exactly one place,
 * per direction, from the kernel's counters and the user side's own.
 */
#ifndef SIFTR_ACCOUNTING_ACCOUNTING_H
#define SIFTR_ACCOUNTING_ACCOUNTING_H

#include <stdio.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "capture/prog_misses.h"
#include "format/format.h"

#define ACCOUNTING_HOOKS_MAX 12

struct accounting {
	struct siftr_counters kernel;
	__u64 lines[SIFTR_DIRECTIONS];	     /* data lines in the log */
	__u64 lost_output[SIFTR_DIRECTIONS]; /* lines the output did not take */
	__u64 lost_log[SIFTR_DIRECTIONS];    /* lines of files that others deleted or shortened */
	__u64 after_end[SIFTR_DIRECTIONS];   /* records behind the last line --count asked for */
	__u64 flows;
	struct {
		const char *hook;
		__u64 runs;
	} missed[ACCOUNTING_HOOKS_MAX]; /* runs of each hook that the kernel suppressed */
	size_t nr_hooks;
	__u64 unobserved_ns; /* for which the kernel called no program, at most */
	int merged_known;    /* packets merged in the backlog could be counted */
	int late_known;	     /* late packets were counted where nobody listens, too */
	const char *way;     /* how the hooks were attached */
	const char *flow_storage;
};

/* seen = hook runs - filtered: what SIFTR calls packets. */
__u64 accounting__seen(const struct accounting *accounting, int direction);

/* Packets that should be lines and are not, both directions. */
__u64 accounting__lost(const struct accounting *accounting);

/* The footer's counts; packets after the end are not part of the log. */
void accounting__totals(const struct accounting *accounting, struct format_totals *totals);

/* What has come to the counts since `before`, for a part of the run. */
void accounting__since(const struct accounting *now, const struct accounting *before,
		       struct accounting *part);

/* Records less lines, lost lines and records after the end: 0 when it balances. */
__s64 accounting__unexplained(const struct accounting *accounting);

/* Runs of all hooks that the kernel suppressed. */
__u64 accounting__missed(const struct accounting *accounting);

/* In words, as a table. */
void accounting__print(const struct accounting *accounting, FILE *stream);

/* One JSON object with stable names; see siftr-bpf(8). 0 or a negative errno. */
int accounting__write_json(const struct accounting *accounting, FILE *stream);

#endif
