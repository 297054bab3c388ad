/* SPDX-License-Identifier: BSD-2-Clause */
/* The terminal that shows the live view, by ncurses. */
#ifndef SIFTR_LIVE_SCREEN_H
#define SIFTR_LIVE_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "live/live_keys.h"
#include "live/live_model.h"
#include "live/live_page.h"

struct screen;

/*
 * Takes over the terminal at stdin and stdout: reads its description, so that this is to be done
 * before a sandbox. NULL if it cannot be used, with the reason in *why, or when out of memory.
 */
struct screen *screen__open(const char **why);
/* Leaves the terminal as it was. Accepts NULL. */
void screen__close(struct screen *screen);

/* The next key that was pressed, as live_keys__press() takes it; -1: there is none. */
int screen__key(struct screen *screen);

/* How many connections it has lines for. */
size_t screen__lines(const struct screen *screen);
/* On how many pages it had the columns of the list when that was drawn last; 0: not yet. */
int screen__pages(const struct screen *screen);

/* They draw; `note` is shown in the last line, unless it is "". */
void screen__show_list(struct screen *screen, const struct live_snapshot *snapshot,
		       const struct live_keys *keys, const char *note);
void screen__show_page(struct screen *screen, const struct live_page *page, const char *note);
void screen__show_help(struct screen *screen);

#endif
