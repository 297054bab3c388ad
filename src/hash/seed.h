/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hash functions keyed by a secret of this process, for tables whose keys come from logs
 * and from the network: an attacker who chooses the keys cannot choose their slots.
 */
#ifndef SIFTR_HASH_SEED_H
#define SIFTR_HASH_SEED_H

#include <stddef.h>
#include <linux/types.h>

struct seed {
	__u64 first;
	__u64 second, third; /* secrets that hashes multiply by: odd numbers */
};

/* The seed of this process, constant for its lifetime. Makes no system call. */
struct seed seed__of_process(void);

/* A hash of `bytes` of text. */
__u32 seed__text(const struct seed *seed, const char *text, size_t bytes);

/* A hash of a number. All bits of the result are well mixed. */
static inline __u32 seed__number(const struct seed *seed, __u32 number)
{
	__u64 hash = (number ^ seed->first) * seed->second;

	return (__u32)((hash ^ hash >> 32) * seed->third >> 32);
}

#endif
