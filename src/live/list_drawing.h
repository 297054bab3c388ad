/* SPDX-License-Identifier: BSD-2-Clause */
/* Draws the list of connections of a snapshot, as many columns as there is room for. */
#ifndef SIFTR_LIVE_LIST_DRAWING_H
#define SIFTR_LIVE_LIST_DRAWING_H

#include "live/canvas.h"
#include "live/live_keys.h"
#include "live/live_model.h"

/* Of each column the widest cell so far, so that columns do not move all the time. */
struct list_widths {
	int of[LIVE_COLUMNS];
};

/* The columns of a page, in their order. */
struct list_layout {
	int count, used;
	enum live_column columns[LIVE_COLUMNS];
};

/*
 * Lays out a page of the columns, the last one if there are not so many: each has the column with
 * the lowest rank and, of those that no page before has, the ones with the lowest ranks that fit
 * into `width`. Returns how many pages there are.
 */
int list_drawing__lay_out(struct list_layout *layout, const struct list_widths *widths, int width,
			  int page);

/* Draws the list with the page of columns that `keys` says. Returns how many pages there are. */
int list_drawing__draw(const struct canvas *canvas, struct list_widths *widths,
		       const struct live_snapshot *snapshot, const struct live_keys *keys,
		       const char *note);

#endif
