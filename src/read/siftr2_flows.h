/* SPDX-License-Identifier: BSD-2-Clause */
/* The flows of a siftr2 log by flowid. Memory grows with the flows, about 200 bytes each. */
#ifndef SIFTR_READ_SIFTR2_FLOWS_H
#define SIFTR_READ_SIFTR2_FLOWS_H

#include <stdbool.h>
#include <stddef.h>

#include "hash/seed.h"
#include "read/siftr2_event.h"

struct siftr2_known_flow {
	struct siftr2_flow flow; /* if listed is 0, only its flowid is valid */
	__u64 listed;		 /* entry of the flow list, counted from 1; 0: not in it */
	__u64 nr_records;	 /* number of its records in the log */
	__u64 first_line;	 /* line of the first of its records; 0: it has none */
};

struct siftr2_slot {
	__u32 flowid;
	__u32 flow; /* index in siftr2_flows.flows plus 1; 0: the slot is empty */
};

struct siftr2_flows {
	struct siftr2_known_flow *flows; /* in the order in which they were entered */
	size_t nr_flows, capacity;
	struct siftr2_slot *slots; /* at most half full */
	size_t nr_slots;
	struct seed seed;
};

/* Makes an empty table. 0 or -ENOMEM; call siftr2_flows__free() in both cases. */
int siftr2_flows__open(struct siftr2_flows *flows);
void siftr2_flows__free(struct siftr2_flows *flows);

/* The flow, entered if it is new; valid until another is entered. NULL when out of memory. */
struct siftr2_known_flow *siftr2_flows__find_or_add(struct siftr2_flows *flows, __u32 flowid);
/* The flow, valid until another is entered; NULL if there is no flow of that id. */
struct siftr2_known_flow *siftr2_flows__find(const struct siftr2_flows *flows, __u32 flowid);

#endif
