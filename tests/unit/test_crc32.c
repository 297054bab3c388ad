// SPDX-License-Identifier: BSD-2-Clause
/* The fast checksum of gzip is zlib's, whatever the length, the alignment and the parts. */
#define ZLIB_CONST /* input is const */
#include <zlib.h>

#include "read/crc32.h"

#include "../lib/random_numbers.h"
#include "../lib/test.h"

#define TEXT_BYTES 1500

static char text[TEXT_BYTES];

static __u32 expected(size_t begin, size_t end)
{
	return (__u32)crc32(0, (const unsigned char *)text + begin, (unsigned int)(end - begin));
}

static void every_length_and_alignment_has_the_checksum_of_zlib(void **state)
{
	(void)state;
	for (size_t begin = 0; begin < 20; begin++)
		for (size_t end = begin; end <= TEXT_BYTES; end++)
			assert_int_equal(crc32__update(0, text + begin, end - begin),
					 expected(begin, end));
}

static void a_text_in_two_parts_has_the_same_checksum(void **state)
{
	(void)state;
	for (size_t cut = 0; cut <= TEXT_BYTES; cut++)
		assert_int_equal(crc32__update(crc32__update(0, text, cut), text + cut,
					       TEXT_BYTES - cut),
				 expected(0, TEXT_BYTES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length_and_alignment_has_the_checksum_of_zlib),
		cmocka_unit_test(a_text_in_two_parts_has_the_same_checksum),
	};

	for (size_t i = 0; i < TEXT_BYTES; i++)
		text[i] = (char)random_u64();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
