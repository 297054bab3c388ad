// SPDX-License-Identifier: BSD-2-Clause
/* The words of a request: blanks, quotes, and what a quoted word is read as. */
#include <errno.h>
#include <stdio.h>

#include <siftr/array_size.h>

#include "control/clients.h"
#include "control/words.h"

#include "../lib/test.h"

static void assert_split(const char *text, int err, size_t count, const char *last)
{
	char line[CLIENT_LINE_MAX];
	struct words words;

	snprintf(line, sizeof(line), "%s", text);
	assert_int_equal(words__split(line, &words), err);
	if (err)
		return;
	assert_int_equal(words.count, count);
	if (count)
		assert_string_equal(words.of[count - 1], last);
}

static void words_are_split_at_blanks_outside_quotes(void **state)
{
	(void)state;
	assert_split("", 0, 0, NULL);
	assert_split("  \t ", 0, 0, NULL);
	assert_split("get", 0, 1, "get");
	assert_split(" set\tppl  10 ", 0, 3, "10");
	assert_split("mark \"one two\"", 0, 2, "one two");
	assert_split("mark \"say \\\"a\\\\b\\\"\" \"\"", 0, 3, "");
	assert_split("mark \"say \\\"a\\\\b\\\"\"", 0, 2, "say \"a\\b\"");
	assert_split("mark \"open", -EINVAL, 0, NULL);
	assert_split("mark \"a\"b", -EINVAL, 0, NULL);
	assert_split("mark a\"b\"", -EINVAL, 0, NULL);
	assert_split("mark \033[2J", -EINVAL, 0, NULL);
}

static void too_many_words_are_refused(void **state)
{
	char line[4 * WORDS_MAX] = "";

	(void)state;
	for (int i = 0; i < WORDS_MAX; i++)
		strcat(line, "w ");
	assert_split(line, 0, WORDS_MAX, "w");
	strcat(line, "w");
	assert_split(line, -E2BIG, 0, NULL);
}

static void a_quoted_word_is_read_as_it_was(void **state)
{
	static const char *const texts[] = {"",	    "plain", "two words",  "a\"b", "back\\slash",
					    "\\\"", "a\tb",  "caf\xc3\xa9"};
	char quoted[64];
	struct words words;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_true(words__quote(texts[i], quoted, sizeof(quoted)) >= 0);
		assert_int_equal(words__split(quoted, &words), 0);
		assert_int_equal(words.count, 1);
		assert_string_equal(words.of[0], texts[i]);
	}
	assert_int_equal(words__quote("line\nend", quoted, sizeof(quoted)), -EINVAL);
	assert_int_equal(words__quote("longer than there is room", quoted, 8), -E2BIG);
}
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_split_at_blanks_outside_quotes),
		cmocka_unit_test(too_many_words_are_refused),
		cmocka_unit_test(a_quoted_word_is_read_as_it_was),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("control_words", tests, NULL, NULL);
}
