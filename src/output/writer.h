/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Buffered lines to a file, a pipe or a terminal, written in batches of complete lines. Every data
 * line that could not be written is counted.
 *
 * A writer is in one of three states. WRITING becomes FULL when the space for more lines and a
 * footer cannot be reserved, or a write fails: for a file writer__has_space() then rejects data
 * lines, headers and footers are written or stay buffered. FULL becomes WRITING when
 * writer__flush() can reserve space; after a failed write that is a trial, since only the next
 * write shows whether the error is over. CLOSED is final: the reader of the pipe has gone, half a
 * line to it had to be given up, or the log was discarded.
 *
 * A regular file of text that is not compressed ends in '\n' after each flush, unless a line is
 * longer than the buffer. If a write is cut short (disk full, quota, size limit, I/O error) the
 * partial line is removed and the data lines not written are counted as lost. If the last line of
 * an existing file has no '\n' (a killed run's), a '\n' is appended first; in a format without a
 * footer that line is removed instead, see writer_switch__begin_file().
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
 * Opens `path` for appending, see secure_open__open(); NULL means stdout. `limits` and `encoding`
 * are copied and apply to every file that is opened later, too. 0, or a negative errno, reported,
 * and *out is NULL. Does not block. writer__close() frees *out.
 */
int writer__open(const struct log_path *path, const struct preallocate_limits *limits,
		 const struct log_encoding *encoding, struct writer **out);

/* Whether `path` still names the file being written; false if the output is no file. */
bool writer__is_at(const struct writer *writer, const struct log_path *path);

/* Whether the output is a regular file; stdout may be redirected to one, too. */
bool writer__is_file(const struct writer *writer);

bool writer__is_terminal(const struct writer *writer);

/*
 * Size of the file plus the text in the buffer, which is not compressed yet; meaningless for a
 * pipe.
 */
__u64 writer__size(const struct writer *writer);

/*
 * Upper bound of what a format that is not text, or compression and the seek table, will add to the
 * buffered text and `bytes` more; 0 for text that is not compressed.
 */
__u64 writer__overhead(const struct writer *writer, __u64 bytes);

bool writer__is_compressed(const struct writer *writer);

/* Bytes of the buffer that become a zstd frame at the next flush; 0 if nothing is compressed. */
size_t writer__frame_bytes(const struct writer *writer);

/* Whether another process has deleted or truncated the file; see output__check(). */
enum output_change writer__check_file(const struct writer *writer);

/*
 * Once *hurry is set (by a signal handler) the writer waits for a stalled reader for half a
 * second in all; lines that the reader has not taken by then are counted as lost.
 */
void writer__hurry_when(struct writer *writer, const volatile sig_atomic_t *hurry);

/*
 * Waits, half a second at most, until the reader of a pipe has read everything. False if it has
 * gone before; see output__wait_until_read().
 */
bool writer__wait_until_read(const struct writer *writer);

/*
 * A descriptor, owned by the writer, that polls POLLERR or POLLHUP when the reader leaves; -1 for a
 * regular file, which has no reader.
 */
int writer__reader_fd(const struct writer *writer);

/*
 * Reserves space for `lines` data lines of `line_bytes` each and a footer of `footer_bytes`; always
 * true for a pipe or terminal. If false, the caller must not write the lines but call
 * writer__count_lost() for each.
 */
bool writer__has_space(struct writer *writer, size_t lines, size_t line_bytes, __u64 footer_bytes);

/*
 * Reserves space for a header of `header_bytes` and its footer of `footer_bytes`, ignoring
 * --min-free; always true for a pipe or terminal. If false, the writer is FULL and writer__flush()
 * returns the error until there is space.
 */
bool writer__has_header_space(struct writer *writer, size_t header_bytes, __u64 footer_bytes);

/* Counts a data line of SIFTR_IN or SIFTR_OUT that was not written as lost. */
void writer__count_lost(struct writer *writer, int direction);

/*
 * Returns where the next `bytes` of text, at most FRAMES_TEXT_MAX, can be put into the buffer,
 * flushing it first if it is full; writer__commit() adds them. Never fails: if nothing can be
 * written, the buffered data lines are dropped and counted, then if need be headers and footers,
 * see writer__has_unwritten().
 */
char *writer__reserve(struct writer *writer, size_t bytes);

/*
 * Adds the text from writer__reserve() up to `end` to the buffer. The last commit before a flush
 * should end a line.
 */
void writer__commit(struct writer *writer, const char *end);

/*
 * Writes the buffer, and checks whether there is space again. 0, or the negative errno that
 * prevents writing: -EPIPE if the reader has gone, which is final; others may pass.
 */
int writer__flush(struct writer *writer);

/* Drops the buffer, and writes nothing any more: for a log whose header could not be written. */
void writer__discard(struct writer *writer);

/* Whether text has not been written, other than data lines that are counted as lost. */
bool writer__has_unwritten(const struct writer *writer);

/* Whether lines are lost because only min_free_bytes are left on the file system. */
bool writer__is_at_min_free(const struct writer *writer);

/*
 * 0, or the negative errno that prevents writing at the moment. The caller remembers it, to
 * report each change once.
 */
int writer__trouble(const struct writer *writer);

/* Data lines lost since writer__open(), by direction. */
void writer__lost_lines(const struct writer *writer, __u64 lost[SIFTR_DIRECTIONS]);

/*
 * Flushes, syncs a regular file, closes and frees. 0 if everything but the data lines counted
 * as lost is written, whatever happened before; else the first error. Accepts NULL.
 */
int writer__close(struct writer *writer);

#endif
