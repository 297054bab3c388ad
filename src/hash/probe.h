/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linear probing, for every open-addressed hash table of siftr-bpf. A search for `key` starts at
 * probe__start() and proceeds with probe__next(), which wraps around, until it meets the key or an
 * empty slot. nr_slots is a power of two; at least one slot must be empty.
 */
#ifndef SIFTR_HASH_PROBE_H
#define SIFTR_HASH_PROBE_H

#include <stddef.h>
#include <linux/types.h>

#include "hash/seed.h"

/* 2^64 divided by the golden ratio: multiplying by it spreads the bits of an integer. */
#define HASH_MULTIPLIER 0x9e3779b97f4a7c15ULL

/*
 * The slot where the search for a key begins. It depends on a secret of this process: otherwise a
 * peer could choose keys whose slots lie close together and make every search long.
 */
static inline size_t probe__start(const struct seed *seed, __u32 key, size_t nr_slots)
{
	return seed__number(seed, key) & (nr_slots - 1);
}

static inline size_t probe__next(size_t slot, size_t nr_slots)
{
	return (slot + 1) & (nr_slots - 1);
}

#endif
