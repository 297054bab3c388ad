/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is this a complete, well-formed log? One pass over a file or a stream, of one
 * run or several. Memory grows with the flows of a run, not with the log.
 */
#ifndef SIFTR_CHECK_VALIDATE_H
#define SIFTR_CHECK_VALIDATE_H

#include <linux/types.h>

#include "read/diagnostic.h"
#include "read/dialect.h"

struct validate_result {
	/* What the log begins with: if dialect__is_read() is false, nothing was checked. */
	struct dialect dialect;
	__u64 runs;    /* headers */
	__u64 lines;   /* data lines, bad ones included, truncated ones excluded */
	__u64 flows;   /* distinct 4-tuples of each run, listed or with lines */
	__u64 in_part; /* runs with fewer lines than packets, the ppl being unknown */
	/* Times that step back from one line to the next: allowed. */
	__u64 steps_back, largest_step_us, first_step_line;
};

/*
 * Reads `fd` to its end and reports to `sink`. `ppl` is what the log was made
 * with, 0 if that is not known. 0, -ENOMEM or the errno of a failed read.
 */
int validate__log(int fd, __u32 ppl, const struct defect_sink *sink,
		  struct validate_result *result);

#endif
