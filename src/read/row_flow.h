/* SPDX-License-Identifier: BSD-2-Clause */
/* A flow of the rows that a reader has read. */
#ifndef SIFTR_READ_ROW_FLOW_H
#define SIFTR_READ_ROW_FLOW_H

#include <linux/types.h>
#include <siftr/record.h>

/* A 4-tuple with a flowid and flowtype; the same 4-tuple with others is another flow. */
struct row_flow {
	struct siftr_flow_key key;
	__u32 number; /* counted from 1 */
	__u32 flowid;
	__u32 flowtype;
};

#endif
