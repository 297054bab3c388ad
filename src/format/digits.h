/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fast number formatting for code that writes many columns in a row. It copies four
 * digits at a time from a table together with the comma, and skips leading zeros without
 * a branch. Every function may write up to DIGITS_ROOM bytes at `out`, however short the text.
 */
#ifndef SIFTR_FORMAT_DIGITS_H
#define SIFTR_FORMAT_DIGITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <linux/types.h>

#define DIGITS_ROOM 24

/* The text of 0 to 9999. All eight bytes are copied; those after the comma are overwritten. */
struct digits_group {
	char text[5];	    /* four digits, leading zeros included, and a comma */
	__u8 zeros;	    /* leading zeros, 0 to 3: the last digit does not count */
	__u8 zeros_or_none; /* the same, but 4 for the value 0 */
	__u8 none_mask;	    /* 0xff for the value 0, else 0 */
};

/* One entry more than is used, because copies of the last one read past its end. */
extern struct digits_group digits__groups[10001];

/* 0 to 255 and a dot. */
struct digits_octet {
	char text[4];
	__u8 length;
	__u8 zero[3];
};

extern struct digits_octet digits__octets[256];

/* Exactly eight digits, no comma; value < 100,000,000. Writes 12 bytes. */
static inline char *digits__eight(char *out, __u32 value)
{
	__u32 high = value / 10000;

	memcpy(out, digits__groups[high].text, 4);
	memcpy(out + 4, &digits__groups[value - high * 10000], 8);
	return out + 8;
}

/* value >= 100,000,000 */
char *digits__long_column(char *out, __u32 value);

/* Integer arithmetic, because the result may briefly point before the buffer. */
static inline char *digits__back(char *out, size_t bytes)
{
	return (char *)((uintptr_t)out - bytes);
}

/*
 * A number that is nearly always above 9999, and a comma. The tables are read before
 * anything is written, because the compiler must assume that `out` may alias them.
 */
static inline char *digits__column(char *out, __u32 value)
{
	const struct digits_group *first, *last;
	size_t high = value / 10000, zeros, more_zeros;
	__u32 first_text;

	if (__builtin_expect(value >= 100000000, 0))
		return digits__long_column(out, value);
	first = &digits__groups[high];
	last = &digits__groups[value - high * 10000];
	zeros = first->zeros_or_none;
	more_zeros = last->zeros & first->none_mask;
	memcpy(&first_text, first->text + zeros, 4);
	memcpy(out, &first_text, 4);
	out = digits__back(out, zeros);
	memcpy(out + 4, last->text + more_zeros, 8);
	return digits__back(out + 9, more_zeros);
}

/* The same for a number whose length hardly changes from line to line. */
static inline char *digits__steady_column(char *out, __u32 value)
{
	const struct digits_group *group;
	size_t high, zeros;

	if (value < 10000) {
		group = &digits__groups[value];
		zeros = group->zeros;
		memcpy(out, group->text + zeros, 8);
		return out + 5 - zeros;
	}
	if (__builtin_expect(value >= 100000000, 0))
		return digits__long_column(out, value);
	high = value / 10000;
	group = &digits__groups[high];
	zeros = group->zeros;
	memcpy(out, group->text + zeros, 4);
	out = digits__back(out, zeros);
	memcpy(out + 4, &digits__groups[value - high * 10000], 8);
	return out + 9;
}

/* The same for a number that is nearly always one digit. */
static inline char *digits__small_column(char *out, __u32 value)
{
	if (__builtin_expect(value >= 10, 0))
		return digits__column(out, value);
	out[0] = (char)('0' + value);
	out[1] = ',';
	return out + 2;
}

/* Exactly six digits and a comma; value < 1,000,000. */
static inline char *digits__six_column(char *out, __u32 value)
{
	__u32 high = value / 10000;

	memcpy(out, digits__groups[high].text + 2, 2);
	memcpy(out + 2, &digits__groups[value - high * 10000], 8);
	return out + 7;
}

/* Four octets from memory, as a dotted quad and a dot. */
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
