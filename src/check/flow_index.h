/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flows of one run: 4-tuples by their text, and which flow has which id.
 * Memory grows with the number of flows, about 100 bytes each.
 */
#ifndef SIFTR_CHECK_FLOW_INDEX_H
#define SIFTR_CHECK_FLOW_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "hash/seed.h"

struct census_flow {
	__u64 first_line; /* its first data line; 0: it has none */
	__u64 listed;	  /* entry of the flow list; 0: not listed */
	__u64 text;	  /* where its text begins in the census */
	__u32 first_flowid;
	__u32 nr_flowids;
	__u8 bytes; /* of text */
	bool shares_id;
};

struct flow_index_slot {
	__u32 id;   /* a flow id, or the hash of a text */
	__u32 flow; /* number counted from 1; 0: the slot is empty */
};

/* Open-addressed, at most half full. */
struct census_table {
	struct flow_index_slot *slots;
	size_t nr_slots; /* a power of two */
	size_t used;
};

struct flow_index {
	struct census_flow *flows;
	size_t nr_flows, flows_capacity;
	char *text;
	size_t text_bytes, text_capacity;
	struct census_table by_id, by_text;
	struct seed seed; /* a log's author chooses flow ids and addresses, not their places */
};

enum census_finding {
	CENSUS_KNOWN,	 /* flow and id have been seen together */
	CENSUS_NEW_FLOW, /* neither has been seen */
	CENSUS_OTHER_ID, /* the flow has another id, too */
	CENSUS_ID_TAKEN, /* the id is another flow's, *other; told once a flow */
};

/* 0 or -ENOMEM; flow_index__free() is right in both cases. */
int flow_index__open(struct flow_index *census);
void flow_index__free(struct flow_index *census);

/*
 * The flow of a data line, "laddr,lport,faddr,fport". Returns a finding, or
 * -ENOMEM. *flow and *other are good until the next call.
 */
int flow_index__count(struct flow_index *census, __u32 flowid, const char *text, size_t bytes,
		      __u64 line, struct census_flow **flow, struct census_flow **other);

/* The flow of that text, entered without a line when it is new. 0 or -ENOMEM. */
int flow_index__find(struct flow_index *census, const char *text, size_t bytes,
		     struct census_flow **flow);

static inline const char *flow_index__text(const struct flow_index *census,
					   const struct census_flow *flow)
{
	return census->text + flow->text;
}

#endif
