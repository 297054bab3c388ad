/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes to a file, a pipe or a terminal: whole lines only, in batches, with
 * every line that could not be written counted. Knows nothing of BPF.
 *
 * A regular file always ends in '\n': when a write comes up short (disk full,
 * quota, size limit, I/O error) the torn tail is cut off again and the lines
 * not written are counted as lost. Writing is tried again with the next flush,
 * so that logging resumes by itself when space returns. Headers and footers
 * are kept for that moment, in front of the data lines that follow them.
 *
 * A file whose last line has no end (a killed run's) is given a '\n' first, so
 * that the header starts a line of its own; the torn line itself stays as it is.
 */
#ifndef SIFTR_LOG_WRITER_H
#define SIFTR_LOG_WRITER_H

#include <signal.h>
#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

struct writer;

/*
 * Opens `path` for appending, created with mode 0640; NULL means stdout. On
 * failure returns a negative errno, reported, and `*out` is NULL. Does not block.
 */
int writer__open(const char *path, struct writer **out);

/*
 * Once *hurry is set (by a signal handler), a reader that has stalled is waited
 * for half a second in all; what it does not take then is lost, and counted.
 */
void writer__hurry_when(struct writer *writer, const volatile sig_atomic_t *hurry);

/* A descriptor that polls as error or hang-up when the reader leaves; -1: no reader. */
int writer__reader_fd(const struct writer *writer);

/*
 * Room for `bytes` more (<= 4096), flushing first where the buffer is full.
 * Never fails: while nothing can be written, a full buffer's data lines are
 * dropped and counted.
 */
char *writer__room(struct writer *writer, size_t bytes);

/* Takes what was written into the room, up to `end`; it must end a line or be followed by more. */
void writer__commit(struct writer *writer, const char *end);

/*
 * Writes everything buffered. 0, or the negative errno of the trouble the
 * output is in: -EPIPE when the reader has gone (for good), others may pass.
 */
int writer__flush(struct writer *writer);

/*
 * Why nothing can be written at the moment (negative errno), 0 when all is
 * well. The caller compares with what it knew to report each change once.
 */
int writer__trouble(const struct writer *writer);

/* Data lines that reached no file, by direction, since the open. */
void writer__lost_lines(const struct writer *writer, __u64 lost[SIFTR_DIRECTIONS]);

/*
 * Flushes, syncs a regular file, closes and frees. 0 when everything committed
 * since the last flush that succeeded is out, else the first error. NULL is fine.
 */
int writer__close(struct writer *writer);

#endif
