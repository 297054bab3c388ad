/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the keys of the live view do: which connections are shown, in which order, and what of them.
 * It knows no terminal.
 */
#ifndef SIFTR_LIVE_LIVE_KEYS_H
#define SIFTR_LIVE_LIVE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "live/live_choice.h"

#define LIVE_FILTER_BYTES 48

enum live_key {
	LIVE_KEY_UP = 0x10000, /* those below are characters */
	LIVE_KEY_DOWN,
	LIVE_KEY_LEFT,
	LIVE_KEY_RIGHT,
	LIVE_KEY_PAGE_UP,
	LIVE_KEY_PAGE_DOWN,
	LIVE_KEY_HOME,
	LIVE_KEY_END,
	LIVE_KEY_ENTER,
	LIVE_KEY_ESCAPE,
	LIVE_KEY_BACKSPACE,
};

struct live_keys {
	enum live_column sort;
	bool reverse;
	size_t selected; /* place of the selected connection in the order */
	size_t first;	 /* place of the first that is shown */
	int column_page; /* of the columns, where not all have room at once */
	bool paused, help;
	bool page; /* one connection is shown */
	bool quit;
	bool write;   /* the connection's history is to be written; cleared by who does it */
	bool editing; /* the filter is being typed */
	char filter[LIVE_FILTER_BYTES]; /* part of addresses or of the process; "": all */
};

/*
 * How many connections there are to select from, how many the screen has lines for, and on how
 * many pages it has the columns.
 */
struct live_extent {
	size_t chosen, visible;
	int pages;
};

void live_keys__press(struct live_keys *keys, int key, const struct live_extent *extent);

/* Moves the selection to where there is a connection, and what is shown to the selection. */
void live_keys__fit(struct live_keys *keys, const struct live_extent *extent);

#endif
