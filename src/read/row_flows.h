/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flows of the rows that a reader has read, each with its number. Memory grows with the flows,
 * about 100 bytes each, not with the rows.
 */
#ifndef SIFTR_READ_ROW_FLOWS_H
#define SIFTR_READ_ROW_FLOWS_H

#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "read/row_flow.h"

/*
 * A row's search for its flow. With many flows their memory is in no cache: so several searches are
 * begun, which fetches what each needs, before they are completed together.
 */
struct row_search {
	const struct row_flow *flow; /* NULL: it is not found yet */
	struct row_flow wanted;
	__u32 hash;
	__u32 recent; /* entry of the recent flows that gets this one */
};

struct row_flows;

/* NULL when out of memory. */
struct row_flows *row_flows__new(void);
/*
 * Likewise, for a stream without an end: at most 2 * `most` flows are known, among them the `most`
 * that had rows last. One that is forgotten is another flow when it comes again. A flow is valid
 * until that many others have been found, and row_flows__at() is not to be used.
 */
struct row_flows *row_flows__new_bounded(size_t most);
/* Accepts NULL. */
void row_flows__free(struct row_flows *flows);

/*
 * The flow of "laddr,lport,faddr,fport", a text that field_parser.h has accepted, entered if it is
 * new. It is valid until row_flows__free(). NULL when out of memory.
 */
const struct row_flow *row_flows__find(struct row_flows *flows, const char *text, size_t bytes,
				       __u32 flowid, __u32 flowtype);

/* Begins the search for that flow; the text is not kept. */
void row_flows__begin(struct row_flows *flows, struct row_search *search, const char *text,
		      size_t bytes, __u32 flowid, __u32 flowtype);
/* Sets the flow of each search, entered if it is new, in their order. 0 or -ENOMEM. */
int row_flows__complete(struct row_flows *flows, struct row_search searches[], size_t count);

/* The flow with that key, likewise. */
const struct row_flow *row_flows__find_key(struct row_flows *flows,
					   const struct siftr_flow_key *key, __u32 flowid,
					   __u32 flowtype);

/* The flow with that number; NULL beyond the last. */
const struct row_flow *row_flows__at(const struct row_flows *flows, __u32 number);

#endif
