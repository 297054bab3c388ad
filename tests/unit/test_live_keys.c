// SPDX-License-Identifier: BSD-2-Clause
/* What the keys of the live view do, and the histories of connections that it shows. */
#include "../lib/test.h"

#include <string.h>

#include "live/live_history.h"
#include "live/list_drawing.h"
#include "live/live_columns.h"
#include "live/live_keys.h"

static const struct live_extent hundred = {.chosen = 100, .visible = 20, .pages = 3};

static void press_all(struct live_keys *keys, const char *text)
{
	for (; *text; text++)
		live_keys__press(keys, *text, &hundred);
}

static void the_selection_stays_on_the_screen(void **state)
{
	struct live_keys keys = {};
	const struct live_extent few = {.chosen = 3, .visible = 20}, none = {.visible = 20};

	(void)state;
	live_keys__press(&keys, LIVE_KEY_UP, &hundred);
	assert_int_equal(keys.selected, 0);
	for (int i = 0; i < 20; i++)
		live_keys__press(&keys, LIVE_KEY_DOWN, &hundred);
	assert_int_equal(keys.selected, 20);
	assert_int_equal(keys.first, 1);
	live_keys__press(&keys, LIVE_KEY_PAGE_DOWN, &hundred);
	assert_int_equal(keys.selected, 40);
	assert_int_equal(keys.first, 21);
	live_keys__press(&keys, LIVE_KEY_END, &hundred);
	assert_int_equal(keys.selected, 99);
	assert_int_equal(keys.first, 80);
	live_keys__fit(&keys, &few);
	assert_int_equal(keys.selected, 2);
	assert_int_equal(keys.first, 0);
	live_keys__fit(&keys, &none);
	assert_int_equal(keys.selected, 0);
	live_keys__press(&keys, LIVE_KEY_ENTER, &none);
	assert_false(keys.page);
	live_keys__press(&keys, LIVE_KEY_HOME, &hundred);
	live_keys__press(&keys, LIVE_KEY_LEFT, &hundred);
	assert_int_equal(keys.column_page, 0);
	for (int i = 0; i < 100; i++)
		live_keys__press(&keys, LIVE_KEY_RIGHT, &hundred);
	assert_int_equal(keys.column_page, 2);
}

static void a_sort_key_pressed_again_turns_the_order(void **state)
{
	struct live_keys keys = {.sort = LIVE_limit};

	(void)state;
	press_all(&keys, "c");
	assert_int_equal(keys.sort, LIVE_cwnd);
	assert_false(keys.reverse);
	press_all(&keys, "c");
	assert_true(keys.reverse);
	press_all(&keys, "r");
	assert_int_equal(keys.sort, LIVE_srtt);
	assert_false(keys.reverse);
	press_all(&keys, "zZ#");
	assert_int_equal(keys.sort, LIVE_srtt);
}

static void what_is_typed_into_the_filter_is_no_command(void **state)
{
	struct live_keys keys = {};

	(void)state;
	press_all(&keys, "/qpw?");
	assert_true(keys.editing);
	assert_false(keys.quit || keys.paused || keys.write || keys.help);
	assert_string_equal(keys.filter, "qpw?");
	live_keys__press(&keys, LIVE_KEY_BACKSPACE, &hundred);
	live_keys__press(&keys, LIVE_KEY_DOWN, &hundred);
	live_keys__press(&keys, '\t', &hundred);
	live_keys__press(&keys, 0xe9, &hundred);
	live_keys__press(&keys, LIVE_KEY_UP - 1, &hundred);
	assert_string_equal(keys.filter, "qpw");
	for (int i = 0; i < 100; i++)
		press_all(&keys, "x");
	assert_int_equal(strlen(keys.filter), LIVE_FILTER_BYTES - 1);
	live_keys__press(&keys, LIVE_KEY_ENTER, &hundred);
	assert_false(keys.editing);
	live_keys__press(&keys, LIVE_KEY_ESCAPE, &hundred);
	assert_string_equal(keys.filter, "");
	press_all(&keys, "/a");
	live_keys__press(&keys, LIVE_KEY_ESCAPE, &hundred);
	assert_string_equal(keys.filter, "");
	assert_false(keys.editing);
	live_keys__press(&keys, '/', &hundred);
	live_keys__press(&keys, LIVE_KEY_BACKSPACE, &hundred);
	assert_string_equal(keys.filter, "");
}

static void escape_leaves_what_was_entered_last(void **state)
{
	struct live_keys keys = {.filter = "curl"};

	(void)state;
	live_keys__press(&keys, LIVE_KEY_ENTER, &hundred);
	press_all(&keys, "?");
	assert_true(keys.page && keys.help);
	live_keys__press(&keys, LIVE_KEY_ESCAPE, &hundred);
	assert_true(keys.page && !keys.help);
	live_keys__press(&keys, LIVE_KEY_ESCAPE, &hundred);
	assert_false(keys.page);
	assert_string_equal(keys.filter, "curl");
	live_keys__press(&keys, LIVE_KEY_ESCAPE, &hundred);
	assert_string_equal(keys.filter, "");
	press_all(&keys, "pwq");
	assert_true(keys.paused && keys.write && keys.quit);
	press_all(&keys, " ");
	assert_false(keys.paused);
}

/* Every column is on one page, but that with the lowest rank on all; pages are as wide as allowed.
 */
static void assert_pages(int width, int pages)
{
	struct list_widths widths;
	struct list_layout layout, beyond;
	int seen[LIVE_COLUMNS] = {};

	for (int column = 0; column < LIVE_COLUMNS; column++)
		widths.of[column] = live_columns[column].width;
	for (int page = 0; page < pages; page++) {
		assert_int_equal(list_drawing__lay_out(&layout, &widths, width, page), pages);
		assert_true(layout.used <= width + 1 || layout.count == 2);
		for (int i = 0; i < layout.count; i++) {
			seen[layout.columns[i]]++;
			assert_true(!i || layout.columns[i] > layout.columns[i - 1]);
		}
	}
	for (int column = 0; column < LIVE_COLUMNS; column++)
		assert_int_equal(seen[column], live_columns[column].rank == 1 ? pages : 1);
	assert_int_equal(list_drawing__lay_out(&beyond, &widths, width, pages + 7), pages);
	assert_int_equal(beyond.count, layout.count);
	assert_memory_equal(beyond.columns, layout.columns,
			    (size_t)layout.count * sizeof(layout.columns[0]));
}

static void columns_without_room_are_on_further_pages(void **state)
{
	(void)state;
	assert_pages(72, 4);
	assert_pages(112, 2);
	assert_pages(300, 1);
	assert_pages(5, LIVE_COLUMNS - 1);
}

static void those_shown_last_have_histories(void **state)
{
	struct live_history *owners[4] = {};
	struct history_pool pool;

	(void)state;
	assert_int_equal(live_history__open_pool(&pool, 2), 0);
	for (int i = 0; i < 3; i++)
		live_history__give(&pool, &owners[i], false);
	assert_true(owners[0] && owners[1] && !owners[2]);
	live_history__give(&pool, &owners[1], true);
	live_history__give(&pool, &owners[2], true);
	assert_true(!owners[0] && owners[1] && owners[2]);
	live_history__give(&pool, &owners[3], true);
	assert_true(!owners[1] && owners[2] && owners[3]);
	live_history__leave(owners[2]);
	assert_null(owners[2]);
	live_history__give(&pool, &owners[0], true);
	assert_true(owners[0] && owners[3]);
	live_history__leave(NULL);
	live_history__close_pool(&pool);
}

static void a_history_has_the_last_samples_and_events(void **state)
{
	struct live_history *history = NULL;
	struct history_pool pool;

	(void)state;
	assert_int_equal(live_history__open_pool(&pool, 1), 0);
	live_history__give(&pool, &history, false);
	assert_non_null(history);
	assert_int_equal(live_history__nr_samples(history), 0);
	for (__u32 i = 0; i < HISTORY_SAMPLES + 5; i++) {
		const struct history_sample sample = {.cwnd = i};
		const struct history_event event = {.time_us = i};

		live_history__add_sample(history, &sample);
		live_history__add_event(history, &event);
	}
	assert_int_equal(live_history__nr_samples(history), HISTORY_SAMPLES);
	assert_int_equal(live_history__sample(history, 0)->cwnd, 5);
	assert_int_equal(live_history__sample(history, HISTORY_SAMPLES - 1)->cwnd,
			 HISTORY_SAMPLES + 4);
	assert_int_equal(live_history__nr_events(history), HISTORY_EVENTS);
	assert_int_equal(live_history__event(history, HISTORY_EVENTS - 1)->time_us,
			 HISTORY_SAMPLES + 4);
	live_history__close_pool(&pool);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_selection_stays_on_the_screen),
		cmocka_unit_test(a_sort_key_pressed_again_turns_the_order),
		cmocka_unit_test(what_is_typed_into_the_filter_is_no_command),
		cmocka_unit_test(escape_leaves_what_was_entered_last),
		cmocka_unit_test(columns_without_room_are_on_further_pages),
		cmocka_unit_test(those_shown_last_have_histories),
		cmocka_unit_test(a_history_has_the_last_samples_and_events),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
