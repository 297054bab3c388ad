/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks whether a log is complete and well-formed, in one pass over a file or a stream of one
 * or more runs. Memory grows with the flows of a run, not with the length of the log.
 */
#ifndef SIFTR_CHECK_VALIDATE_H
#define SIFTR_CHECK_VALIDATE_H

#include <linux/types.h>

#include "check/log_run.h"
#include "read/dialect.h"
#include "report/diagnostic.h"

struct validate_result {
	/*
	 * Dialect of the beginning of the log. If dialect__is_readable() is false of it, nothing
	 * was checked.
	 */
	struct dialect dialect;
	const char *compression; /* "gzip", "zstd" or NULL */
	__u64 runs;		 /* runs that have a header */
	__u64 lines;		 /* data lines, including malformed but not truncated ones */
	__u64 flows;		 /* flows of all runs; see log_run__nr_flows() */
	__u64 sampled_runs;	 /* runs with fewer lines than packets although no ppl was given */
	struct time_steps_back steps_back; /* the allowed steps back in time */
};

/*
 * Reads `fd` to its end and reports to `sink`. `ppl` is the packets per line of the trace, 0 if
 * unknown. 0, -ENOMEM or the errno of a failed read.
 */
int validate__log(int fd, __u32 ppl, const struct diagnostic_sink *sink,
		  struct validate_result *result);

#endif
