/* SPDX-License-Identifier: BSD-2-Clause */
/* Draws the page of one connection: its state, plots of the last intervals, and events. */
#ifndef SIFTR_LIVE_PAGE_DRAWING_H
#define SIFTR_LIVE_PAGE_DRAWING_H

#include "live/canvas.h"
#include "live/live_page.h"

void page_drawing__draw(const struct canvas *canvas, const struct live_page *page,
			const char *note);

#endif
