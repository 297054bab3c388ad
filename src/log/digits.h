/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fast half of decimal.h, for code that writes many numbers in a row and
 * has room to spare: eight digits at a time from a table of four, leading zeros
 * shifted away instead of branched around. Every function may scribble up to
 * DIGITS_ROOM bytes at `out`, whatever the length of the text it leaves there.
 */
#ifndef SIFTR_LOG_DIGITS_H
#define SIFTR_LOG_DIGITS_H

#include <endian.h>
#include <string.h>
#include <linux/types.h>

#define DIGITS_ROOM 24

/* The four digits of 0 to 9999 and the text of 0 to 255 with its length last. */
extern char digits__four[10000][4];
extern char digits__octet[256][4];

/* Digits of value < 100,000,000 with leading zeros, first digit in the low byte. */
static inline __u64 digits__eight(__u32 value)
{
	__u32 high = value / 10000;
	__u32 first, last;

	memcpy(&first, digits__four[high], sizeof(first));
	memcpy(&last, digits__four[value - high * 10000], sizeof(last));
	return (__u64)le32toh(last) << 32 | le32toh(first);
}

static inline void digits__store(char *out, __u64 text)
{
	text = htole64(text);
	memcpy(out, &text, sizeof(text));
}

/* Bits of leading '0' characters; the last digit always stays. */
static inline unsigned int digits__zero_bits(__u64 text)
{
	__u64 nonzero = (text ^ 0x3030303030303030ULL) | 1ULL << 56;

	return (unsigned int)__builtin_ctzll(nonzero) & ~7U;
}

/* `value` and the byte `after`: a column with its separator. */
static inline char *digits__column(char *out, __u32 value, char after)
{
	unsigned int zero_bits;
	__u64 text;

	if (value >= 100000000) {
		__u32 high = value / 100000000;

		if (high >= 10)
			*out++ = (char)('0' + high / 10);
		*out++ = (char)('0' + high % 10);
		digits__store(out, digits__eight(value - high * 100000000));
		out[8] = after;
		return out + 9;
	}
	text = digits__eight(value);
	zero_bits = digits__zero_bits(text);
	digits__store(out, text >> zero_bits);
	out += 8 - zero_bits / 8;
	*out = after;
	return out + 1;
}

/* The same for values that are nearly always one digit. */
static inline char *digits__small_column(char *out, __u32 value, char after)
{
	if (value >= 10)
		return digits__column(out, value, after);
	out[0] = (char)('0' + value);
	out[1] = after;
	return out + 2;
}

/* Exactly six digits; value < 1,000,000. */
static inline char *digits__six(char *out, __u32 value)
{
	digits__store(out, digits__eight(value) >> 16);
	return out + 6;
}

/* Four octets from memory, as a dotted quad. */
static inline char *digits__ipv4(char *out, const __u64 address[2])
{
	const unsigned char *octets = (const unsigned char *)address;

	for (int i = 0; i < 4; i++) {
		const char *text = digits__octet[octets[i]];

		memcpy(out, text, 4);
		out += text[3];
		*out++ = '.';
	}
	return out - 1;
}

#endif
