/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeps a ring's polled records sorted by time without moving them, as runs: adjacent records whose
 * times do not decrease. Usually there is a single run, which a record out of order splits. Used by
 * the drain alone.
 */
#ifndef SIFTR_CAPTURE_SORTED_RUNS_H
#define SIFTR_CAPTURE_SORTED_RUNS_H

#include <stddef.h>

#include <linux/types.h>

#include <siftr/record.h>

#include "capture/ring_memory.h"

#define SORTED_RUNS_NO_TIME (~0ULL) /* head_ns without records: later than any time */

/* Adjacent records whose times do not decrease; never empty. */
struct sorted_run {
	unsigned long pos; /* position of the first record, see ring_memory.h */
	unsigned long end;
};

struct sorted_runs {
	const struct ring_memory *memory;
	struct sorted_run *list; /* the runs in time order; first .. count - 1 are not taken yet */
	size_t first;
	size_t count;
	__u64 head_ns; /* time of the next record; SORTED_RUNS_NO_TIME for none */
};

/* `memory` must outlive the runs. 0 or -ENOMEM. */
int sorted_runs__open(struct sorted_runs *runs, const struct ring_memory *memory);
void sorted_runs__close(struct sorted_runs *runs);

/*
 * Adds the committed, adjacent records from `pos` to `end` as long as each is not older than the
 * one before it. Returns the end of what was added: `pos` for nothing.
 */
unsigned long sorted_runs__add_run(struct sorted_runs *runs, unsigned long pos, unsigned long end);

/* Adds one record of any time; records of equal time stay in the order in which they were added. */
void sorted_runs__add(struct sorted_runs *runs, unsigned long pos);

/*
 * Takes the next records up to `until_ns`, at most `max`, of the first run alone; skips those with
 * an invalid direction. Returns how many were stored in records[].
 */
size_t sorted_runs__take(struct sorted_runs *runs, __u64 until_ns,
			 const struct siftr_record *records[], size_t max);

/*
 * Drops the runs that were taken, to be called before more are added. Returns the position of the
 * first record that is not taken yet, `end` for none.
 */
unsigned long sorted_runs__drop_taken(struct sorted_runs *runs, unsigned long end);

#endif
