/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the runs of a log in another format: headers, rows and footers. */
#ifndef SIFTR_COMMANDS_CONVERT_RUN_H
#define SIFTR_COMMANDS_CONVERT_RUN_H

#include <stdbool.h>
#include <linux/types.h>

#include "commands/convert_output.h"
#include "format/format_cache.h"
#include "read/row_event.h"

struct convert_run {
	const struct format *to;    /* set by the caller, like the next two */
	struct format_cache *cache; /* of that format */
	struct convert_output *output;
	__u64 incomplete_rows;	/* rows left out for lack of a required value */
	const char *missing;	/* what the last such row lacks */
	bool has_header;	/* a header is written: some formats have one for all runs */
	bool lacks_footer;	/* the run has a footer to be written at its end */
	struct siftr_time last; /* time of the last row */
};

/*
 * Writes an event in the format. 0, or -EEXIST if it begins a run and the format has one run a
 * file, which has begun before: then nothing is written.
 */
int convert_run__write(struct convert_run *run, const struct row_event *event);

#endif
