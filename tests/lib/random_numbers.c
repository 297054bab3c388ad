// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>

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

int random_rounds(int count)
{
	const char *text = getenv("SIFTR_TEST_ROUNDS_DIVISOR");
	int divisor = text ? atoi(text) : 1;

	return divisor > 1 && count > divisor ? count / divisor : count;
}
