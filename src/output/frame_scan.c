// SPDX-License-Identifier: BSD-2-Clause
/*
 * Walks from frame to frame in a window of the file. libzstd finds the end of a frame with text; a
 * skippable frame, such as a seek table, has its size in its header.
 */
#include "output/frame_scan.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "read/file_beginning.h"
#include "read/little_endian.h"

/* Larger than any frame with at most FRAMES_TEXT_MAX bytes of text, even of incompressible text. */
#define WINDOW_BYTES (1024 * 1024)
#define MAGIC_BYTES  4

struct scan {
	int fd;
	__u64 end;    /* where the part of the file to be read ends */
	__u64 offset; /* where the window begins in the file */
	size_t at, used;
	char window[WINDOW_BYTES];
};

struct frame {
	__u64 bytes;
	__u64 text_bytes;
};

static bool is_skippable(const char *text)
{
	return (little_endian__u32(text) & ~15U) == ZSTD_MAGIC_SKIPPABLE_START;
}

/* Moves the window to the next frame and fills it from the file. 0 or a negative errno. */
static int refill(struct scan *scan)
{
	__u64 left;

	scan->offset += scan->at;
	scan->at = scan->used = 0;
	left = scan->offset < scan->end ? scan->end - scan->offset : 0;
	return file_beginning__read_at(scan->fd, scan->offset, scan->window,
				       left < WINDOW_BYTES ? left : WINDOW_BYTES, &scan->used);
}

/*
 * Whether the window has enough of the next frame to tell its sizes, which are then in *frame: the
 * whole frame, or of a skippable one its header of eight bytes.
 */
static bool has_frame(const struct scan *scan, struct frame *frame)
{
	const char *text = scan->window + scan->at;
	size_t bytes = scan->used - scan->at, found;

	if (bytes >= 8 && is_skippable(text)) {
		*frame = (struct frame){8 + (__u64)little_endian__u32(text + 4), 0};
		return true;
	}
	found = ZSTD_findFrameCompressedSize(text, bytes);
	if (ZSTD_isError(found))
		return false;
	*frame = (struct frame){found, ZSTD_getFrameContentSize(text, bytes)};
	return true;
}

/*
 * Whether the window can be the beginning of a frame of siftr-bpf that the end of the file cuts
 * short: it is not longer than such a frame, and begins as one unless it has fewer bytes than a
 * magic number.
 */
static bool is_cut_short(const struct scan *scan)
{
	if (scan->used > ZSTD_compressBound(FRAMES_TEXT_MAX))
		return false;
	return scan->used < MAGIC_BYTES || is_skippable(scan->window) ||
	       little_endian__u32(scan->window) == ZSTD_MAGICNUMBER;
}

/*
 * Finds the next frame. 1, 0 if nothing or only an incomplete frame is left, or a negative errno:
 * -EBADMSG if something else follows, or a frame with more than FRAMES_TEXT_MAX bytes of text.
 */
static int next_frame(struct scan *scan, struct frame *frame)
{
	if (!has_frame(scan, frame)) {
		int err = refill(scan);

		if (err)
			return err;
		if (!scan->used)
			return 0;
		if (!has_frame(scan, frame))
			return is_cut_short(scan) ? 0 : -EBADMSG;
	}
	if (frame->text_bytes > FRAMES_TEXT_MAX)
		return -EBADMSG;
	return scan->offset + scan->at + frame->bytes <= scan->end;
}

/* Moves past a frame of `bytes`, whose end may be after that of the window. */
static void pass(struct scan *scan, __u64 bytes)
{
	__u64 to = scan->at + bytes;

	if (to <= scan->used) {
		scan->at = (size_t)to;
		return;
	}
	scan->offset += to;
	scan->at = scan->used = 0;
}

static int scan_frames(struct scan *scan, struct frames *frames, __u64 *end)
{
	struct frame frame = {};
	int err;

	while ((err = next_frame(scan, &frame)) > 0) {
		err = frames__add(frames, frame.bytes, frame.text_bytes);
		if (err)
			return err;
		pass(scan, frame.bytes);
		*end = scan->offset + scan->at;
	}
	return err;
}

int frame_scan__read(int fd, __u64 bytes, struct frames *frames, __u64 *end)
{
	struct scan *scan = malloc(sizeof(*scan));
	int err = -ENOMEM;

	*end = 0;
	if (!scan)
		return err;
	scan->offset = scan->at = scan->used = 0;
	scan->end = bytes;
	scan->fd = file_beginning__reader(fd);
	err = scan->fd < 0 ? scan->fd : scan_frames(scan, frames, end);
	if (scan->fd >= 0)
		close(scan->fd);
	free(scan);
	return err;
}

static int decompress(const char *file, size_t file_bytes, void *text, size_t max, size_t *bytes)
{
	ZSTD_inBuffer in = {file, file_bytes, 0};
	ZSTD_outBuffer out = {text, max, 0};
	ZSTD_DStream *stream = ZSTD_createDStream();
	size_t left = 1;

	if (!stream)
		return -ENOMEM;
	while (in.pos < in.size && out.pos < out.size && !ZSTD_isError(left))
		left = ZSTD_decompressStream(stream, &out, &in);
	ZSTD_freeDStream(stream);
	*bytes = out.pos;
	return ZSTD_isError(left) ? -EBADMSG : 0;
}

int frame_scan__beginning(int fd, char *text, size_t max, size_t *bytes)
{
	char *file = malloc(WINDOW_BYTES);
	size_t file_bytes;
	int err;

	*bytes = 0;
	if (!file)
		return -ENOMEM;
	err = file_beginning__read(fd, file, WINDOW_BYTES, &file_bytes);
	if (!err)
		err = decompress(file, file_bytes, text, max, bytes);
	free(file);
	return err;
}
