/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes numbers in hexadecimal digits, lower case, for the formats that have such columns. */
#ifndef SIFTR_FORMAT_HEXADECIMAL_H
#define SIFTR_FORMAT_HEXADECIMAL_H

#include <string.h>
#include <linux/types.h>

/* Every function may write this many bytes, however short its text. */
#define HEXADECIMAL_ROOM 8

/* The eight digits of a number, the first in the lowest byte, each as a number from 0 to 15. */
static inline __u64 hexadecimal__spread(__u32 value)
{
	__u64 digits = value;

	digits = (digits & 0xffff) << 32 | digits >> 16;
	digits = (digits & 0x000000ff000000ffULL) << 16 | (digits & 0x0000ff000000ff00ULL) >> 8;
	return (digits & 0x000f000f000f000fULL) << 8 | (digits & 0x00f000f000f000f0ULL) >> 4;
}

/* Writes a number as exactly eight digits, with leading zeros. */
static inline char *hexadecimal__eight(char *out, __u32 value)
{
	__u64 digits = hexadecimal__spread(value);
	/* 1 in the byte of each digit from 10 on: adding 6 carries into the byte's upper half. */
	__u64 letters = (digits + 0x0606060606060606ULL) >> 4 & 0x0101010101010101ULL;

	digits += 0x3030303030303030ULL + letters * ('a' - '0' - 10);
	memcpy(out, &digits, sizeof(digits));
	return out + sizeof(digits);
}

/* Writes a number without leading zeros. */
static inline char *hexadecimal__u32(char *out, __u32 value)
{
	int digits = value ? (35 - __builtin_clz(value)) / 4 : 1;

	hexadecimal__eight(out, value << (32 - 4 * digits));
	return out + digits;
}

#endif
