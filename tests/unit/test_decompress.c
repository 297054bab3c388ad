// SPDX-License-Identifier: BSD-2-Clause
/* Compressed logs as zlib and zstd write them: in parts, cut short and damaged. */
#include <sys/mman.h>
#include <unistd.h>
#define ZLIB_CONST /* input is const */
#include <zlib.h>
#include <zstd.h>

#include "read/buffered_reader.h"
#include "read/decompress.h"

#include "../lib/test.h"

#define TEXT_BYTES 3000000
#define PACKED_MAX (2 * TEXT_BYTES)

/*
 * The end of a file in zstd's seekable format: a seek table without entries, in a skippable frame.
 */
#define SEEK_TABLE "\x5e\x2a\x4d\x18\x09\0\0\0\0\0\0\0\0\xb1\xea\x92\x8f"

static char text[TEXT_BYTES], packed[PACKED_MAX];

static void make_text(void)
{
	unsigned int state = 1;

	for (size_t i = 0; i < TEXT_BYTES; i++) {
		state = state * 1103515245 + 12345;
		text[i] = i % 100 == 99 ? '\n' : (char)('0' + (state >> 16) % 10);
	}
}

static size_t gzip_part(char *out, const char *from, size_t bytes)
{
	z_stream stream = {.next_in = (const unsigned char *)from,
			   .avail_in = (unsigned int)bytes,
			   .avail_out = (unsigned int)(packed + PACKED_MAX - out)};

	stream.next_out = (unsigned char *)out;
	assert_int_equal(deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
			 Z_OK);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(deflateEnd(&stream), Z_OK);
	return stream.total_out;
}

static size_t zstd_part(char *out, const char *from, size_t bytes)
{
	size_t n = ZSTD_compress(out, (size_t)(packed + PACKED_MAX - out), from, bytes, 1);

	assert_false(ZSTD_isError(n));
	return n;
}

/*
 * Compresses the text in two parts, by `part`, into two members of gzip or two frames of zstd.
 * Returns the number of compressed bytes.
 */
static size_t pack(size_t (*part)(char *out, const char *from, size_t bytes))
{
	size_t bytes = part(packed, text, TEXT_BYTES / 3);

	return bytes + part(packed + bytes, text + TEXT_BYTES / 3, TEXT_BYTES - TEXT_BYTES / 3);
}

/* Reads `bytes` of `packed` and returns how much of the text came out, unchanged. */
static size_t unpack(size_t bytes, bool *damaged)
{
	int fd = memfd_create("packed", MFD_CLOEXEC);
	struct buffered_reader reader;
	size_t sum = 0;

	assert_int_equal(write(fd, packed, bytes), (ssize_t)bytes);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(buffered_reader__open(&reader, fd), 0);
	assert_int_equal(buffered_reader__decompress(&reader), 0);
	assert_non_null(reader.decompress);
	for (;;) {
		size_t n;

		assert_int_equal(buffered_reader__fill(&reader), 0);
		n = buffered_reader__available(&reader);
		if (!n)
			break;
		assert_int_equal(buffered_reader__offset(&reader), sum);
		assert_true(sum + n <= TEXT_BYTES);
		assert_memory_equal(reader.at, text + sum, n);
		sum += n;
		reader.at = reader.end;
	}
	*damaged = reader.damaged;
	buffered_reader__close(&reader);
	close(fd);
	return sum;
}

static void all_members_and_frames_are_read(void **state)
{
	bool damaged;
	size_t bytes;

	(void)state;
	assert_int_equal(unpack(pack(gzip_part), &damaged), TEXT_BYTES);
	assert_false(damaged);
	bytes = pack(zstd_part);
	memcpy(packed + bytes, SEEK_TABLE, sizeof(SEEK_TABLE) - 1);
	assert_int_equal(unpack(bytes + sizeof(SEEK_TABLE) - 1, &damaged), TEXT_BYTES);
	assert_false(damaged);
}

static void what_precedes_the_cut_is_read(void **state)
{
	static size_t (*const parts[])(char *, const char *, size_t) = {gzip_part, zstd_part};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t bytes = pack(parts[i]), read;
		bool damaged;

		read = unpack(bytes - 1, &damaged);
		assert_true(damaged);
		assert_true(read > TEXT_BYTES / 3 && read <= TEXT_BYTES);
		read = unpack(bytes / 2, &damaged);
		assert_true(damaged);
		assert_true(read > TEXT_BYTES / 3 && read < TEXT_BYTES);
	}
}

static void damage_ends_the_text(void **state)
{
	bool damaged;
	size_t bytes, first;

	(void)state;
	first = gzip_part(packed, text, TEXT_BYTES / 3);
	bytes = pack(gzip_part);
	memset(packed + first, 0, 2);
	assert_int_equal(unpack(bytes, &damaged), TEXT_BYTES / 3);
	assert_true(damaged);
	first = zstd_part(packed, text, TEXT_BYTES / 3);
	bytes = pack(zstd_part);
	memset(packed + first, 0, 2);
	assert_int_equal(unpack(bytes, &damaged), TEXT_BYTES / 3);
	assert_true(damaged);
}

/* Changes each byte of the last trailer: four of the checksum and four of the length. */
static void damage_of_a_trailer_is_found(void **state)
{
	size_t bytes = pack(gzip_part);
	bool damaged;

	(void)state;
	for (size_t at = 1; at <= 8; at++) {
		packed[bytes - at] ^= 1;
		assert_int_equal(unpack(bytes, &damaged), TEXT_BYTES);
		assert_true(damaged);
		packed[bytes - at] ^= 1;
	}
}

/* Many members, so that they end at different places in the parts in which the input is read. */
static void members_may_end_anywhere_in_the_input(void **state)
{
	size_t bytes = 0, part = 0, from = 0;
	bool damaged;

	(void)state;
	for (; from < TEXT_BYTES; from += part) {
		part = TEXT_BYTES - from < 9973 ? TEXT_BYTES - from : 9973;
		bytes += gzip_part(packed + bytes, text + from, part);
	}
	assert_true(bytes > 4 * DECOMPRESS_INPUT_BYTES);
	assert_int_equal(unpack(bytes, &damaged), TEXT_BYTES);
	assert_false(damaged);
}

/* Decompressing a frame takes as much memory as its window, which is several gigabytes here. */
static void a_huge_window_is_refused(void **state)
{
	static const char frame[] = "\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00";
	bool damaged;

	(void)state;
	memcpy(packed, frame, sizeof(frame) - 1);
	assert_int_equal(unpack(sizeof(frame) - 1, &damaged), 0);
	assert_true(damaged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_members_and_frames_are_read),
		cmocka_unit_test(what_precedes_the_cut_is_read),
		cmocka_unit_test(damage_ends_the_text),
		cmocka_unit_test(damage_of_a_trailer_is_found),
		cmocka_unit_test(members_may_end_anywhere_in_the_input),
		cmocka_unit_test(a_huge_window_is_refused),
	};

	make_text();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
