// SPDX-License-Identifier: BSD-2-Clause
/* Notes of the experiment: what may be one, and how they come out in the packet accounting. */
#include <errno.h>
#include <stdlib.h>
#include <jansson.h>

#include "../lib/test.h"

#include "accounting/accounting.h"
#include "accounting/accounting_json.h"
#include "accounting/marks.h"

#define HOSTILE "\"quoted\" \\ \xc3\xa4, ',' [] {} </script>"

static const struct siftr_time noon = {1700000000, 42};

static void a_text_with_control_characters_is_refused(void **state)
{
	static const char *const wrong[] = {"",	    "\t",	"one\ntwo", "\x1b[2J",
					    "\x7f", "\xc2\x9b", "\xff",	    "cut \xc3"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_non_null(marks__refusal(wrong[i]));
	assert_null(marks__refusal(HOSTILE));
	assert_null(marks__refusal(" "));
}

static void a_text_and_their_number_are_limited(void **state)
{
	char text[MARK_BYTES_MAX + 2] = "";
	struct marks marks = {};

	(void)state;
	memset(text, 'x', MARK_BYTES_MAX + 1);
	assert_string_equal(marks__refusal(text), "is longer than 256 bytes");
	text[MARK_BYTES_MAX] = '\0';
	assert_null(marks__refusal(text));
	for (int i = 0; i < MARKS_MAX; i++)
		assert_int_equal(marks__add(&marks, noon, text), 0);
	assert_int_equal(marks__add(&marks, noon, "x"), -ENOSPC);
	assert_int_equal(marks.count, MARKS_MAX);
	assert_string_equal(marks.of[MARKS_MAX - 1].text, text);
	marks__free(&marks);
	assert_int_equal(marks.count, 0);
}

static struct marks two_marks(void)
{
	struct marks marks = {};

	assert_int_equal(marks__add(&marks, noon, "loss begins"), 0);
	assert_int_equal(marks__add(&marks, noon, HOSTILE), 0);
	return marks;
}

static void the_table_has_a_line_for_each(void **state)
{
	struct marks marks = two_marks();
	struct accounting accounting = {.marks = &marks};
	char text[8192] = "";
	FILE *stream = fmemopen(text, sizeof(text), "w");

	(void)state;
	accounting__print(&accounting, stream);
	fclose(stream);
	assert_non_null(strstr(text, "\n  mark 1700000000.000042 loss begins\n"
				     "  mark 1700000000.000042 " HOSTILE "\n"));
	marks__free(&marks);
}

static json_t *json_of(const struct marks *marks)
{
	struct accounting accounting = {
		.marks = marks, .way = "", .preemption = "", .flow_storage = ""};
	char *text = NULL;
	size_t bytes;
	FILE *stream = open_memstream(&text, &bytes);
	json_t *json;

	assert_int_equal(accounting_json__write(&accounting, stream), 0);
	fclose(stream);
	json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	free(text);
	return json;
}

static void json_has_any_text_as_it_was_given(void **state)
{
	struct marks marks = two_marks();
	json_t *json = json_of(&marks), *list = json_object_get(json, "marks"),
	       *second = json_array_get(list, 1);

	(void)state;
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(json_string_value(json_object_get(second, "text")), HOSTILE);
	assert_string_equal(json_string_value(json_object_get(second, "time")),
			    "1700000000.000042");
	json_decref(json);
	marks__free(&marks);
	json = json_of(NULL);
	assert_int_equal(json_array_size(json_object_get(json, "marks")), 0);
	assert_non_null(json_object_get(json, "marks"));
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_with_control_characters_is_refused),
		cmocka_unit_test(a_text_and_their_number_are_limited),
		cmocka_unit_test(the_table_has_a_line_for_each),
		cmocka_unit_test(json_has_any_text_as_it_was_given),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("marks", tests, NULL, NULL);
}
