/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ledger of a run: every packet that reached a hook in exactly one place,
 * per direction, from the kernel's counters and the user side's own.
 */
#ifndef SIFTR_BOOKS_H
#define SIFTR_BOOKS_H

#include <stdio.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "capture/misses.h"
#include "log/format.h"

#define BOOKS_HOOKS_MAX 12

struct books {
	struct siftr_counters kernel;
	__u64 lines[SIFTR_DIRECTIONS];	     /* data lines in the log */
	__u64 lost_output[SIFTR_DIRECTIONS]; /* lines the output did not take */
	__u64 lost_log[SIFTR_DIRECTIONS];    /* lines of files that others deleted or shortened */
	__u64 after_end[SIFTR_DIRECTIONS];   /* records behind the last line --count asked for */
	__u64 flows;
	struct {
		const char *hook;
		__u64 runs;
	} missed[BOOKS_HOOKS_MAX]; /* runs of each hook that the kernel suppressed */
	size_t nr_hooks;
	__u64 unobserved_ns; /* for which the kernel called no program, at most */
	int merged_known;    /* packets merged in the backlog could be counted */
	int late_known;	     /* late packets were counted where nobody listens, too */
	const char *way;     /* how the hooks were attached */
	const char *flow_storage;
};

/* seen = hook runs - filtered: what SIFTR calls packets. */
__u64 books__seen(const struct books *books, int direction);

/* Packets that should be lines and are not, both directions. */
__u64 books__lost(const struct books *books);

/* The footer's counts; packets after the end are not part of the log. */
void books__totals(const struct books *books, struct format_totals *totals);

/* What has come to the counts since `before`, for a part of the run. */
void books__since(const struct books *now, const struct books *before, struct books *part);

/* Records less lines, lost lines and records after the end: 0 when the books balance. */
__s64 books__unexplained(const struct books *books);

/* Runs of all hooks that the kernel suppressed. */
__u64 books__missed(const struct books *books);

/* In words, as a table. */
void books__print(const struct books *books, FILE *stream);

/* One JSON object with stable names; see siftr-bpf(8). 0 or a negative errno. */
int books__write_json(const struct books *books, FILE *stream);

#endif
