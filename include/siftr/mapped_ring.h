/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The layout of a ring in an array that the BPF programs fill and user space maps.
 *
 * Every claim of a slot has a position, each higher than the one before. Its low bits are the index
 * of the slot, the others count the laps. A lap has a power of two of positions, a ring may have
 * fewer slots: after the last slot positions jump to the next lap. So an index costs no division,
 * and no memory is left idle.
 *
 *   5 slots, lap 8:  0 1 2 3 4 . . .  8 9 10 11 12 . . .  16 17 ...
 */
#ifndef SIFTR_MAPPED_RING_H
#define SIFTR_MAPPED_RING_H

#include <siftr/record.h>

#define SIFTR_RINGS_MAX 32
#define SIFTR_CPU_SLOTS 256 /* CPUs from 256 on share the ring of CPU number % 256 */

/* Committed when `sequence`, which is written last, is the low half of the claim's position + 1. */
struct siftr_slot {
	__u32 sequence;
	__u32 claimed; /* what `sequence` will be */
	struct siftr_record record;
};

/* Producers write the first cache line, user space the second. The size is a power of two. */
struct siftr_ring {
	__u64 head;			 /* the position that is claimed next */
	__u64 records[SIFTR_DIRECTIONS]; /* records of packets, claimed so far */
	__u64 unused[5];
	__u64 limit; /* the first position not to be claimed: a lap after the oldest in use */
	__u64 gap;   /* positions of a lap beyond the last slot */
	__u32 first; /* index, in the array of all rings' slots, of this ring's first slot */
	__u32 last;  /* index of the ring's last slot, counted from its first */
	__u32 mask;  /* bits of a position that are the index of its slot */
	__u32 unused4[9];
};

/* All members are 0 until user space opens the rings, so that no position may be claimed. */
struct siftr_rings {
	struct siftr_ring rings[SIFTR_RINGS_MAX];
	__u8 ring_of_cpu[SIFTR_CPU_SLOTS];
};

_Static_assert(sizeof(struct siftr_ring) == 128, "a ring has two cache lines");
_Static_assert(sizeof(struct siftr_slot) == 8 + sizeof(struct siftr_record),
	       "a slot has no padding");

#endif
