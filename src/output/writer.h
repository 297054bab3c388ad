/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes to a file, a pipe or a terminal: whole lines only, in batches, with
 * every line that could not be written counted. Knows nothing of BPF.
 *
 * It is writing, or full, or closed. Writing becomes full when the space for more
 * data lines with a footer behind them cannot be held any more, or a write fails;
 * data lines are refused then, while headers and footers still are written, or kept
 * for the moment when writing goes on. Full becomes writing when writer__flush()
 * finds that there is space again, or, after a failed write, with the next lines.
 * Closed is what a pipe is for good when its reader has gone.
 *
 * A regular file always ends in '\n': when a write comes up short (disk full,
 * quota, size limit, I/O error) the torn tail is cut off again and the lines
 * not written are counted as lost.
 *
 * A file whose last line has no end (a killed run's) is given a '\n' first, so
 * that the header starts a line of its own; the torn line itself stays as it is.
 */
#ifndef SIFTR_OUTPUT_WRITER_H
#define SIFTR_OUTPUT_WRITER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "output/log_path.h"
#include "output/output.h"

struct writer;

/*
 * Opens `path` for appending as secure_open__open() does; NULL means stdout. `limits` hold
 * for every file. On failure returns a negative errno, reported, and `*out` is NULL.
 * Does not block.
 */
int writer__open(const struct log_path *path, const struct preallocate_limits *limits,
		 struct writer **out);

/* Whether `path` still names the file being written; false for what is no file. */
bool writer__is_at(const struct writer *writer, const struct log_path *path);

/* A file has been opened that writer__next_file() can leave behind. */
bool writer__is_file(const struct writer *writer);

/* The log goes to a terminal. */
bool writer__is_terminal(const struct writer *writer);

/* Size of the file with what is buffered for it; what it is for a pipe means nothing. */
__u64 writer__size(const struct writer *writer);

/*
 * Opens `path` as the next file and holds `bytes` in it for its beginning and end;
 * writing goes on in the old one. A negative errno, reported, when that fails: all is
 * as it was.
 */
int writer__open_next(struct writer *writer, const struct log_path *path, __u64 bytes);

/* What others have done to the file; see output__look(). */
enum output_change writer__look(const struct writer *writer);

/*
 * Goes on at the end of a file that has been shortened, in a line of its own. Data lines
 * not written yet are counted as lost, and other text goes with them.
 */
void writer__restart_file(struct writer *writer);

/* As writer__next_file(), for an old file that has been deleted: it is let go at once. */
void writer__replace_file(struct writer *writer);

/*
 * Goes on in the file opened last. The old one stays as it is and waits to be finished.
 * Data lines must have been flushed; the negative errno if other text did not reach the
 * old file.
 */
int writer__next_file(struct writer *writer);

/*
 * Waits until the old file is on the disk, and closes it: half a minute after the change
 * the kernel has written it by itself, where waiting at once might cost lines. 0, also
 * when there is none, or the negative errno of what was lost on the way.
 */
int writer__finish_old(struct writer *writer);

/*
 * Once *hurry is set (by a signal handler), a reader that has stalled is waited
 * for half a second in all; what it does not take then is lost, and counted.
 */
void writer__hurry_when(struct writer *writer, const volatile sig_atomic_t *hurry);

/*
 * At the end: whether all that went into a pipe is, or may still be, read; see
 * output__wait_until_read().
 */
bool writer__wait_until_read(const struct writer *writer);

/* A descriptor that polls as error or hang-up when the reader leaves; -1: no reader. */
int writer__reader_fd(const struct writer *writer);

/*
 * Whether `lines` data lines of `line_bytes` at most can be taken, so that a footer of
 * `footer_bytes` fits behind them. If not, the caller must not put them but give them
 * to writer__lose().
 */
bool writer__takes(struct writer *writer, size_t lines, size_t line_bytes, __u64 footer_bytes);

/*
 * Whether a header of `header_bytes` and its footer can be taken, also with less space than
 * --min-free; if not, the trouble is told by writer__flush() until there is space.
 */
bool writer__takes_header(struct writer *writer, size_t header_bytes, __u64 footer_bytes);

/* Counts a data line that was not put, of SIFTR_IN or SIFTR_OUT, as lost. */
void writer__lose(struct writer *writer, int direction);

/*
 * Room for `bytes` more (<= 4096), flushing first where the buffer is full.
 * Never fails: while nothing can be written, a full buffer's data lines are
 * dropped and counted.
 */
char *writer__room(struct writer *writer, size_t bytes);

/* Takes what was written into the room, up to `end`; it must end a line or be followed by more. */
void writer__commit(struct writer *writer, const char *end);

/*
 * Writes everything buffered, and looks whether there is space again. 0, or the
 * negative errno of the trouble the output is in: -EPIPE when the reader has gone (for
 * good), others may pass.
 */
int writer__flush(struct writer *writer);

/* For a log that could not be begun: what is buffered is dropped, and nothing more is written. */
void writer__give_up(struct writer *writer);

/* Text other than data lines has not reached the output, for now or for good. */
bool writer__is_behind(const struct writer *writer);

/* The trouble is that min_free_bytes are not to be used up. */
bool writer__spares_space(const struct writer *writer);

/*
 * Why nothing can be written at the moment (negative errno), 0 when all is
 * well. The caller compares with what it knew to report each change once.
 */
int writer__trouble(const struct writer *writer);

/* Data lines that reached no file, by direction, since the open. */
void writer__lost_lines(const struct writer *writer, __u64 lost[SIFTR_DIRECTIONS]);

/*
 * Flushes, syncs a regular file, closes and frees. 0 when all is out but the data lines
 * that were counted as lost, whatever trouble there has been; else the first error. NULL
 * is fine.
 */
int writer__close(struct writer *writer);

#endif
