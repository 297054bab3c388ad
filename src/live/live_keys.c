// SPDX-License-Identifier: BSD-2-Clause
#include "live/live_keys.h"

#include <ctype.h>
#include <string.h>
#include <siftr/array_size.h>

static const struct {
	char key;
	enum live_column column;
} sort_keys[] = {
	{'l', LIVE_limit},    {'c', LIVE_cwnd},		 {'t', LIVE_ssthresh},
	{'f', LIVE_inflight}, {'r', LIVE_srtt},		 {'m', LIVE_min_rtt},
	{'o', LIVE_rto},      {'s', LIVE_sent},		 {'d', LIVE_delivered},
	{'i', LIVE_received}, {'x', LIVE_retransmitted}, {'a', LIVE_foreign},
	{'n', LIVE_process},
};

void live_keys__fit(struct live_keys *keys, const struct live_extent *extent)
{
	size_t visible = extent->visible ? extent->visible : 1;

	if (keys->column_page >= extent->pages)
		keys->column_page = extent->pages ? extent->pages - 1 : 0;
	if (keys->selected >= extent->chosen)
		keys->selected = extent->chosen ? extent->chosen - 1 : 0;
	if (keys->first > keys->selected)
		keys->first = keys->selected;
	if (keys->selected - keys->first >= visible)
		keys->first = keys->selected - visible + 1;
	if (keys->first + visible > extent->chosen)
		keys->first = extent->chosen > visible ? extent->chosen - visible : 0;
}

static void move(struct live_keys *keys, int key, const struct live_extent *extent)
{
	size_t by = key == LIVE_KEY_UP || key == LIVE_KEY_DOWN ? 1 : extent->visible;

	switch (key) {
	case LIVE_KEY_UP:
	case LIVE_KEY_PAGE_UP:
		keys->selected -= keys->selected < by ? keys->selected : by;
		break;
	case LIVE_KEY_DOWN:
	case LIVE_KEY_PAGE_DOWN:
		keys->selected += by;
		break;
	case LIVE_KEY_HOME:
		keys->selected = 0;
		break;
	case LIVE_KEY_END:
		keys->selected = extent->chosen;
		break;
	case LIVE_KEY_LEFT:
		keys->column_page -= keys->column_page > 0;
		break;
	case LIVE_KEY_RIGHT:
		keys->column_page += keys->column_page + 1 < extent->pages;
		break;
	}
	live_keys__fit(keys, extent);
}

static void edit(struct live_keys *keys, int key)
{
	size_t bytes = strlen(keys->filter);

	if (key == LIVE_KEY_ENTER) {
		keys->editing = false;
	} else if (key == LIVE_KEY_ESCAPE) {
		keys->editing = false;
		keys->filter[0] = '\0';
	} else if (key == LIVE_KEY_BACKSPACE) {
		keys->filter[bytes ? bytes - 1 : 0] = '\0';
	} else if (isascii(key) && isprint(key) && bytes + 1 < sizeof(keys->filter)) {
		keys->filter[bytes] = (char)key;
		keys->filter[bytes + 1] = '\0';
	}
}

/* Leaves what was entered last: the help, the connection's page, the filter. */
static void leave(struct live_keys *keys)
{
	if (keys->help)
		keys->help = false;
	else if (keys->page)
		keys->page = false;
	else
		keys->filter[0] = '\0';
}

static void sort_by(struct live_keys *keys, int key)
{
	for (size_t i = 0; i < ARRAY_SIZE(sort_keys); i++) {
		if (sort_keys[i].key != key)
			continue;
		keys->reverse = keys->sort == sort_keys[i].column && !keys->reverse;
		keys->sort = sort_keys[i].column;
	}
}

void live_keys__press(struct live_keys *keys, int key, const struct live_extent *extent)
{
	if (keys->editing) {
		edit(keys, key);
		return;
	}
	switch (key) {
	case 'q':
		keys->quit = true;
		break;
	case 'p':
	case ' ':
		keys->paused = !keys->paused;
		break;
	case '?':
		keys->help = !keys->help;
		break;
	case '/':
		keys->editing = true;
		break;
	case 'w':
		keys->write = extent->chosen > 0;
		break;
	case LIVE_KEY_ENTER:
		keys->page = extent->chosen > 0;
		break;
	case LIVE_KEY_ESCAPE:
	case LIVE_KEY_BACKSPACE:
		leave(keys);
		break;
	default:
		if (key >= LIVE_KEY_UP)
			move(keys, key, extent);
		else
			sort_by(keys, key);
	}
}
