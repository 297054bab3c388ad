/* SPDX-License-Identifier: BSD-2-Clause */
/* The fields and columns that --fields chooses, prepared for writing rows: their names in JSON. */
#ifndef SIFTR_FORMAT_FIELD_KEYS_H
#define SIFTR_FORMAT_FIELD_KEYS_H

#include <string.h>
#include <linux/types.h>

#include "format/digits.h"
#include "format/row.h"

enum field_kind {
	FIELD_NUMBER, /* fits 32 bits */
	FIELD_BIG,    /* 64 bits: a string in JSON */
	FIELD_TEXT,
};

/* Bytes of the text of a key, with its NUL, at most. */
#define FIELD_KEY_ROOM 30

struct field_key {
	char text[FIELD_KEY_ROOM]; /* name in quotes, colon, quote that begins a string */
	__u8 length;		   /* without the last quote unless the field is FIELD_BIG */
	__u8 kind;		   /* enum field_kind */
};

extern const struct field_key field_keys__fields[SIFTR_FIELDS];
extern const struct field_key field_keys__columns[ROW_COLUMNS];

/*
 * Writes "name": with its quotes, and for a FIELD_BIG also the quote that begins its value. Returns
 * the end of the text. Overwrites sizeof(*key) bytes.
 */
static inline char *field_keys__write(char *out, const struct field_key *key)
{
	size_t length = key->length;

	memcpy(out, key, sizeof(*key));
	return out + length;
}

/*
 * Writes a number of up to 64 bits and a comma. Returns the end of the text, after which excess
 * bytes may be written.
 */
static inline char *field_keys__number(char *out, __u64 value)
{
	if (__builtin_expect(value > ~0U, 0)) {
		__u64 high = value / 100000000;

		out = field_keys__number(out, high) - 1;
		out = digits__eight(out, (__u32)(value - high * 100000000));
		*out++ = ',';
		return out;
	}
	return digits__column(out, (__u32)value);
}

#endif
