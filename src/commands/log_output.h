/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The writer of a run, and what has been reported of its errors: each change of the error once, but
 * a failing device at most once a minute; and the recovery from a reported error.
 */
#ifndef SIFTR_COMMANDS_LOG_OUTPUT_H
#define SIFTR_COMMANDS_LOG_OUTPUT_H

#include <stdbool.h>
#include <linux/types.h>

#include "output/writer.h"

struct log_output {
	struct writer *writer;
	const char *name; /* for messages; the caller's */
	int error;	  /* that prevented the last flush: 0 or a negative errno */
	bool error_reported;
	__u64 reported_ns; /* last report of an error other than lack of space; 0: none */
	__u64 retry_ns;
	__u64 frame_ns;	  /* when the lines waiting for a frame are written; NEVER_NS: none wait */
	bool reader_left; /* the reader of the pipe has closed it */
};

/* Opens `path`, or stdout for NULL. 0 or a negative errno, reported. */
int log_output__open(struct log_output *output, const struct log_path *path,
		     const struct preallocate_limits *limits, const struct log_encoding *encoding);

/*
 * Flushes the writer; a file, after an error, only every quarter of a second. Lines to be
 * compressed wait until there are enough for a frame, a second at most. Reports a new error and the
 * recovery from it.
 */
void log_output__flush(struct log_output *output);

/* Flushes at once, for example before a footer. */
void log_output__flush_now(struct log_output *output);

/*
 * CLOCK_MONOTONIC time of the next attempt after an error, or of the next frame; NEVER_NS: there is
 * neither.
 */
__u64 log_output__due_ns(const struct log_output *output);

/* Records that the first header could not be written: nothing is written any more. */
void log_output__fail(struct log_output *output, int err);

/*
 * At the end: the exit code, `status` unless the reader of a pipe has gone before it read
 * everything. That is clean if the reader left by itself, as head(1) does, but a failure,
 * reported, if a signal has `stopped` the run: Ctrl-C ends all processes of a pipeline.
 */
int log_output__end_pipe(const struct log_output *output, bool stopped, int status);

#endif
