// SPDX-License-Identifier: BSD-2-Clause
#include "output/frames.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <endian.h>
#include <zstd.h>

#include "read/little_endian.h"
#include "read/seek_table_layout.h"

/* On text of logs a higher level compresses hardly better and takes much longer. */
#define LEVEL 1

/* Bytes for the seek table at first: it has entries without a checksum, and no flags. */
#define FIRST_ROOM (64 * 1024)

struct frames {
	ZSTD_CCtx *context;
	char *frame;
	char *table; /* the seek table; after grow() with room for one more entry, too */
	size_t room;
	__u32 count;
};

static void put_u32(char *out, __u32 value)
{
	value = htole32(value);
	memcpy(out, &value, sizeof(value));
}

static size_t table_bytes(const struct frames *frames)
{
	return SEEK_TABLE_HEADER_BYTES + (size_t)frames->count * SEEK_TABLE_ENTRY_BYTES +
	       SEEK_TABLE_FOOTER_BYTES;
}

struct frames *frames__new(void)
{
	struct frames *frames = calloc(1, sizeof(*frames));

	if (!frames)
		return NULL;
	frames->room = FIRST_ROOM;
	frames->context = ZSTD_createCCtx();
	frames->frame = malloc(ZSTD_compressBound(FRAMES_TEXT_MAX));
	frames->table = malloc(frames->room);
	if (!frames->context || !frames->frame || !frames->table) {
		frames__free(frames);
		return NULL;
	}
	ZSTD_CCtx_setParameter(frames->context, ZSTD_c_compressionLevel, LEVEL);
	/* Each frame has a checksum, by which a reader notices that it is damaged. */
	ZSTD_CCtx_setParameter(frames->context, ZSTD_c_checksumFlag, 1);
	return frames;
}

void frames__free(struct frames *frames)
{
	if (!frames)
		return;
	ZSTD_freeCCtx(frames->context);
	free(frames->frame);
	free(frames->table);
	free(frames);
}

/* Makes room for one more entry of the seek table. 0 or -ENOMEM. */
static int grow(struct frames *frames)
{
	char *table;

	if (table_bytes(frames) + SEEK_TABLE_ENTRY_BYTES <= frames->room)
		return 0;
	table = realloc(frames->table, 2 * frames->room);
	if (!table)
		return -ENOMEM;
	frames->table = table;
	frames->room *= 2;
	return 0;
}

int frames__compress(struct frames *frames, const char *text, size_t bytes, const char **frame,
		     size_t *frame_bytes)
{
	int err = grow(frames);

	if (err)
		return err;
	*frame = frames->frame;
	*frame_bytes = ZSTD_compress2(frames->context, frames->frame,
				      ZSTD_compressBound(FRAMES_TEXT_MAX), text, bytes);
	return ZSTD_isError(*frame_bytes) ? -ENOMEM : 0;
}

int frames__add(struct frames *frames, size_t frame_bytes, size_t text_bytes)
{
	char *entry;
	int err = grow(frames);

	if (err)
		return err;
	entry = frames->table + SEEK_TABLE_HEADER_BYTES +
		(size_t)frames->count * SEEK_TABLE_ENTRY_BYTES;
	put_u32(entry, (__u32)frame_bytes);
	put_u32(entry + 4, (__u32)text_bytes);
	frames->count++;
	return 0;
}

__u64 frames__cut(struct frames *frames, __u64 bytes)
{
	const char *entry = frames->table + SEEK_TABLE_HEADER_BYTES;
	__u64 end = 0;

	for (__u32 i = 0; i < frames->count; i++, entry += SEEK_TABLE_ENTRY_BYTES) {
		if (end + little_endian__u32(entry) > bytes) {
			frames->count = i;
			break;
		}
		end += little_endian__u32(entry);
	}
	return end;
}

__u64 frames__count(const struct frames *frames)
{
	return frames->count;
}

size_t frames__last(const struct frames *frames, size_t *text_bytes)
{
	const char *entry = frames->table + SEEK_TABLE_HEADER_BYTES +
			    ((size_t)frames->count - 1) * SEEK_TABLE_ENTRY_BYTES;

	*text_bytes = frames->count ? little_endian__u32(entry + 4) : 0;
	return frames->count ? little_endian__u32(entry) : 0;
}

/*
 * By ZSTD_compressBound() a frame is larger than its text by a 256th at most, and by up to 64 bytes
 * more if its text is shorter than 128 KiB. The bound here allows twice the former and 512 bytes.
 */
__u64 frames__overhead(const struct frames *frames, __u64 bytes)
{
	return bytes / 128 + 512 + table_bytes(frames);
}

const char *frames__table(struct frames *frames, size_t *bytes)
{
	char *footer;

	*bytes = frames->count ? table_bytes(frames) : 0;
	footer = frames->table + table_bytes(frames) - SEEK_TABLE_FOOTER_BYTES;
	put_u32(frames->table, SEEK_TABLE_SKIPPABLE_MAGIC);
	put_u32(frames->table + 4, (__u32)(table_bytes(frames) - SEEK_TABLE_HEADER_BYTES));
	put_u32(footer, frames->count);
	footer[4] = 0;
	put_u32(footer + 5, SEEK_TABLE_MAGIC);
	return frames->table;
}
