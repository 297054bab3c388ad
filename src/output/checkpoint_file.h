/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layout of a checkpoint file, for its writer and for repair. The counts are in two slots, written
 * in turn, each with a sequence number and a checksum: if a write is interrupted the other slot is
 * valid. The slots are followed by the flows that may have no line in the log. Byte order is the
 * host's.
 */
#ifndef SIFTR_OUTPUT_CHECKPOINT_FILE_H
#define SIFTR_OUTPUT_CHECKPOINT_FILE_H

#include <stddef.h>
#include <linux/types.h>
#include <zlib.h>

#include <siftr/checkpoint_magic.h>
#include <siftr/record.h>

#include "format/format.h"

/* The file's name is "LOG.SECONDS.MICROSECONDS.checkpoint", with the time the run began. */
#define CHECKPOINT_SUFFIX ".checkpoint"
#define CHECKPOINT_TIME_MAX \
	32 /* most bytes of the seconds, the microseconds and the dots before them */

/* The most flows that are listed in the file; further ones are only counted. */
#define CHECKPOINT_FLOWS_MAX (1U << 20)

/*
 * Identifies a run of a log: by its header line, the offset of that line and the inode of the
 * file.
 */
struct checkpoint_run {
	__u64 inode;
	__u64 offset; /* offset of the header line in the file */
	__u64 header_bytes;
	char header[FORMAT_HEADER_MAX]; /* the header line with its '\n', then zeros */
};

/*
 * What the footer would count if every record that is not written yet became a line. `due` is the
 * number of data lines that the log would then have: packets less those skipped and those held back
 * by ppl.
 */
struct checkpoint_counts {
	struct format_totals totals;
	__u64 due[SIFTR_DIRECTIONS];
};

/* Which run the checkpoint belongs to; written once. */
struct checkpoint_identity {
	char magic[8];
	struct checkpoint_run run;
	__u64 checksum;
};

struct checkpoint_slot {
	__u64 number; /* sequence number: the slot with the higher one is newer */
	__u64 seconds;
	__u32 microseconds;
	__u32 zero;
	struct checkpoint_counts counts;
	__u64 nr_flows;	     /* flows that follow in the file */
	__u64 flows_missing; /* flows that are not listed */
	__u64 checksum;
};

/*
 * A flow that may have no line in the log. Each has its own checksum, as a power failure may lose
 * some pages of the file.
 */
struct checkpoint_flow {
	struct siftr_flow_key key;
	__u64 checksum;
};

#define CHECKPOINT_SLOTS 2
/* One disk sector, so that a failed write damages one slot only. */
#define CHECKPOINT_SLOT_BYTES  512
#define CHECKPOINT_IDENTITY_AT 0
#define CHECKPOINT_SLOTS_AT    1024
#define CHECKPOINT_FLOWS_AT    4096

_Static_assert(sizeof(struct checkpoint_identity) <= CHECKPOINT_SLOTS_AT, "the identity fits");
_Static_assert(sizeof(struct checkpoint_slot) <= CHECKPOINT_SLOT_BYTES, "a slot fits");
_Static_assert(CHECKPOINT_SLOTS_AT + CHECKPOINT_SLOTS * CHECKPOINT_SLOT_BYTES <=
		       CHECKPOINT_FLOWS_AT,
	       "the slots fit");

/* The CRC-32 of the members of the struct at `of` that stand before its `checksum`. */
#define CHECKPOINT_CHECKSUM(of) \
	crc32(0, (const unsigned char *)(of), offsetof(__typeof__(*(of)), checksum))

#endif
