/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a footer needs, kept beside a log while it is written: a killed run's
 * footer can be written from it. A small file that is mapped, so that keeping
 * it up takes no system call and what was stored survives the process at once.
 *
 * The counts stand in two slots, written in turn, each with a number and a
 * checksum: whatever is cut short, the other slot is whole. Behind them grows a
 * list of the flows that have no line. Bytes are in the host's order: the file
 * is for the host that wrote it.
 */
#ifndef SIFTR_OUTPUT_CHECKPOINT_H
#define SIFTR_OUTPUT_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "format/format.h"
#include "output/log_path.h"

/* Behind the name of the log and the time the run began, "LOG.SECONDS.MICROSECONDS". */
#define CHECKPOINT_SUFFIX ".checkpoint"

/* The most that is kept of flows without a line; the rest is counted. */
#define CHECKPOINT_FLOWS_MAX (1U << 20)

/* Which run of which file. */
struct checkpoint_run {
	__u64 inode;
	__u64 offset; /* of the header line in the file */
	__u64 header_bytes;
	char header[FORMAT_HEADER_MAX]; /* with its '\n', zeros behind */
};

/*
 * The footer at some moment, as if every record not yet written became a line.
 * `due` is the number of these lines: packets - skipped - held back by ppl.
 */
struct checkpoint_counts {
	struct format_totals totals;
	__u64 due[SIFTR_DIRECTIONS];
};

struct checkpoint;

/*
 * Makes the checkpoint of a run that has just begun at `begun` in the log `path`, which
 * must stay open as long, with counts of 0. A negative errno, and *out is NULL, when the directory
 * does not take it.
 */
int checkpoint__create(const struct log_path *path, struct siftr_time begun,
		       const struct checkpoint_run *run, struct checkpoint **out);

/* A flow that may never have a line, kept from the next checkpoint__set() on. NULL is fine. */
void checkpoint__add_flow(struct checkpoint *checkpoint, const struct siftr_flow_key *flow);

/*
 * From now on these counts, and the flows added, are what a repair finds. 0, or a
 * negative errno once the file cannot be written any more: what it holds grows old.
 */
int checkpoint__set(struct checkpoint *checkpoint, struct siftr_time now,
		    const struct checkpoint_counts *counts);

/* Frees it; the file stays. NULL is fine. */
void checkpoint__close(struct checkpoint *checkpoint);

/* The log has its footer: removes the file, too. NULL is fine. */
void checkpoint__remove(struct checkpoint *checkpoint);

/* What a killed run left; `flows` is freed with checkpoint__free_kept(). */
struct checkpoint_kept {
	struct siftr_time time;
	struct checkpoint_counts counts;
	struct siftr_flow_key *flows;
	size_t nr_flows;
	__u64 flows_missing; /* there was no room for them, or they cannot be read */
};

enum checkpoint_state {
	CHECKPOINT_GOOD,
	CHECKPOINT_NONE,
	CHECKPOINT_OTHER,   /* it is of another file, or of another run */
	CHECKPOINT_DAMAGED, /* it cannot be read, or no slot is whole */
	CHECKPOINT_FOREIGN, /* it belongs to a stranger */
};

struct checkpoint_list;

/*
 * Reads `name`, of a list's directory, if it is of this run, and its owner is `owner`, the
 * directory's, root or this user. A run is known by its header and where that stands in
 * the log; the inode only tells it from a copy in the same directory, as it changes when
 * both are restored from a backup. A state or a negative errno.
 */
int checkpoint__load(const struct checkpoint_list *list, const char *name,
		     const struct checkpoint_run *run, __u32 owner, struct checkpoint_kept *kept);

/* Which run `name` is of. False when it cannot be read. */
bool checkpoint__read_run(int directory_fd, const char *name, struct checkpoint_run *run);
void checkpoint__free_kept(struct checkpoint_kept *kept);

#endif
