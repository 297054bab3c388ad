// SPDX-License-Identifier: BSD-2-Clause
#include "random_numbers.h"

static __u64 state = 88172645463325252ULL;

void random_seed(__u64 seed)
{
	state = seed;
}

__u64 random_u64(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}
