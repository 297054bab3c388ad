/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flows of a run, for a footer that says of each how many lines it has: the connection, the id
 * that its lines have, and values, such as the mss, that siftr2 has in its flow list and not in the
 * lines. Memory grows with the flows, about 200 bytes each.
 */
#ifndef SIFTR_FORMAT_RUN_FLOWS_H
#define SIFTR_FORMAT_RUN_FLOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "format/row.h"

#define RUN_FLOWS_LINE_MAX  160 /* lines are shorter than this */
#define RUN_FLOWS_NAME_MAX  SIFTR_TEXT_MAX
#define RUN_FLOWS_STACK_MAX 63

struct run_flow {
	struct siftr_flow_key key;
	__u32 number; /* flow_number of its rows */
	__u32 id;     /* unique and not 0: the flowid of its rows unless another flow has that */
	__u32 mss;    /* payload of a full segment in bytes, of its last row; never 0 */
	__u8 sack_enabled; /* this and the scales are those of its last row */
	__u8 snd_scale;
	__u8 rcv_scale;
	__u8 is_generated; /* siftr-bpf has made the id, not a network card */
	__u64 nr_lines;	   /* of its lines, those in the log */
	__u64 nr_packets;  /* that became lines, lost ones included */
	char stack[RUN_FLOWS_STACK_MAX + 1];
	char congestion[RUN_FLOWS_NAME_MAX + 1];
};

struct run_flows;

/* NULL when out of memory. */
struct run_flows *run_flows__new(void);
/* Accepts NULL. */
void run_flows__free(struct run_flows *flows);
/* Forgets all flows and lines. */
void run_flows__clear(struct run_flows *flows);

/*
 * The flow of a row, entered if it is new, with the values of this row. The pointer is valid until
 * another flow is entered. NULL when out of memory.
 */
struct run_flow *run_flows__of(struct run_flows *flows, const struct row *row);

/* Counts a line of `bytes` bytes of the flow. */
void run_flows__count_line(struct run_flows *flows, struct run_flow *flow, size_t bytes);
/* Takes back the count of a line that could not be written, of the flow with this id. */
void run_flows__lose_line(struct run_flows *flows, __u32 id, size_t bytes);

/* Bytes of the longest line in the log; 0: there is none. */
size_t run_flows__longest_line(const struct run_flows *flows);
/* Number of flows, those that have no line in the log included. */
size_t run_flows__count(const struct run_flows *flows);

/*
 * Orders the flows that have lines in the log, those with the fewest first, and returns their
 * number. run_flows__at() returns them in this order, counted from 0, until run_flows__of() is
 * called.
 */
size_t run_flows__sort(struct run_flows *flows);
const struct run_flow *run_flows__at(const struct run_flows *flows, size_t number);

#endif
