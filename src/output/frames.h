/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text as independent zstd frames, and the seek table that stands behind the last of them: the
 * format that zstd calls seekable (zstd's contrib/seekable_format). Any zstd decompressor reads it.
 */
#ifndef SIFTR_OUTPUT_FRAMES_H
#define SIFTR_OUTPUT_FRAMES_H

#include <stddef.h>
#include <linux/types.h>

/* The most bytes of text in one frame, before compression. */
#define FRAMES_TEXT_MAX (256 * 1024)

struct frames;

/* Makes a compressor and the list of a file's frames, still empty. NULL when out of memory. */
struct frames *frames__new(void);
/* Accepts NULL. */
void frames__free(struct frames *frames);

/*
 * Compresses `bytes` of `text`, at most FRAMES_TEXT_MAX, into a frame at *frame, *frame_bytes long
 * and valid until the next call. Call frames__add() once the file has that frame. 0 or -ENOMEM.
 */
int frames__compress(struct frames *frames, const char *text, size_t bytes, const char **frame,
		     size_t *frame_bytes);

/*
 * Adds a frame that the file has now to the seek table. 0 or -ENOMEM, which is impossible for a
 * frame that frames__compress() has just made.
 */
int frames__add(struct frames *frames, size_t frame_bytes, size_t text_bytes);

/*
 * Forgets the frames that are not completely within the first `bytes` of the file; returns the
 * offset at which the last one kept ends, 0 if there is none.
 */
__u64 frames__cut(struct frames *frames, __u64 bytes);

/* Number of frames entered. */
__u64 frames__count(const struct frames *frames);
/* Bytes of the last frame in the file; *text_bytes is the length of its text. Both 0: no frame. */
size_t frames__last(const struct frames *frames, size_t *text_bytes);

/* Upper bound of what compression adds to `bytes` of text, plus the seek table of all frames. */
__u64 frames__overhead(const struct frames *frames, __u64 bytes);

/*
 * The seek table of the frames, to be written behind them; valid until the next call. *bytes is its
 * length, 0 if there are no frames.
 */
const char *frames__table(struct frames *frames, size_t *bytes);

#endif
