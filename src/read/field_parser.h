/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parses the fields of a line strictly and in place. Each function gets the first byte of a field
 * and the delimiter that must follow it, and returns the end of the delimiter, or NULL. At least
 * 32 zeros must follow the text, since eight bytes are loaded at a time.
 */
#ifndef SIFTR_READ_FIELD_PARSER_H
#define SIFTR_READ_FIELD_PARSER_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <linux/types.h>

#include <siftr/time_units.h>

#include "convert/siftr.h"

/*
 * The most digits of the seconds: in microseconds such a time fits 64 bits, and it is enough until
 * the year 33658.
 */
#define TIME_SECONDS_DIGITS 12

/*
 * The values of a data line. Of a line of SIFTR 1.2.4 srtt and rto are in that log's units, and
 * t_flags2 is what it has in that column, bwnd.
 */
struct data_line {
	__u64 time_us;
	const char *flow; /* "laddr,lport,faddr,fport" */
	size_t flow_bytes;
	struct siftr_columns columns;
	__u32 flowid; /* not 0, except in SIFTR 1.2.4 */
	__u32 flowtype;
	char direction; /* 'i' or 'o' */
	__u8 family;	/* 4 or 6 */
};

/* Parse the rare and long values that the inline functions below pass on. */
const char *field_parser__long_number(const char *at, char delimiter, __u32 *value);
const char *field_parser__long_time(const char *at, __u64 *time_us);
const char *field_parser__ipv6(const char *at, char delimiter);
/* Parse a data line of SIFTR 1.3.0 or 1.2.4 with its '\n'. */
const char *field_parser__data_line(const char *at, struct data_line *line);
const char *field_parser__data_line_1_2(const char *at, struct data_line *line);
/* Parses "laddr,lport,faddr,fport," as a data line has it. */
const char *field_parser__columns_tuple(const char *at);
/* Parses "laddr;lport-faddr;fport," of the flow list. */
const char *field_parser__flow_tuple(const char *at);
/*
 * Whether `text` is a decimal number of `bytes` digits, without leading zeros and at most `max`.
 * Stores the number in *value.
 */
bool field_parser__is_number(const char *text, size_t bytes, __u64 max, __u64 *value);

static inline bool field_parser__is_digit(char byte)
{
	return (unsigned char)(byte - '0') <= 9;
}

static inline bool field_parser__is_hexadecimal(char byte)
{
	return field_parser__is_digit(byte) || (byte >= 'a' && byte <= 'f') ||
	       (byte >= 'A' && byte <= 'F');
}

/* Eight bytes of text as a word, the first in its lowest byte. */
static inline __u64 field_parser__load(const char *at)
{
	__u64 word;

	memcpy(&word, at, sizeof(word));
	return le64toh(word);
}

/* The number of digits with which the eight bytes of `word` begin, 0 to 8. */
static inline unsigned int field_parser__count_digits(__u64 word)
{
	const __u64 high = 0xf0f0f0f0f0f0f0f0ULL, zeros = 0x3030303030303030ULL;
	__u64 other = ((word & high) ^ zeros) | (((word + 0x0606060606060606ULL) & high) ^ zeros);

	return other ? (unsigned int)__builtin_ctzll(other) >> 3 : 8;
}

/*
 * The value of eight digits, computed in one word: adds pairs of digits, then pairs of these sums,
 * then both halves.
 */
static inline __u32 field_parser__eight_digits(__u64 word)
{
	const __u64 lanes = 0x000000ff000000ffULL;

	word &= 0x0f0f0f0f0f0f0f0fULL;
	word = word * 10 + (word >> 8);
	return (__u32)(((word & lanes) * (100 + (1000000ULL << 32)) +
			(word >> 16 & lanes) * (1 + (10000ULL << 32))) >>
		       32);
}

/* Parses a number from 0 to 4294967295. */
static inline const char *field_parser__number(const char *at, char delimiter, __u32 *value)
{
	__u64 word = field_parser__load(at);
	unsigned int digits = field_parser__count_digits(word);

	if (__builtin_expect(digits == 8, 0))
		return field_parser__long_number(at, delimiter, value);
	if (digits == 0 || (*at == '0' && digits > 1) || at[digits] != delimiter)
		return NULL;
	*value = field_parser__eight_digits(word << (64 - 8 * digits));
	return at + digits + 1;
}

/* Parses a number from 0 to 4294967295, fastest if it has one digit. */
static inline const char *field_parser__small_number(const char *at, char delimiter, __u32 *value)
{
	if (__builtin_expect(at[1] == delimiter && field_parser__is_digit(*at), 1)) {
		*value = (__u32)(*at - '0');
		return at + 2;
	}
	return field_parser__number(at, delimiter, value);
}

/* Parses a number from `min` to `max` and the comma after it. */
static inline const char *field_parser__range(const char *at, __u32 min, __u32 max, __u32 *value)
{
	at = field_parser__small_number(at, ',', value);
	return at && *value >= min && *value <= max ? at : NULL;
}

/* Parses a window scale, 0 to 14 (RFC 7323). */
static inline const char *field_parser__scale(const char *at, __u32 *value)
{
	return field_parser__range(at, 0, 14, value);
}

/* Parses a connection state, 4 (ESTABLISHED) to 10 (TIME_WAIT). */
static inline const char *field_parser__state(const char *at, __u32 *value)
{
	return field_parser__range(at, 4, 10, value);
}

static inline const char *field_parser__boolean(const char *at, __u32 *value)
{
	return field_parser__range(at, 0, 1, value);
}

/* Parses a port, 0 to 65535. */
static inline const char *field_parser__port(const char *at, char delimiter)
{
	unsigned int digits = field_parser__count_digits(field_parser__load(at));

	if (digits == 0 || digits > 5 || (*at == '0' && digits > 1) || at[digits] != delimiter)
		return NULL;
	if (digits == 5 && memcmp(at, "65535", 5) > 0)
		return NULL;
	return at + digits + 1;
}

/*
 * Parses a time, "SECONDS.MICROSECONDS". Fastest for seconds of ten digits, as they are from 2001
 * to 2286.
 */
static inline const char *field_parser__time(const char *at, __u64 *time_us)
{
	__u64 seconds = field_parser__load(at),
	      fraction = field_parser__load(at + 11) << 16 | 0x3030;

	if (at[0] == '0' || field_parser__count_digits(seconds) != 8 ||
	    !field_parser__is_digit(at[8]) || !field_parser__is_digit(at[9]) || at[10] != '.' ||
	    field_parser__count_digits(fraction) != 8 || at[17] != ',')
		return field_parser__long_time(at, time_us);
	*time_us = ((__u64)field_parser__eight_digits(seconds) * 100 + (at[8] - '0') * 10 +
		    (at[9] - '0')) *
			   USEC_PER_SEC +
		   field_parser__eight_digits(fraction);
	return at + 18;
}

/* Parses a flowid, 1 to 4294967295. */
static inline const char *field_parser__flowid(const char *at, char delimiter, __u32 *flowid)
{
	__u64 value = 0;
	unsigned int digits;

	for (digits = 0; digits < 11 && field_parser__is_digit(at[digits]); digits++)
		value = value * 10 + (__u64)(at[digits] - '0');
	if (*at == '0' || digits == 0 || value > 0xffffffffU || at[digits] != delimiter)
		return NULL;
	*flowid = (__u32)value;
	return at + digits + 1;
}

/* Parses one part of an IPv4 address, 0 to 255. */
static inline const char *field_parser__octet(const char *at, char delimiter)
{
	unsigned int value = (unsigned int)(at[0] - '0');

	if (value > 9)
		return NULL;
	if (at[1] == delimiter)
		return at + 2;
	if (value == 0 || !field_parser__is_digit(at[1]))
		return NULL;
	if (at[2] == delimiter)
		return at + 3;
	value = value * 100 + (unsigned int)(at[1] - '0') * 10 + (unsigned int)(at[2] - '0');
	return field_parser__is_digit(at[2]) && value <= 255 && at[3] == delimiter ? at + 4 : NULL;
}

static inline const char *field_parser__ipv4(const char *at, char delimiter)
{
	for (int i = 0; i < 3 && at; i++)
		at = field_parser__octet(at, '.');
	return at ? field_parser__octet(at, delimiter) : NULL;
}

/* Parses an IPv4 or IPv6 address and sets *family to 4 or 6. */
static inline const char *field_parser__address(const char *at, char delimiter, __u8 *family)
{
	const char *end = field_parser__ipv4(at, delimiter);

	*family = end ? 4 : 6;
	return end ? end : field_parser__ipv6(at, delimiter);
}

#endif
