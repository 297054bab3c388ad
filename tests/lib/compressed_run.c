// SPDX-License-Identifier: BSD-2-Clause
#include <zstd.h>

#include "output/frames.h"

#include "compressed_run.h"

#define FOOTER_BYTES 9
#define ENTRY_BYTES  8

static char text[FRAMES_TEXT_MAX];

static __u32 u32_at(const char *at)
{
	__u32 value;

	memcpy(&value, at, sizeof(value));
	return value;
}

int begin_compressed(struct session *session, enum format_id format)
{
	const struct options options = {.output = scratch_log, .format = format, .zstd = true};

	memset(&faults, 0, sizeof(faults));
	memset(&disk, 0, sizeof(disk));
	return begin_run(session, &options);
}

__u64 run_compressed(enum format_id format, int rounds)
{
	struct session session;
	struct accounting accounting;

	assert_int_equal(begin_compressed(&session, format), 0);
	play_rounds(&session, rounds);
	assert_int_equal(end_run(&session, &accounting), 0);
	return lines_of(&accounting);
}

/* Finds the seek table of a file from its last bytes; returns the number of its entries. */
static __u32 find_table(const char *file, size_t bytes, const char **entries)
{
	const char *footer = file + bytes - FOOTER_BYTES;
	__u32 count;

	assert_true(bytes > FOOTER_BYTES);
	assert_int_equal(u32_at(footer + 5), 0x8F92EAB1U);
	assert_int_equal(footer[4], 0);
	count = u32_at(footer);
	assert_true(bytes >= FOOTER_BYTES + 8 + (size_t)count * ENTRY_BYTES);
	*entries = footer - (size_t)count * ENTRY_BYTES;
	assert_int_equal(u32_at(*entries - 8), 0x184D2A5EU);
	assert_int_equal(u32_at(*entries - 4), count * ENTRY_BYTES + FOOTER_BYTES);
	return count;
}

__u64 lines_of_frames(const char *path)
{
	size_t bytes;
	char *file = read_file(path, &bytes);
	const char *at = file, *entry;
	__u32 count = find_table(file, bytes, &entry);
	__u64 lines = 0;

	for (const char *table = entry - 8; count; count--, entry += ENTRY_BYTES) {
		size_t length = u32_at(entry), text_bytes = u32_at(entry + 4);

		assert_true(at + length <= table);
		assert_int_equal(ZSTD_findFrameCompressedSize(at, length), length);
		assert_int_equal(ZSTD_decompress(text, sizeof(text), at, length), text_bytes);
		at += length;
		/* An earlier run's table has no text. */
		assert_true(!text_bytes || text[text_bytes - 1] == '\n');
		for (size_t i = 0; i < text_bytes; i++)
			lines += text[i] == '\n';
		if (count == 1)
			assert_ptr_equal(at, table);
	}
	free(file);
	return lines;
}
