/* SPDX-License-Identifier: BSD-2-Clause */
/* What all commands that read the rows of a log report about the log. */
#ifndef SIFTR_COMMANDS_LOG_ROWS_H
#define SIFTR_COMMANDS_LOG_ROWS_H

#include <linux/types.h>

#include "read/dialect_report.h"
#include "read/row_reader.h"

/* The words of a command for what it does with a log. */
struct log_rows_words {
	const char *imperative; /* "convert" */
	const char *past;	/* "converted" */
	enum dialect_use use;
};

/*
 * Opens the rows of the log that begins at `fd`. An exit code; what is not EXIT_CLEAN is reported.
 * Call row_reader__close() in any case.
 */
int log_rows__open(const struct log_rows_words *words, const char *file, int fd,
		   const struct diagnostic_sink *sink, struct row_reader **reader);

/*
 * Reports, after the log was read, what of it is missing or had `defects`. Returns an exit code.
 */
int log_rows__end(const struct log_rows_words *words, const char *file,
		  const struct row_reader *reader, __u64 defects);

#endif
