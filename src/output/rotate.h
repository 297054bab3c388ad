/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Part of the writer: the change from one file of a log to the next. The next file is open
 * and has space before the current one is left.
 */
#ifndef SIFTR_OUTPUT_ROTATE_H
#define SIFTR_OUTPUT_ROTATE_H

#include <linux/types.h>

#include "output/log_path.h"

struct writer;

/*
 * Opens `path` as the next file and reserves `bytes` in it for its header and footer; writing
 * continues in the current one. A negative errno, reported, if that fails: nothing has changed.
 */
int rotate__open_next(struct writer *writer, const struct log_path *path, __u64 bytes);

/*
 * Continues in the file opened last; the current one becomes the old one, to be synced by
 * rotate__finish_old(). Data lines must have been flushed. The negative errno if other text
 * was not written.
 */
int rotate__next_file(struct writer *writer);

/* Like rotate__next_file(), for a current file that was deleted: it is closed at once. */
void rotate__replace_file(struct writer *writer);

/*
 * Continues at the end of a current file that somebody has shortened, on a new line. Buffered
 * data lines are counted as lost, buffered headers and footers are dropped.
 */
void rotate__restart_file(struct writer *writer);

/*
 * Syncs and closes the old file, which blocks. Half a minute after the change the kernel has
 * written most of it; blocking earlier could lose lines. 0, also without an old file, or the
 * negative errno of the write-back.
 */
int rotate__finish_old(struct writer *writer);

/* Ends an incomplete last line of the current file, so that a header starts on its own line. */
void rotate__begin_file(struct writer *writer);

/* Closes a next file that is not needed. */
void rotate__drop_next(struct writer *writer);

#endif
