// SPDX-License-Identifier: BSD-2-Clause
/*
 * zlib and libzstd are used alike: they get the bytes read from the file and room for text, and
 * report whether a gzip member or zstd frame has ended. A complete file ends at the end of one.
 */
#include "read/decompress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "read/crc32.h"
#include "read/little_endian.h"
#include "read/seek_table.h"

/*
 * The largest window of a zstd frame that is accepted, 128 MiB, as by zstd(1): the window has to
 * be in memory.
 */
#define WINDOW_LOG_MAX 27
/* A gzip member ends with the checksum and length of its text, both little endian. */
#define TRAILER_BYTES 8

/* The argument of inflateInit2() that means the largest window, and gzip's header. */
#define GZIP_WINDOW_BITS (15 + 16)

struct decompress {
	int fd;
	bool inside; /* a member or frame has begun and not ended */
	bool failed;
	ZSTD_DStream *zstd; /* the decompressor of zstd; NULL: the file is gzip */
	z_stream gzip;
	char trailer[TRAILER_BYTES]; /* the last bytes of input that zlib has taken */
	__u32 crc, text_bytes;	     /* of the member's text so far */
	struct seek_table *table;    /* the caller's, told of zstd's frames; or NULL */
	size_t at, end; /* where the bytes not decompressed yet begin and end in `input` */
	char input[DECOMPRESS_INPUT_BYTES];
};

static bool is_gzip(const char *text, size_t bytes)
{
	return bytes >= 3 && !memcmp(text, "\x1f\x8b\x08", 3);
}

/*
 * Whether the text begins with a zstd frame or with one of the
 * sixteen kinds of skippable frames.
 */
static bool is_zstd(const char *text, size_t bytes)
{
	return bytes >= 4 && (!memcmp(text, "\x28\xb5\x2f\xfd", 4) ||
			      ((text[0] & 0xf0) == 0x50 && !memcmp(text + 1, "\x2a\x4d\x18", 3)));
}

/* zlib is told not to compare the checksum: run_gzip() does, because crc32.h computes it faster. */
static int open_gzip(z_stream *gzip)
{
	if (inflateInit2(gzip, GZIP_WINDOW_BITS) != Z_OK)
		return -ENOMEM;
	inflateValidate(gzip, 0);
	return 0;
}

static int open_library(struct decompress *decompress, bool gzip)
{
	if (gzip)
		return open_gzip(&decompress->gzip);
	decompress->zstd = ZSTD_createDStream();
	if (!decompress->zstd)
		return -ENOMEM;
	ZSTD_DCtx_setParameter(decompress->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	return 0;
}

int decompress__open(int fd, const char *text, size_t bytes, struct decompress **out)
{
	bool gzip = is_gzip(text, bytes);
	int err;

	*out = NULL;
	if ((!gzip && !is_zstd(text, bytes)))
		return 0;
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return -ENOMEM;
	(*out)->fd = fd;
	(*out)->end = bytes;
	memcpy((*out)->input, text, bytes);
	err = open_library(*out, gzip);
	if (!err)
		return 0;
	free(*out);
	*out = NULL;
	return err;
}

void decompress__free(struct decompress *decompress)
{
	if (!decompress)
		return;
	if (decompress->zstd)
		ZSTD_freeDStream(decompress->zstd);
	else
		inflateEnd(&decompress->gzip);
	free(decompress);
}

const char *decompress__name(const struct decompress *decompress)
{
	return decompress->zstd ? "zstd" : "gzip";
}

bool decompress__watch(struct decompress *decompress, struct seek_table *table)
{
	decompress->table = table;
	return decompress->zstd != NULL;
}

/*
 * Reads from the file if no input is left. 1 if there is input, 0 at the end of the file, or a
 * negative errno.
 */
static int fill(struct decompress *decompress)
{
	while (decompress->at == decompress->end) {
		ssize_t n = read(decompress->fd, decompress->input, DECOMPRESS_INPUT_BYTES);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		decompress->at = 0;
		decompress->end = (size_t)n;
	}
	return 1;
}

/*
 * run_zstd() and run_gzip() decompress a part of the input and return the number of bytes of text.
 * Where the input is damaged they set `failed`, and still return the text before the damage.
 */
// NOLINTNEXTLINE(readability-non-const-parameter): zstd writes there
static ssize_t run_zstd(struct decompress *decompress, char *out, size_t room)
{
	ZSTD_inBuffer in = {decompress->input, decompress->end, decompress->at};
	ZSTD_outBuffer text = {out, room, 0};
	size_t left = ZSTD_decompressStream(decompress->zstd, &text, &in);

	decompress->failed = ZSTD_isError(left);
	if (decompress->table && !decompress->failed)
		seek_table__take(decompress->table, decompress->input + decompress->at,
				 in.pos - decompress->at, text.pos, left == 0);
	decompress->at = in.pos;
	decompress->inside = left != 0;
	return (ssize_t)text.pos;
}

/* Keeps the last bytes that zlib has taken: a trailer may be in two parts of the input. */
static void keep_trailer(struct decompress *decompress, const char *taken, size_t bytes)
{
	char *trailer = decompress->trailer;
	size_t some = bytes < TRAILER_BYTES ? bytes : TRAILER_BYTES;

	memmove(trailer, trailer + some, TRAILER_BYTES - some);
	memcpy(trailer + TRAILER_BYTES - some, taken + bytes - some, some);
}

static void begin_member(struct decompress *decompress)
{
	inflateReset(&decompress->gzip);
	decompress->crc = decompress->text_bytes = 0;
}

static bool is_right_trailer(const struct decompress *decompress)
{
	return little_endian__u32(decompress->trailer) == decompress->crc &&
	       little_endian__u32(decompress->trailer + sizeof(__u32)) == decompress->text_bytes;
}

static ssize_t run_gzip(struct decompress *decompress, char *out, size_t room)
{
	z_stream *gzip = &decompress->gzip;
	const char *input = decompress->input + decompress->at;
	size_t bytes;
	int result;

	if (!decompress->inside)
		begin_member(decompress);
	gzip->next_in = (unsigned char *)decompress->input + decompress->at;
	gzip->avail_in = (unsigned int)(decompress->end - decompress->at);
	gzip->next_out = (unsigned char *)out;
	gzip->avail_out = (unsigned int)room;
	result = inflate(gzip, Z_NO_FLUSH);
	bytes = room - gzip->avail_out;
	decompress->crc = crc32__update(decompress->crc, out, bytes);
	decompress->text_bytes += (__u32)bytes;
	decompress->at = decompress->end - gzip->avail_in;
	keep_trailer(decompress, input, (size_t)(decompress->input + decompress->at - input));
	decompress->inside = result != Z_STREAM_END;
	decompress->failed = result == Z_STREAM_END ? !is_right_trailer(decompress)
						    : result != Z_OK && result != Z_BUF_ERROR;
	return (ssize_t)bytes;
}

/* At the end of the file the library may still hold text, which it returns without more input. */
ssize_t decompress__read(struct decompress *decompress, char *out, size_t room)
{
	while (!decompress->failed) {
		int more = fill(decompress);
		ssize_t n;

		if (more < 0)
			return more;
		if (!more && !decompress->inside)
			return 0;
		n = decompress->zstd ? run_zstd(decompress, out, room)
				     : run_gzip(decompress, out, room);
		if (n > 0)
			return n;
		decompress->failed |= !more;
	}
	return -EBADMSG;
}
