/* SPDX-License-Identifier: BSD-2-Clause */
/* What a report shows of the logs themselves: their runs, and what became of each packet. */
#ifndef SIFTR_COMMANDS_REPORT_LOGS_H
#define SIFTR_COMMANDS_REPORT_LOGS_H

#include <stdbool.h>
#include <stdio.h>

#include "format/format.h"

struct options;
struct row_event;

struct report_run {
	int file; /* number among the options' files */
	bool has_footer;
	struct siftr_time enabled, disabled; /* disabled: with has_footer */
	char system[64];
	struct format_totals totals; /* with has_footer */
};

struct report_logs {
	struct report_run *runs;
	size_t count, room;
};

/* Takes a header or footer. 0 or -ENOMEM. Zeros are no runs yet. */
int report_logs__add(struct report_logs *logs, int file, const struct row_event *event);

/* Writes an array of JSON with an object for each file; `statuses` are their exit codes. */
void report_logs__json(FILE *stream, const struct report_logs *logs, const struct options *options,
		       const int statuses[]);

void report_logs__free(struct report_logs *logs);

#endif
