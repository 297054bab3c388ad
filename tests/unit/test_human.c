// SPDX-License-Identifier: BSD-2-Clause
/* Times, sizes and shares are rounded as printf() rounds, ties and all. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <siftr/array_size.h>

#include "report/human.h"
#include "report/text.h"
#include "report/text_buffer.h"
#include "report/text_width.h"

#include "../lib/test.h"

static void assert_rounded(double number, unsigned int decimals)
{
	char text[HUMAN_BYTES], expected[HUMAN_BYTES];

	*human__rounded(text, number, decimals) = '\0';
	snprintf(expected, sizeof(expected), "%.*f", (int)decimals, number);
	assert_string_equal(text, expected);
}

/* Halves that a double has exactly, and decimal ones that lie a little above or below. */
static void rounding_is_that_of_printf(void **state)
{
	(void)state;
	for (unsigned int decimals = 0; decimals <= 3; decimals++) {
		for (unsigned int i = 0; i < 20000; i++) {
			assert_rounded((double)i / 16, decimals);
			assert_rounded((double)i / 200, decimals);
			assert_rounded((double)i / 20000, decimals);
		}
		/* Beside ties, by as little as a double can say. */
		for (__u64 i = 1; i < 1ULL << 50; i += i / 64 + 1) {
			double tie = ((double)i + 0.5) / (double[]){1, 10, 100, 1000}[decimals];

			assert_rounded(tie, decimals);
			assert_rounded(tie * (1 - 0x1p-53), decimals);
			assert_rounded(tie * (1 + 0x1p-52), decimals);
		}
		assert_rounded(0x1p-70, decimals);
		assert_rounded(0x1.fffffffffffffp49, decimals);
	}
}

static void times_and_sizes_have_three_or_four_digits(void **state)
{
	static const struct {
		__u64 number;
		const char *time, *size;
	} cases[] = {
		{0, "0us", "0B"},
		{999, "999us", "999B"},
		{1023, "1.0ms", "1023B"},
		{1150, "1.1ms", "1.1KiB"},
		{1250, "1.2ms", "1.2KiB"},
		{999999, "1000.0ms", "976.6KiB"},
		{1048524, "1.049s", "1023.9KiB"},
		{1048525, "1.049s", "1.0MiB"},
		{86400000000, "86400.000s", "80.5GiB"},
		{~0ULL, "18446744073709.551s", "16.0EiB"},
	};
	char text[HUMAN_BYTES];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_string_equal(human__time(text, cases[i].number), cases[i].time);
		assert_string_equal(human__size(text, cases[i].number), cases[i].size);
	}
	assert_string_equal(human__moment(text, 1700000000001000), "1700000000.001000");
	assert_string_equal(human__moment(text, 999999), "0.999999");
}

/* Parts of every length up to one that fits no buffer arrive in their order. */
static void a_buffer_passes_on_all_text(void **state)
{
	static struct text_buffer buffer;
	static char part[2 * TEXT_BUFFER_BYTES];
	char *out = NULL;
	size_t bytes, expected = 0;

	(void)state;
	buffer.stream = open_memstream(&out, &bytes);
	assert_non_null(buffer.stream);
	for (size_t length = 0; length < sizeof(part); length += 1 + length / 2) {
		memset(part, 'a' + (int)(length % 26), length);
		part[length] = '\0';
		text_buffer__add(&buffer, part);
	}
	text_buffer__flush(&buffer);
	assert_int_equal(fclose(buffer.stream), 0);
	for (size_t length = 0; length < sizeof(part); length += 1 + length / 2)
		for (size_t i = 0; i < length; i++)
			assert_int_equal(out[expected++], 'a' + (int)(length % 26));
	assert_int_equal(bytes, expected);
	free(out);
}

static void a_buffer_aligns_text_and_escapes_what_is_not_printable(void **state)
{
	static struct text_buffer buffer;
	char *out = NULL;
	size_t bytes;

	(void)state;
	buffer.stream = open_memstream(&out, &bytes);
	assert_non_null(buffer.stream);
	text_buffer__add_aligned(&buffer, "ab", 4);
	text_buffer__add_aligned(&buffer, "cd", -4);
	text_buffer__add_aligned(&buffer, "longer", 4);
	text_buffer__add_printable(&buffer, "x\x1b[2J");
	text_buffer__add_printable(&buffer, "d\xc3\xb6ner");
	text_buffer__flush(&buffer);
	assert_int_equal(fclose(buffer.stream), 0);
	assert_string_equal(out, "  abcd  longerx\\x1b[2Jd\xc3\xb6ner");
	free(out);
}

/* More at once than are kept in a row, up to several times as many. */
static void a_buffer_adds_any_number_of_blanks(void **state)
{
	static struct text_buffer buffer;
	size_t bytes;

	(void)state;
	for (size_t count = 0; count <= 100; count++) {
		char *out = NULL;

		buffer.stream = open_memstream(&out, &bytes);
		assert_non_null(buffer.stream);
		text_buffer__add_blanks(&buffer, count);
		text_buffer__flush(&buffer);
		assert_int_equal(fclose(buffer.stream), 0);
		assert_int_equal(bytes, count);
		assert_int_equal(strspn(out, " "), count);
		free(out);
	}
}

/* Returns what text__print() prints, to be freed. */
static char *printed(const char *text)
{
	char *out = NULL;
	size_t bytes;
	FILE *stream = open_memstream(&out, &bytes);

	assert_non_null(stream);
	text__print(stream, text);
	assert_int_equal(fclose(stream), 0);
	return out;
}

/* The width is that of what is printed: two columns for "界", none for a combining accent. */
static void only_printable_characters_are_printed_as_they_are(void **state)
{
	/* No literals, as these would show what stands around them in another order. */
	static const char overridden[] = {'\xe2', '\x80', '\xae', 'h', 's', 's', '\0'},
			  isolated[] = {'\xe2', '\x81', '\xa6', 'z', '\0'};
	static const struct {
		const char *text, *printed;
		int width;
	} cases[] = {
		{"", "", 0},
		{"ssh", "ssh", 3},
		{"d\xc3\xb6ner", "d\xc3\xb6ner", 5},
		{"\xe7\x95\x8c.", "\xe7\x95\x8c.", 3},
		{"e\xcc\x81", "e\xcc\x81", 1},
		{"\xf4\x8f\xbf\xbe", "\xf4\x8f\xbf\xbe", 1},
		{"\x1b[2Jx", "\\x1b[2Jx", 8},
		{"x\xff", "x\\xff", 5},
		{"\xc3", "\\xc3", 4},
		{"a\x7f\xc2\x85z", "a\\x7f\\xc2\\x85z", 14},
		{overridden, "\\xe2\\x80\\xaehss", 15},
		{isolated, "\\xe2\\x81\\xa6z", 13},
		{"\xe2\x80\xa7\xe2\x80\xaf", "\xe2\x80\xa7\xe2\x80\xaf", 2},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *out = printed(cases[i].text);

		assert_string_equal(out, cases[i].printed);
		assert_int_equal(text_width__columns(cases[i].text), cases[i].width);
		free(out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rounding_is_that_of_printf),
		cmocka_unit_test(times_and_sizes_have_three_or_four_digits),
		cmocka_unit_test(a_buffer_passes_on_all_text),
		cmocka_unit_test(a_buffer_adds_any_number_of_blanks),
		cmocka_unit_test(a_buffer_aligns_text_and_escapes_what_is_not_printable),
		cmocka_unit_test(only_printable_characters_are_printed_as_they_are),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
