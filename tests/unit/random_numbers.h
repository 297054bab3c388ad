/* SPDX-License-Identifier: BSD-2-Clause */
/* xorshift64: the same numbers in every run. */
#ifndef SIFTR_TESTS_RANDOM_NUMBERS_H
#define SIFTR_TESTS_RANDOM_NUMBERS_H

#include <linux/types.h>

static __u64 random_state = 88172645463325252ULL;

static inline __u64 random_u64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

#endif
