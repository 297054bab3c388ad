/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fast number formatting for code that writes many columns in a row. It copies four
 * digits at a time from a table together with the comma, and skips leading zeros without
 * a branch. Every function may write up to DIGITS_ROOM bytes at `out`, however short the text.
 */
#ifndef SIFTR_FORMAT_DIGITS_H
#define SIFTR_FORMAT_DIGITS_H

#include <stddef.h>
#include <string.h>
#include <linux/types.h>

#define DIGITS_ROOM 24

/*
 * The text of a number from 0 to 9999. A copy takes eight bytes; what is written next to the line
 * overwrites those after the comma.
 */
struct digits_group {
	char text[5]; /* four digits, leading zeros included, and a comma */
	__u8 zeros;   /* leading zeros, 0 to 3: the last digit does not count */
	__u8 length;  /* bytes without leading zeros, but with the comma: 5 - zeros */
	__u8 digits;  /* bytes without leading zeros: 4 - zeros, but 0 for the number 0 */
};

/*
 * Indexed by the number. There is one unused entry at the end, because a copy that leaves out
 * leading zeros reads past the end of its entry.
 */
extern struct digits_group digits__groups[10001];

/* The text of a number from 0 to 255 with a dot after it, as in an IPv4 address. */
struct digits_octet {
	char text[4];
	__u8 length;
	__u8 zero[3];
};

extern struct digits_octet digits__octets[256];

/*
 * Writes a number below 100,000,000 as exactly eight digits, with leading zeros, and a comma, which
 * the returned end does not include. Overwrites 12 bytes.
 */
static inline char *digits__eight(char *out, __u32 value)
{
	__u32 high = value / 10000;

	memcpy(out, digits__groups[high].text, 4);
	memcpy(out + 4, &digits__groups[value - high * 10000], 8);
	return out + 8;
}

/* digits__column() for numbers of 100,000,000 and more, which are rare. */
char *digits__long_column(char *out, __u32 value);

/*
 * Writes a number and a comma, fastest for a number whose length varies from line to line: leading
 * zeros of its two groups of four digits are left out without a branch. The tables are read before
 * anything is written, because the compiler must assume that `out` may alias them.
 */
static inline char *digits__column(char *out, __u32 value)
{
	const struct digits_group *first, *second;
	size_t first_digits, second_zeros;
	__u32 first_text;

	if (__builtin_expect(value >= 100000000, 0))
		return digits__long_column(out, value);
	first = &digits__groups[value / 10000];
	second = &digits__groups[value % 10000];
	first_digits = first->digits;
	second_zeros = second->zeros & -(size_t)(value < 10000);
	memcpy(&first_text, first->text + first->zeros, 4);
	memcpy(out, &first_text, 4);
	out += first_digits;
	memcpy(out, second->text + second_zeros, 8);
	return out + 5 - second_zeros;
}

/*
 * Writes a column like digits__column(), fastest for a number of nine or ten digits, which a hash
 * of 32 bits nearly always has.
 */
static inline char *digits__hash_column(char *out, __u32 value)
{
	__u32 high = value / 100000000;
	const struct digits_group *group = &digits__groups[high];
	size_t length = group->digits;

	if (__builtin_expect(high == 0, 0))
		return digits__column(out, value);
	memcpy(out, group->text + group->zeros, 4);
	return digits__eight(out + length, value - high * 100000000) + 1;
}

/*
 * Writes a column like digits__column(), fastest for a number whose length hardly changes
 * from line to line, as branches are then predicted.
 */
static inline char *digits__steady_column(char *out, __u32 value)
{
	const struct digits_group *group;
	size_t high, length;

	if (value < 10000) {
		group = &digits__groups[value];
		length = group->length;
		memcpy(out, group->text + group->zeros, 8);
		return out + length;
	}
	if (__builtin_expect(value >= 100000000, 0))
		return digits__long_column(out, value);
	high = value / 10000;
	group = &digits__groups[high];
	length = group->digits;
	memcpy(out, group->text + group->zeros, 4);
	out += length;
	memcpy(out, &digits__groups[value - high * 10000], 8);
	return out + 5;
}

/*
 * Writes a column like digits__column(), fastest for a number that is nearly always one
 * digit.
 */
static inline char *digits__small_column(char *out, __u32 value)
{
	if (__builtin_expect(value >= 10, 0))
		return digits__column(out, value);
	out[0] = (char)('0' + value);
	out[1] = ',';
	return out + 2;
}

/* Writes a number below 1,000,000 as exactly six digits, with leading zeros, and a comma. */
static inline char *digits__six_column(char *out, __u32 value)
{
	__u32 high = value / 10000;

	memcpy(out, digits__groups[high].text + 2, 2);
	memcpy(out + 2, &digits__groups[value - high * 10000], 8);
	return out + 7;
}

/*
 * Writes an IPv4 address in network byte order, as "10.0.0.1."; the caller overwrites the last
 * dot.
 */
static inline char *digits__ipv4(char *out, const __u64 address[2])
{
	const unsigned char *octets = (const unsigned char *)address;

	for (int i = 0; i < 4; i++) {
		const struct digits_octet *octet = &digits__octets[octets[i]];
		size_t length = octet->length;

		memcpy(out, octet->text, 4);
		out += length;
	}
	return out;
}

#endif
