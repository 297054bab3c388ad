/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes text to an output: unchanged, or turned into a format that is not text; with --compress as
 * zstd frames, one or more for each call of frame_output__write(). What a failed write leaves of a
 * frame, or of the other format, is removed from a file.
 */
#ifndef SIFTR_OUTPUT_FRAME_OUTPUT_H
#define SIFTR_OUTPUT_FRAME_OUTPUT_H

#include "output/output.h"

/*
 * Opens an output, see output__open(). If it is to be compressed and is a file that is not empty,
 * the file must have nothing but frames; an incomplete frame at its end is removed. 0 or a negative
 * errno, reported. Call frame_output__close() after success.
 */
int frame_output__open(struct output *output, const struct log_path *path,
		       const struct preallocate_limits *limits,
		       const struct log_encoding *encoding);

/*
 * Upper bound of what a format that is not text, or compression and the seek table, add to `bytes`
 * of text; 0 for text that is not compressed.
 */
__u64 frame_output__overhead(const struct output *output, __u64 bytes);

/* Reserves space for `bytes` of text, and for a seek table; see output__hold(). */
int frame_output__hold(struct output *output, __u64 bytes);
/*
 * Like frame_output__hold(), but only for a regular file; reserves no more than that and ignores
 * --min-free, see preallocate__hold_exactly().
 */
int frame_output__hold_exactly(struct output *output, __u64 bytes);

/*
 * Writes `bytes` of `text`, at most FRAMES_TEXT_MAX, see output__write(). If the output is
 * compressed, or its format is not text, and not all can be written, *done counts what is complete:
 * frames, or records up to the end of a line. What was written beyond is removed from a file; on a
 * pipe it stays, and every later call returns -EIO.
 */
int frame_output__write(struct output *output, const char *text, size_t bytes, size_t *done);

/*
 * Continues at the end of a file that another process has shortened, see output__restart(); a
 * compressed file is cut back to its last complete frame.
 */
void frame_output__restart(struct output *output);

/*
 * Writes the seek table of a compressed log that is complete, and leaves its file, see
 * output__leave(). 0 or a negative errno if the table could not be written.
 */
int frame_output__leave(struct output *output);

/*
 * Closes the output, see output__close(), and frees its list of frames. If `sync`, a seek table
 * that frame_output__leave() has not written is written first. 0 or the first error, a negative
 * errno.
 */
int frame_output__close(struct output *output, bool sync);

#endif
