/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cache of formatted columns: the text of one number, for columns with long numbers of which few
 * occur, such as buffer sizes. The number selects the entry; if the entry holds another number, its
 * text is replaced.
 */
#ifndef SIFTR_FORMAT_NUMBER_TEXT_H
#define SIFTR_FORMAT_NUMBER_TEXT_H

#include <string.h>
#include <linux/types.h>

#include "hash/probe.h"

#define NUMBER_TEXT_BITS    10
#define NUMBER_TEXT_ENTRIES (1U << NUMBER_TEXT_BITS)

/* The text is the first member and an entry is copied whole: 16 bytes take one instruction. */
struct number_text {
	char text[11]; /* "number," */
	__u8 length;
	__u32 value;
};

struct number_texts {
	struct number_text entries[NUMBER_TEXT_ENTRIES];
};

/*
 * To be called before the first copy: every entry gets the text of zero, which is the value of an
 * empty entry.
 */
void number_text__init(struct number_texts *texts);

/*
 * For number_text__copy() when the entry has another number: formats the column at `out` and keeps
 * its text in the entry. Returns the end of the text.
 */
char *number_text__replace(char *out, struct number_text *entry, __u32 value);

static inline struct number_text *number_text__entry(struct number_texts *texts, __u32 value)
{
	return &texts->entries[value * HASH_MULTIPLIER >> (64 - NUMBER_TEXT_BITS)];
}

/* Writes the column "value," from the cache if it has it. Returns the end of the text. */
static inline char *number_text__copy(char *out, struct number_texts *texts, __u32 value)
{
	struct number_text *entry = number_text__entry(texts, value);
	size_t length = entry->length;

	if (__builtin_expect(entry->value != value, 0))
		return number_text__replace(out, entry, value);
	memcpy(out, entry, sizeof(*entry));
	return out + length;
}

#endif
