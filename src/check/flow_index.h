/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flows of one run: finds a flow by the text of its 4-tuple and by its flowid. Memory
 * grows with the number of flows, about 100 bytes each.
 */
#ifndef SIFTR_CHECK_FLOW_INDEX_H
#define SIFTR_CHECK_FLOW_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "hash/seed.h"

struct indexed_flow {
	__u64 first_line; /* line number of the flow's first data line; 0: it has none */
	__u64 listed;	  /* number of the flow's entry in the flow list; 0: not listed */
	__u64 text;	  /* offset of its text in flow_index.text */
	__u32 first_flowid;
	__u32 nr_flowids;
	__u8 bytes;	/* length of its text */
	bool shares_id; /* some lines of the flow have the flowid of another flow */
};

struct flow_index_slot {
	__u32 id;   /* a flowid, or the hash of a flow's text */
	__u32 flow; /* index in flow_index.flows plus 1; 0: the slot is empty */
};

/* Hash table with linear probing, at most half full. */
struct flow_index_table {
	struct flow_index_slot *slots;
	size_t nr_slots; /* number of slots, a power of two */
	size_t used;
};

struct flow_index {
	struct indexed_flow *flows;
	size_t nr_flows, flows_capacity;
	char *text;
	size_t text_bytes, text_capacity;
	struct flow_index_table by_id, by_text;
	struct seed seed; /* secret: the author of a log must not be able to make slots collide */
};

enum flow_index_result {
	FLOW_INDEX_KNOWN,    /* flow and flowid have been seen together */
	FLOW_INDEX_NEW_FLOW, /* the flow's first line, with a flowid of its own */
	FLOW_INDEX_OTHER_ID, /* the flow has had another flowid before */
	/* The flowid belongs to another flow, *other. Only for the first such line of a flow: its
	 * later ones are FLOW_INDEX_KNOWN. */
	FLOW_INDEX_ID_TAKEN,
};

/* Makes an empty index. 0 or -ENOMEM; call flow_index__free() in both cases. */
int flow_index__open(struct flow_index *index);
void flow_index__free(struct flow_index *index);

/*
 * Enters data line number `line` of the flow `text`, "laddr,lport,faddr,fport". Returns an
 * enum flow_index_result or -ENOMEM. *flow and *other are valid until the next call.
 */
int flow_index__add_line(struct flow_index *index, __u32 flowid, const char *text, size_t bytes,
			 __u64 line, struct indexed_flow **flow, struct indexed_flow **other);

/*
 * Finds the flow `text`, or enters it without a line. 0 or -ENOMEM. *flow is valid until the next
 * call.
 */
int flow_index__find_or_add(struct flow_index *index, const char *text, size_t bytes,
			    struct indexed_flow **flow);

static inline const char *flow_index__text(const struct flow_index *index,
					   const struct indexed_flow *flow)
{
	return index->text + flow->text;
}

#endif
