// SPDX-License-Identifier: BSD-2-Clause
/* Text whose lines end as Windows programs end them, read in parts that end anywhere. */
#include <sys/mman.h>
#include <unistd.h>

#include "read/buffered_reader.h"

#include "../lib/test.h"

#define TEXT_BYTES (1024 * 1024)

/*
 * Makes a file of `first` letters and then lines of one letter, so that reads end at different
 * places of a line. `expected` gets the text without each '\r' before a '\n'; any other '\r' stays.
 */
static int make_file(int first, size_t *expected_bytes, char *expected)
{
	static char text[TEXT_BYTES + 8];
	size_t used = 0;
	int fd = memfd_create("text", MFD_CLOEXEC);

	*expected_bytes = 0;
	for (int i = 0; i < first; i++)
		text[used++] = expected[(*expected_bytes)++] = 'y';
	while (used < TEXT_BYTES) {
		used += strlen(strcpy(text + used, "x\r\n\r"));
		*expected_bytes += strlen(strcpy(expected + *expected_bytes, "x\n\r"));
	}
	assert_int_equal(write(fd, text, used), used);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void returns_are_dropped_wherever_a_read_ends(void **state)
{
	static char expected[TEXT_BYTES], text[TEXT_BYTES];

	(void)state;
	for (int first = 0; first < 8; first++) {
		struct buffered_reader reader;
		size_t wanted, bytes = 0, n;
		int fd = make_file(first, &wanted, expected);

		assert_int_equal(buffered_reader__open(&reader, fd), 0);
		if (first > 3)
			assert_int_equal(buffered_reader__fill(&reader), 0);
		buffered_reader__drop_returns(&reader);
		for (;;) {
			assert_int_equal(buffered_reader__fill(&reader), 0);
			n = buffered_reader__available(&reader);
			if (!n)
				break;
			assert_true(bytes + n <= sizeof(text));
			memcpy(text + bytes, reader.at, n);
			reader.at += n;
			bytes += n;
		}
		assert_int_equal(bytes, wanted);
		assert_memory_equal(text, expected, wanted);
		buffered_reader__close(&reader);
		close(fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(returns_are_dropped_wherever_a_read_ends),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
