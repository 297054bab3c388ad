/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cache of formatted columns: the address and port of this host's end of IPv4 flows, which the
 * flows of a server have in common. Only flows without an entry in the cache of flows need it.
 */
#ifndef SIFTR_FORMAT_ENDPOINT_TEXT_H
#define SIFTR_FORMAT_ENDPOINT_TEXT_H

#include <string.h>
#include <siftr/record.h>

#include "format/tuple.h"
#include "hash/probe.h"

#define ENDPOINT_TEXT_BITS    6
#define ENDPOINT_TEXT_ENTRIES (1U << ENDPOINT_TEXT_BITS)

/* An entry of the cache, of which two share a cache line of the processor. */
struct endpoint_text {
	__u64 endpoint; /* see endpoint_text__local(); 0: the entry is empty */
	char text[23];	/* "laddr,lport," */
	__u8 length;
};

struct endpoint_texts {
	struct endpoint_text entries[ENDPOINT_TEXT_ENTRIES];
};

/*
 * Writes "laddr,lport," of an IPv4 flow and stores the text in `entry`, in place of that of another
 * endpoint. Returns the end of the text. Called by endpoint_text__write_ipv4().
 */
char *endpoint_text__replace(char *out, struct endpoint_text *entry,
			     const struct siftr_flow_key *flow);

/* Address and port of an IPv4 flow's local end as one number, which is never 0. */
static inline __u64 endpoint_text__local(const struct siftr_flow_key *flow)
{
	return (__u32)flow->laddr[0] | (__u64)flow->lport << 32 | 1ULL << 63;
}

/* Writes "laddr,lport,faddr,fport," of an IPv4 flow. Returns the end of the text. */
static inline char *endpoint_text__write_ipv4(char *out, struct endpoint_texts *texts,
					      const struct siftr_flow_key *flow)
{
	__u64 local = endpoint_text__local(flow);
	struct endpoint_text *entry =
		&texts->entries[local * HASH_MULTIPLIER >> (64 - ENDPOINT_TEXT_BITS)];
	size_t length = entry->length;

	if (__builtin_expect(entry->endpoint != local, 0)) {
		out = endpoint_text__replace(out, entry, flow);
	} else {
		memcpy(out, entry->text, sizeof(entry->text));
		out += length;
	}
	return tuple__write_endpoint(out, 4, flow->faddr, flow->fport, &TUPLE_COLUMNS[2]);
}

#endif
