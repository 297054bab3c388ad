/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Part of the writer: switches it from the file it writes to the next one of the log, which is
 * opened and given space before the current one is left. log_rotation.h decides when and why.
 */
#ifndef SIFTR_OUTPUT_WRITER_SWITCH_H
#define SIFTR_OUTPUT_WRITER_SWITCH_H

#include <linux/types.h>

#include "output/log_path.h"

struct writer;

/*
 * Opens `path` as the next file and reserves `bytes` in it for its header and footer; writing
 * continues in the current one. 0, or a negative errno, reported: nothing has changed.
 */
int writer_switch__open_next(struct writer *writer, const struct log_path *path, __u64 bytes);

/*
 * Continues in the file that writer_switch__open_next() has opened; the current one becomes the old
 * one, to be synced by writer_switch__finish_old(). Data lines must have been flushed. 0, or a
 * negative errno if other text of the current file, such as its footer, was not written.
 */
int writer_switch__next_file(struct writer *writer);

/* Like writer_switch__next_file(), for a current file that was deleted: it is closed at once. */
void writer_switch__replace_file(struct writer *writer);

/*
 * Continues at the end of a current file that somebody has shortened, on a new line. What
 * is buffered is dropped; the caller counts its data lines with those of the file.
 */
void writer_switch__restart_file(struct writer *writer);

/*
 * Syncs and closes the old file, which blocks. Call it half a minute after the switch, when the
 * kernel has written most of the file: lines could be lost while it blocks for longer. 0, also
 * without an old file, or the negative errno of the write-back.
 */
int writer_switch__finish_old(struct writer *writer);

/*
 * Ends an incomplete last line of the current file, so that a header starts on its own line. In a
 * format without a footer it is removed instead, if it is shorter than PARTIAL_LINE_MAX. Does
 * nothing to a compressed file, whose incomplete frame has been removed.
 */
void writer_switch__begin_file(struct writer *writer);

/* Closes the next file, if one is open and not needed. */
void writer_switch__drop_next(struct writer *writer);

#endif
