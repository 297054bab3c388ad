/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cache of formatted columns: the text of those that are the same in every line of a flow, its
 * addresses, ports and id. A flow's id selects a set of two entries, of which the older one is
 * replaced.
 */
#ifndef SIFTR_FORMAT_FLOW_TEXT_H
#define SIFTR_FORMAT_FLOW_TEXT_H

#include <string.h>
#include <siftr/record.h>

#include "format/tuple.h"

/*
 * Column 27, how the flow id was made: FreeBSD's M_HASHTYPE_OPAQUE_HASH (sys/mbuf.h,
 * 0x80 | 63), an identifier with the properties of a hash and no affinity to a queue.
 */
#define FLOW_TEXT_TYPE "191\n"

#define FLOW_TEXT_SETS	  256
#define FLOW_TEXT_WAYS	  2
#define FLOW_TEXT_ID_ROOM 16

/* Nearly all addresses fit the first copy; a second one takes the rest. */
#define FLOW_TEXT_FIRST_COPY 48
#define FLOW_TEXT_REST	     (TUPLE_IPV6_MAX - FLOW_TEXT_FIRST_COPY)

struct flow_text {
	char addresses[TUPLE_IPV6_MAX]; /* "laddr,lport,faddr,fport," */
	char id[FLOW_TEXT_ID_ROOM];	/* "flowid,flowtype\n" */
	__u8 addresses_length;
	__u8 id_length;
};

/*
 * The cache, empty if all its bytes are zero. The ids are kept apart from the texts, so that a
 * search reads little memory.
 */
struct flow_texts {
	__u32 ids[FLOW_TEXT_SETS]
		 [FLOW_TEXT_WAYS]; /* id of the flow whose text it is, 0: none; the newest first */
	__u32 last_missed[FLOW_TEXT_SETS]; /* id of the flow that was searched for last and not
					      found */
	struct flow_text entries[FLOW_TEXT_SETS][FLOW_TEXT_WAYS];
};

/* Formats the text of a flow and stores it over the older entry of its set. Returns the entry. */
const struct flow_text *flow_text__replace(struct flow_texts *texts,
					   const struct siftr_flow_key *flow, __u32 flowid);

/*
 * The entry of a flow, or NULL if the caller has to write its text. `flowid` is unique and not 0.
 * IPv6 addresses are slow to format, so their text is stored at the first miss; IPv4 addresses are
 * not, so their flow must be missed twice in a row to replace another.
 */
static inline const struct flow_text *
flow_text__find(struct flow_texts *texts, const struct siftr_flow_key *flow, __u32 flowid)
{
	size_t set = flowid % FLOW_TEXT_SETS, way = texts->ids[set][1] == flowid;

	if (__builtin_expect(texts->ids[set][way] == flowid, 1))
		return &texts->entries[set][way];
	if (flow->family == 4 && texts->last_missed[set] != flowid) {
		texts->last_missed[set] = flowid;
		return NULL;
	}
	return flow_text__replace(texts, flow, flowid);
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

	memcpy(out, text->id, FLOW_TEXT_ID_ROOM);
	return out + length;
}

/* Writes "flowid,flowtype\n" for a flow that has no entry in the cache. */
static inline char *flow_text__write_id(char *out, __u32 flowid)
{
	out = digits__column(out, flowid);
	memcpy(out, FLOW_TEXT_TYPE, sizeof(FLOW_TEXT_TYPE) - 1);
	return out + sizeof(FLOW_TEXT_TYPE) - 1;
}

#endif
