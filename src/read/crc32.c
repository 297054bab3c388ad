// SPDX-License-Identifier: BSD-2-Clause
/*
 * A text is a polynomial over GF(2), and its checksum the remainder of a division. The first 64
 * bytes can be left out if what they contribute to the remainder is added to the next 64 bytes.
 * Repeated, this shrinks a text of any length to 64 bytes and then 16, whose checksum zlib
 * computes.
 */
#include "read/crc32.h"

#include <limits.h>
#include <zlib.h>

static __u32 crc_of_zlib(__u32 crc, const char *text, size_t bytes)
{
	return (__u32)crc32_z(crc, (const unsigned char *)text, bytes);
}

#ifdef __x86_64__
#include <emmintrin.h>
#include <wmmintrin.h>

#define LANES	    4
#define LANE_BYTES  16
#define BLOCK_BYTES (LANES * LANE_BYTES)
#define FAST	    __attribute__((target("pclmul,sse2")))

/*
 * The remainders of x^(n + 32) and x^(n - 32) by the polynomial of gzip, 0xedb88320 with its bits
 * in this order. Multiplied by them, the two halves of 16 bytes can be added n bits further on.
 */
#define BY_BLOCK _mm_set_epi64x(0x1c6e41596LL, 0x154442bd4LL) /* n = 512 */
#define BY_LANE	 _mm_set_epi64x(0x0ccaa009eLL, 0x1751997d0LL) /* n = 128 */

static inline FAST __m128i load(const char *text)
{
	return _mm_loadu_si128((const __m128i *)(const void *)text);
}

static inline FAST __m128i move_on(__m128i lane, __m128i distance, __m128i to)
{
	__m128i low = _mm_clmulepi64_si128(lane, distance, 0x00);
	__m128i high = _mm_clmulepi64_si128(lane, distance, 0x11);

	return _mm_xor_si128(to, _mm_xor_si128(low, high));
}

/*
 * Continues the checksum `crc` over `bytes` bytes, a multiple of BLOCK_BYTES that is not 0. zlib
 * inverts a checksum when it takes and when it returns it. `crc` is already in the first lane,
 * inverted, so zlib is given ~0 for the 16 bytes left, which it inverts to 0.
 */
static FAST __u32 fold(__u32 crc, const char *text, size_t bytes)
{
	const char *end = text + bytes;
	__m128i lanes[LANES];
	char left[LANE_BYTES];

	for (int i = 0; i < LANES; i++)
		lanes[i] = load(text + i * LANE_BYTES);
	lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi32_si128((int)~crc));
	while ((text += BLOCK_BYTES) < end)
		for (int i = 0; i < LANES; i++)
			lanes[i] = move_on(lanes[i], BY_BLOCK, load(text + i * LANE_BYTES));
	for (int i = 1; i < LANES; i++)
		lanes[i] = move_on(lanes[i - 1], BY_LANE, lanes[i]);
	_mm_storeu_si128((__m128i *)(void *)left, lanes[LANES - 1]);
	return crc_of_zlib(~0U, left, LANE_BYTES);
}

__u32 crc32__update(__u32 crc, const char *text, size_t bytes)
{
	size_t folded = bytes - bytes % BLOCK_BYTES;

	if (folded && __builtin_cpu_supports("pclmul"))
		crc = fold(crc, text, folded);
	else
		folded = 0;
	return crc_of_zlib(crc, text + folded, bytes - folded);
}
#else
__u32 crc32__update(__u32 crc, const char *text, size_t bytes)
{
	return crc_of_zlib(crc, text, bytes);
}
#endif
