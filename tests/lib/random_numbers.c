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

static int rounds_divisor(void)
{
	const char *text = getenv("SIFTR_TEST_ROUNDS_DIVISOR");

	return text ? atoi(text) : 1;
}

int random_rounds(int count)
{
	int divisor = rounds_divisor();

	return divisor > 1 && count > divisor ? count / divisor : count;
}

size_t case_step(size_t count, size_t least)
{
	return rounds_divisor() > 1 && count > least ? count / least : 1;
}
