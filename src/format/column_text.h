/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cache of formatted columns: the text of four adjacent columns that rarely change, found by
 * their values, so that flows with equal values share it. The values select the entry; if the entry
 * holds the text of other values, the text is replaced.
 */
#ifndef SIFTR_FORMAT_COLUMN_TEXT_H
#define SIFTR_FORMAT_COLUMN_TEXT_H

#include <string.h>
#include <linux/types.h>

#include "hash/probe.h"

#define COLUMN_TEXT_BITS    9
#define COLUMN_TEXT_ENTRIES (1U << COLUMN_TEXT_BITS)

/*
 * A text is copied by one copy of constant length, or by two if it is longer than the first. The
 * longest texts are four times ten digits and a comma.
 */
#define COLUMN_TEXT_FIRST_COPY 32
#define COLUMN_TEXT_ROOM       47

/* An entry of the cache, one cache line of the processor in size. */
struct column_text {
	__u64 values[2]; /* two columns each, the first in the lower half */
	char text[COLUMN_TEXT_ROOM];
	__u8 length;
};

struct column_texts {
	struct column_text entries[COLUMN_TEXT_ENTRIES];
};

/*
 * To be called before the first copy: every entry gets the text of four zeros, which are the
 * values of an empty entry.
 */
void column_text__init(struct column_texts *texts);

/*
 * For column_text__copy() when the entry has other values: formats the columns at `out` and keeps
 * their text in the entry. Returns the end of the text.
 */
char *column_text__replace(char *out, struct column_text *entry, __u64 values, __u64 more_values);

static inline struct column_text *column_text__entry(struct column_texts *texts, __u64 values,
						     __u64 more_values)
{
	__u64 hash = (values ^ more_values * HASH_MULTIPLIER) * HASH_MULTIPLIER;

	return &texts->entries[hash >> (64 - COLUMN_TEXT_BITS)];
}

/*
 * Writes four columns, "first,second,third,fourth,", from the cache if it has them. Returns the
 * end of the text.
 */
static inline char *column_text__copy(char *out, struct column_texts *texts, __u32 first,
				      __u32 second, __u32 third, __u32 fourth)
{
	__u64 values = first | (__u64)second << 32, more_values = third | (__u64)fourth << 32;
	struct column_text *entry = column_text__entry(texts, values, more_values);
	size_t length = entry->length;

	if (__builtin_expect(entry->values[0] != values || entry->values[1] != more_values, 0))
		return column_text__replace(out, entry, values, more_values);
	memcpy(out, entry->text, COLUMN_TEXT_FIRST_COPY);
	if (__builtin_expect(length > COLUMN_TEXT_FIRST_COPY, 0))
		memcpy(out + COLUMN_TEXT_FIRST_COPY, entry->text + COLUMN_TEXT_FIRST_COPY,
		       COLUMN_TEXT_ROOM - COLUMN_TEXT_FIRST_COPY);
	return out + length;
}

#endif
