// SPDX-License-Identifier: BSD-2-Clause
/*
 * The secret is derived from the 16 random bytes that the kernel passes to every program
 * (AT_RANDOM, getauxval(3)).
 */
#include "hash/seed.h"

#include <endian.h>
#include <string.h>
#include <sys/auxv.h>

/*
 * Multiplies and combines both halves of the product, so that every bit of either factor affects
 * the result.
 */
static __u64 fold(__u64 one, __u64 other)
{
	__extension__ typedef unsigned __int128 wide;
	wide product = (wide)one * other;

	return (__u64)product ^ (__u64)(product >> 64);
}

struct seed seed__of_process(void)
{
	/* getauxval() returns the address of the random bytes as a number. */
	const void *random =
		(const void *)getauxval(AT_RANDOM); // NOLINT(performance-no-int-to-ptr)
	struct seed seed = {0x243f6a8885a308d3ULL, 0x13198a2e03707345ULL, 0xa4093822299f31d1ULL};
	__u64 words[2] = {};

	if (random)
		memcpy(words, random, sizeof(words));
	seed.first ^= fold(words[0] ^ seed.second, words[1] ^ seed.third);
	seed.second ^= words[0] << 1;
	seed.third ^= words[1] << 1;
	return seed;
}

__u32 seed__text(const struct seed *seed, const char *text, size_t bytes)
{
	__u64 hash = seed->first ^ bytes, word;

	for (; bytes >= sizeof(word); text += sizeof(word), bytes -= sizeof(word)) {
		memcpy(&word, text, sizeof(word));
		hash = fold(hash ^ le64toh(word), seed->second);
	}
	word = 0;
	memcpy(&word, text, bytes);
	hash = fold(hash ^ le64toh(word), seed->third);
	return (__u32)(hash ^ hash >> 32);
}
