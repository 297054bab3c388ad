/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Part of the writer: recovery from a failed write. Complete lines stay, partial ones are
 * removed or completed, lost data lines are counted.
 */
#ifndef SIFTR_OUTPUT_WRITE_ERROR_H
#define SIFTR_OUTPUT_WRITE_ERROR_H

#include <stddef.h>

struct writer;

/*
 * From now on, in all files, has `lost` called with `context` and each complete data line that
 * could not be written.
 */
void write_error__observe_lost(struct writer *writer,
			       void (*lost)(void *context, const char *line, size_t bytes),
			       void *context);

/*
 * Recovers from a write that failed with `err` after `done` bytes of the buffer: the writer becomes
 * FULL, or CLOSED if `err` is -EPIPE. Returns `err`.
 */
int write_error__begin(struct writer *writer, int err, size_t done);

/* Removes the partial line that a failed write left in the file. 0 or a negative errno. */
int write_error__cut_partial_line(struct writer *writer);

/*
 * Ends all writing: the writer becomes CLOSED and its buffer empty. `done` bytes of the buffer were
 * written; every data line that is not completely written is counted as lost.
 */
void write_error__abandon(struct writer *writer, size_t done);

/* Removes the first `bytes` of the buffer. */
void write_error__forget(struct writer *writer, size_t bytes);

#endif
