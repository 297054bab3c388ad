/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of a checkpoint's file, for those who write and read it. */
#ifndef SIFTR_OUTPUT_CHECKPOINT_FILE_H
#define SIFTR_OUTPUT_CHECKPOINT_FILE_H

#include <linux/types.h>
#include <zlib.h>

#include <siftr/checkpoint_magic.h>

#include "output/checkpoint.h"

/* Seconds, microseconds and two dots. */
#define CHECKPOINT_TIME_MAX 32

/* Written once. */
struct checkpoint_identity {
	char magic[8];
	struct checkpoint_run run;
	__u64 checksum;
};

struct checkpoint_slot {
	__u64 number; /* the higher one is the newer */
	__u64 seconds;
	__u32 microseconds;
	__u32 zero;
	struct checkpoint_counts counts;
	__u64 nr_flows;	     /* entries that are whole */
	__u64 flows_missing; /* flows there was no room for */
	__u64 checksum;
};

/* Of several pages a power failure may leave some: each entry tells if it is whole. */
struct checkpoint_flow {
	struct siftr_flow_key key;
	__u64 checksum;
};

#define CHECKPOINT_SLOTS 2
/* No sector of a disk holds two slots. */
#define CHECKPOINT_SLOT_BYTES  512
#define CHECKPOINT_IDENTITY_AT 0
#define CHECKPOINT_SLOTS_AT    1024
#define CHECKPOINT_FLOWS_AT    4096

_Static_assert(sizeof(struct checkpoint_identity) <= CHECKPOINT_SLOTS_AT, "the identity fits");
_Static_assert(sizeof(struct checkpoint_slot) <= CHECKPOINT_SLOT_BYTES, "a slot fits");
_Static_assert(CHECKPOINT_SLOTS_AT + CHECKPOINT_SLOTS * CHECKPOINT_SLOT_BYTES <=
		       CHECKPOINT_FLOWS_AT,
	       "the slots fit");

/* Of the members before it. */
#define CHECKPOINT_CHECKSUM(of) \
	crc32(0, (const unsigned char *)(of), offsetof(__typeof__(*(of)), checksum))

#endif
