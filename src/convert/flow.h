/* SPDX-License-Identifier: BSD-2-Clause */
/* A flow as the flow table keeps it: its key and its id. */
#ifndef SIFTR_CONVERT_FLOW_H
#define SIFTR_CONVERT_FLOW_H

#include <linux/types.h>
#include <siftr/record.h>

/* The bytes of a cache line, so that a flow takes one. */
#define FLOW_BYTES 64

struct flow {
	struct siftr_flow_key key;
	__u32 id;
	__u32 moved; /* the flow's new position in the table while idle flows are removed */
	__u8 listed; /* the flow was seen in this interval, the time of one log file */
} __attribute__((aligned(FLOW_BYTES)));

_Static_assert(sizeof(struct flow) == FLOW_BYTES, "a flow takes one cache line");

#endif
