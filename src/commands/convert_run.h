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
	const struct format *to;       /* set by the caller */
	struct format_cache *cache;    /* set by the caller: the caches of `to` */
	struct convert_output *output; /* set by the caller */
	__u64 incomplete_rows;	       /* rows left out for lack of a required value */
	const char *missing;	       /* name of the value that the last row left out lacks */
	bool has_header;	       /* a header is written: some formats have one for all runs */
	bool lacks_footer;	/* the run's footer that lists its flows is still to be written */
	struct siftr_time last; /* time of the run's last row, or of its header */
};

/*
 * Writes an event in the format. 0, or -EEXIST if the event begins a further run and a file of the
 * format holds only one: then nothing is written. An error of writing is in run->output->error.
 */
int convert_run__write(struct convert_run *run, const struct row_event *event);

#endif
