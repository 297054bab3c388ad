/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text as independent zstd frames, and the seek table that stands behind the last of them: the
 * format that zstd calls seekable (zstd's contrib/seekable_format). Any zstd decompressor reads it.
 */
#ifndef SIFTR_OUTPUT_FRAMES_H
#define SIFTR_OUTPUT_FRAMES_H

#include <stddef.h>
#include <linux/types.h>

/* The most text of one frame. */
#define FRAMES_TEXT_MAX (256 * 1024)

struct frames;

/* The frames of a file, none yet. NULL when out of memory. */
struct frames *frames__new(void);
/* Accepts NULL. */
void frames__free(struct frames *frames);

/*
 * Compresses `text` into a frame at *frame, *frame_bytes long and kept until the next call; it is
 * no frame of the file before frames__add(). 0 or a negative errno.
 */
int frames__compress(struct frames *frames, const char *text, size_t bytes, const char **frame,
		     size_t *frame_bytes);

/* The file has another frame now. 0 or -ENOMEM; that cannot fail after frames__compress(). */
int frames__add(struct frames *frames, size_t frame_bytes, size_t text_bytes);

/*
 * Forgets the frames that are not completely within the first `bytes` of the file; returns where
 * the last one left ends.
 */
__u64 frames__cut(struct frames *frames, __u64 bytes);

/* More than compressing `bytes` of text, and the seek table, can add to them. */
__u64 frames__overhead(const struct frames *frames, __u64 bytes);

/* The seek table of the frames, to be written behind them; *bytes is 0 if there are none. */
const char *frames__table(struct frames *frames, size_t *bytes);

#endif
