/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text to an output, as it is or, with --compress, as zstd frames: each text written becomes one
 * frame, which the file has whole or not at all.
 */
#ifndef SIFTR_OUTPUT_FRAME_OUTPUT_H
#define SIFTR_OUTPUT_FRAME_OUTPUT_H

#include "output/output.h"

/*
 * Opens an output, see output__open(). A file that has frames already must have nothing else; an
 * incomplete one at its end is removed. 0 or a negative errno, reported.
 */
int frame_output__open(struct output *output, const struct log_path *path,
		       const struct preallocate_limits *limits,
		       const struct log_encoding *encoding);

/* More than compression, and the seek table, can add to `bytes` of text. */
__u64 frame_output__overhead(const struct output *output, __u64 bytes);

/* Reserves space for `bytes` of text, and for a seek table; see output__hold(). */
int frame_output__hold(struct output *output, __u64 bytes);
/* The same as preallocate__hold_exactly() does it. */
int frame_output__hold_exactly(struct output *output, __u64 bytes);

/*
 * Writes text, at most FRAMES_TEXT_MAX bytes, see output__write(). Of a frame that could not be
 * completed *done is 0; a file does not keep its beginning, a pipe takes nothing after it: -EIO.
 */
int frame_output__write(struct output *output, const char *text, size_t bytes, size_t *done);

/* Continues at the end of a shortened file, behind its last complete frame. */
void frame_output__restart(struct output *output);

/* Writes the seek table of a log that is complete, and leaves its file; see output__leave(). */
int frame_output__leave(struct output *output);

/*
 * Closes, see output__close(); also frees. If `sync` the seek table is written before, unless it
 * was.
 */
int frame_output__close(struct output *output, bool sync);

#endif
