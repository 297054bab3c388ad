/* SPDX-License-Identifier: BSD-2-Clause */
/* What was counted in a log that was checked. */
#ifndef SIFTR_CHECK_VALIDATE_RESULT_H
#define SIFTR_CHECK_VALIDATE_RESULT_H

#include <linux/types.h>

#include "check/log_run.h"
#include "read/dialect.h"
#include "read/seek_table.h"

struct validate_result {
	/*
	 * Dialect of the beginning of the log. If dialect__is_checkable() is false of it, nothing
	 * was checked.
	 */
	struct dialect dialect;
	const char *compression;	      /* "gzip", "zstd" or NULL */
	struct seek_table_verdict seek_table; /* all zero unless a zstd file was read to its end */
	__u64 runs;			      /* runs that have a header */
	__u64 lines;	    /* data lines, including malformed but not truncated ones */
	__u64 flows;	    /* flows of all runs; see log_run__nr_flows() */
	__u64 sampled_runs; /* runs of unknown ppl with fewer lines than packets not skipped */
	struct time_steps_back steps_back; /* steps back in time, which are allowed */
};

#endif
