/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The captured values of a packet that are no column of SIFTR, by their number in the table of
 * fields, and how they are read from a record.
 */
#ifndef SIFTR_CONVERT_ROW_FIELDS_H
#define SIFTR_CONVERT_ROW_FIELDS_H

#include <stdbool.h>
#include <string.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "capture/ca_members.h"

#define ROW_FIELDS_MAX 192

_Static_assert((int)SIFTR_FIELDS <= ROW_FIELDS_MAX, "a row has room for every field");

/*
 * What a row of a log of ttprobe or tcp_probe has that is neither a column nor a field, so that the
 * same format writes it as it was.
 */
struct row_as_read {
	const char *format; /* name of the format that the log has */
	__u32 number;	    /* of the packet, in ttprobe */
	__u32 cwnd;	    /* bytes, in ttprobe */
	__u32 ssthresh;	    /* bytes, in ttprobe */
	__u32 nanoseconds;  /* beyond the microseconds of the time, 0 to 999 */
};

struct row_fields {
	__u64 present[ROW_FIELDS_MAX / 64]; /* a bit for each field number: its value is known */
	__u64 values[ROW_FIELDS_MAX];
	const char *stack; /* name of the TCP stack, from a log of siftr2; NULL: Linux's */
	const struct row_as_read *as_read; /* of a log of ttprobe or tcp_probe; NULL: of another */
};

/* Where the fields of the groups of a run lie in a record. */
struct row_fields_layout {
	__u32 count;
	struct row_field_place {
		__u16 field;  /* number of the field */
		__u16 offset; /* in a record, of its value; with an owner, of cc_name */
		__u16 bytes;
		__u16 known_offset;	 /* in a record, of the group's bits for known values */
		__u32 known_bit;	 /* the field's bit among those; with an owner, cc_name's */
		__u64 tick_ns;		 /* if the field is in jiffies, the length of one; else 0 */
		const char *owner;	 /* congestion control in whose state it is, or NULL */
		struct ca_member member; /* its place in that state, if it has an owner */
	} places[SIFTR_FIELDS];
};

/*
 * Sets *layout. `offsets` are those of the blocks of the captured groups in a record, 0 for the
 * other groups. `tick_ns` is the length of the traced kernel's jiffy. `members` says where the
 * fields of congestion controls lie in their private state; NULL: none of these is read.
 */
void row_fields__lay_out(struct row_fields_layout *layout, const __u16 offsets[SIFTR_GROUPS],
			 __u64 tick_ns, const struct ca_member members[SIFTR_FIELDS]);

/* Sets *fields to the values of a record; those in jiffies become microseconds. */
void row_fields__read(const struct row_fields_layout *layout, const struct siftr_record *record,
		      struct row_fields *fields);

static inline bool row_fields__has(const struct row_fields *fields, __u32 field)
{
	return fields && fields->present[field / 64] >> field % 64 & 1;
}

/* The value of a field; 0 if it is not known. */
static inline __u64 row_fields__value(const struct row_fields *fields, __u32 field)
{
	return row_fields__has(fields, field) ? fields->values[field] : 0;
}

/* Makes all fields unknown. */
static inline void row_fields__clear(struct row_fields *fields)
{
	memset(fields->present, 0, sizeof(fields->present));
	fields->stack = NULL;
	fields->as_read = NULL;
}

static inline void row_fields__set(struct row_fields *fields, __u32 field, __u64 value)
{
	fields->present[field / 64] |= 1ULL << field % 64;
	fields->values[field] = value;
}

/* Sets a field to a text, of which at most SIFTR_TEXT_MAX bytes are kept. */
static inline void row_fields__set_text(struct row_fields *fields, __u32 field, const char *text)
{
	row_fields__set(fields, field, 0);
	fields->values[field + 1] = 0;
	memcpy(&fields->values[field], text, strnlen(text, SIFTR_TEXT_MAX));
}

/* What is known of a row in a log of ttprobe or tcp_probe, or NULL. */
static inline const struct row_as_read *row_fields__as_read(const struct row_fields *fields)
{
	return fields ? fields->as_read : NULL;
}

static inline const char *row_fields__text(const struct row_fields *fields, __u32 field)
{
	return (const char *)&fields->values[field];
}

#endif
