/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cache of formatted columns: the text of those that are the same in every line of a flow, its
 * addresses, ports and id. A flow's number selects a set of two entries, of which the older one is
 * replaced.
 */
#ifndef SIFTR_FORMAT_FLOW_TEXT_H
#define SIFTR_FORMAT_FLOW_TEXT_H

#include <string.h>
#include <siftr/record.h>

#include "format/row.h"
#include "format/tuple.h"

#define FLOW_TEXT_SETS	  128
#define FLOW_TEXT_WAYS	  2
#define FLOW_TEXT_NONE	  (FLOW_TEXT_SETS * FLOW_TEXT_WAYS)
#define FLOW_TEXT_ID_ROOM 40
#define FLOW_TEXT_ID_COPY 16 /* enough for "flowid,flowtype\n" */

/* Enough for JSON, which has a name before each address and port. */
#define FLOW_TEXT_ADDRESSES_ROOM 128

/* Bytes that a flow_spelling's function may write, however short its text. */
#define FLOW_TEXT_ROOM (FLOW_TEXT_ADDRESSES_ROOM + DIGITS_ROOM)

/*
 * How a format writes the two texts of a flow that are cached: its addresses and ports, and what
 * ends the line. Both functions return the end of the text.
 */
struct flow_spelling {
	char *(*addresses)(char *out, const struct siftr_flow_key *flow);
	char *(*id)(char *out, const struct row *row);
};

/* Nearly all addresses fit the first copy; a second one takes the rest. */
#define FLOW_TEXT_FIRST_COPY 48
#define FLOW_TEXT_REST	     (TUPLE_IPV6_MAX - FLOW_TEXT_FIRST_COPY)

struct flow_text {
	__u8 addresses_length;
	__u8 id_length;
	char id[FLOW_TEXT_ID_ROOM];		  /* "flowid,flowtype\n", or its like in JSON */
	char addresses[FLOW_TEXT_ADDRESSES_ROOM]; /* "laddr,lport,faddr,fport,", or its like */
};

/*
 * The cache, empty if all numbers are zero. The numbers are kept apart from the texts, so that a
 * search reads little memory.
 */
struct flow_texts {
	__u32 numbers[FLOW_TEXT_SETS]
		     [FLOW_TEXT_WAYS];	   /* flow_number of each entry, newest first; 0: empty */
	__u32 last_missed[FLOW_TEXT_SETS]; /* flow_number last not found in the set */
	struct flow_text entries[FLOW_TEXT_SETS * FLOW_TEXT_WAYS]; /* set by set */
	const struct flow_spelling *spelling;
};

/* Formats the text of a flow and stores it over the older entry of its set. Returns the entry. */
const struct flow_text *flow_text__replace(struct flow_texts *texts, const struct row *row);

/* Where the flow with this number is: set * FLOW_TEXT_WAYS + way; FLOW_TEXT_NONE: nowhere. */
static inline size_t flow_text__position(const struct flow_texts *texts, __u32 number)
{
	size_t set = number % FLOW_TEXT_SETS, way = texts->numbers[set][1] == number;

	return texts->numbers[set][way] == number ? set * FLOW_TEXT_WAYS + way : FLOW_TEXT_NONE;
}

/*
 * The entry of a row's flow. NULL, for IPv4 flows only, if the caller has to write the text. IPv6
 * addresses are slow to format, so their text is stored at the first miss; IPv4 addresses are not,
 * so an IPv4 flow must be missed twice in a row to replace another.
 */
static inline const struct flow_text *flow_text__find(struct flow_texts *texts,
						      const struct row *row)
{
	__u32 number = row->flow_number;
	size_t set = number % FLOW_TEXT_SETS, way = texts->numbers[set][1] == number;

	if (__builtin_expect(texts->numbers[set][way] == number, 1))
		return &texts->entries[set * FLOW_TEXT_WAYS + way];
	if (row->flow->family == 4 && texts->last_missed[set] != number) {
		texts->last_missed[set] = number;
		return NULL;
	}
	return flow_text__replace(texts, row);
}

static inline char *flow_text__copy_addresses(char *out, const struct flow_text *text)
{
	size_t length = text->addresses_length;

	memcpy(out, text->addresses, FLOW_TEXT_FIRST_COPY);
	if (length > FLOW_TEXT_FIRST_COPY)
		memcpy(out + FLOW_TEXT_FIRST_COPY, text->addresses + FLOW_TEXT_FIRST_COPY,
		       FLOW_TEXT_REST);
	return out + length;
}

static inline char *flow_text__copy_id(char *out, const struct flow_text *text)
{
	size_t length = text->id_length;

	memcpy(out, text->id, FLOW_TEXT_ID_COPY);
	return out + length;
}

/* Copies addresses of any length, as those of JSON; flow_text__copy_addresses() is faster. */
static inline char *flow_text__copy_all_addresses(char *out, const struct flow_text *text)
{
	memcpy(out, text->addresses, FLOW_TEXT_ADDRESSES_ROOM);
	return out + text->addresses_length;
}

/* Copies the end of a line of any length, as that of JSON; flow_text__copy_id() is faster. */
static inline char *flow_text__copy_all_id(char *out, const struct flow_text *text)
{
	memcpy(out, text->id, FLOW_TEXT_ID_ROOM);
	return out + text->id_length;
}

/* Writes nothing, for the formats whose lines do not end with a text of the flow. */
char *flow_text__no_id(char *out, const struct row *row);

/* Writes "flowid,flowtype\n", for the formats that end each line with it. */
static inline char *flow_text__write_id(char *out, const struct row *row)
{
	out = digits__hash_column(out, row->flowid);
	out = digits__steady_column(out, row->flowtype);
	out[-1] = '\n';
	return out;
}

#endif
