// SPDX-License-Identifier: BSD-2-Clause
/* Sentences are wrapped between words, by what they take on a terminal. */
#include <stdio.h>
#include <stdlib.h>

#include "report/wrapped_text.h"

#include "../lib/test.h"

static void assert_wrapped(const char *text, int printed, int indent, int width,
			   const char *expected)
{
	char *out = NULL;
	size_t bytes;
	FILE *stream = open_memstream(&out, &bytes);

	assert_non_null(stream);
	wrapped_text__print(stream, text, printed, indent, width);
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(out, expected);
	free(out);
}

static void lines_end_between_words(void **state)
{
	(void)state;
	assert_wrapped("one two three", 0, 0, 7, "one two\nthree\n");
	assert_wrapped("one two three", 0, 0, 6, "one\ntwo\nthree\n");
	assert_wrapped("one two three", 0, 0, 13, "one two three\n");
	assert_wrapped("one two three", 5, 5, 12, "one two\n     three\n");
	assert_wrapped("one two three", 0, 2, 7, "one two\n  three\n");
	assert_wrapped("", 0, 0, 7, "\n");
}

static void a_word_that_is_wider_than_a_line_is_not_parted(void **state)
{
	(void)state;
	assert_wrapped("a 2001:db8::1 b", 2, 2, 6, "a\n  2001:db8::1\n  b\n");
	assert_wrapped("2001:db8::1", 0, 4, 3, "2001:db8::1\n");
}

static void without_a_width_there_is_one_line(void **state)
{
	(void)state;
	assert_wrapped("one two three", 5, 5, 0, "one two three\n");
}

/* "\x1b" takes four columns, and the two words of three characters six each. */
static void characters_count_by_what_they_take(void **state)
{
	(void)state;
	assert_wrapped("a \x1b b", 0, 0, 6, "a \\x1b\nb\n");
	assert_wrapped("\xe7\x95\x8c\xe7\x95\x8c\xe7\x95\x8c \xe7\x95\x8c\xe7\x95\x8c\xe7\x95\x8c",
		       0, 0, 12,
		       "\xe7\x95\x8c\xe7\x95\x8c\xe7\x95\x8c\n"
		       "\xe7\x95\x8c\xe7\x95\x8c\xe7\x95\x8c\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_between_words),
		cmocka_unit_test(a_word_that_is_wider_than_a_line_is_not_parted),
		cmocka_unit_test(without_a_width_there_is_one_line),
		cmocka_unit_test(characters_count_by_what_they_take),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("wrapped_text", tests, NULL, NULL);
}
