// SPDX-License-Identifier: BSD-2-Clause
#include "live/screen.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "live/canvas.h"
#include "live/list_drawing.h"
#include "live/page_drawing.h"

/* Lines that are not those of connections: totals, titles, keys. */
#define FRAME_LINES 3
/* A lone escape is told from the first byte of a key by the time until the next one. */
#define ESCAPE_MS 25

struct screen {
	SCREEN *terminal;
	struct canvas canvas;
	struct list_widths widths;
	int pages;
};

static void set_colours(struct screen *screen)
{
	const char *none = getenv("NO_COLOR");

	screen->canvas.colour = has_colors() && !(none && *none);
	if (!screen->canvas.colour)
		return;
	start_color();
	use_default_colors();
	init_pair(CANVAS_BAD, COLOR_RED, -1);
	init_pair(CANVAS_SLOW, COLOR_YELLOW, -1);
	init_pair(CANVAS_GOOD, COLOR_GREEN, -1);
	init_pair(CANVAS_FAINT, COLOR_CYAN, -1);
}

/*
 * Ctrl-Z would stop the process by kill(2), which the sandbox takes for an attack, and while it was
 * stopped packets would be lost: it is ignored.
 */
struct screen *screen__open(const char **why)
{
	const char *type = getenv("TERM");
	struct screen *screen = calloc(1, sizeof(*screen));

	*why = "there is no memory for it";
	if (!screen)
		return NULL;
	setlocale(LC_CTYPE, "");
	screen->canvas.unicode = !strcmp(nl_langinfo(CODESET), "UTF-8");
	signal(SIGTSTP, SIG_IGN);
	screen->terminal = newterm(type, stdout, stdin);
	if (!screen->terminal) {
		*why = type && *type ? "its type, TERM, is not known here" : "TERM is not set";
		free(screen);
		return NULL;
	}
	set_escdelay(ESCAPE_MS);
	cbreak();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	curs_set(0);
	set_colours(screen);
	return screen;
}

void screen__close(struct screen *screen)
{
	if (!screen)
		return;
	endwin();
	delscreen(screen->terminal);
	free(screen);
}

int screen__key(struct screen *screen)
{
	static const struct {
		int curses, key;
	} keys[] = {
		{KEY_UP, LIVE_KEY_UP},	       {KEY_DOWN, LIVE_KEY_DOWN},
		{KEY_LEFT, LIVE_KEY_LEFT},     {KEY_RIGHT, LIVE_KEY_RIGHT},
		{KEY_PPAGE, LIVE_KEY_PAGE_UP}, {KEY_NPAGE, LIVE_KEY_PAGE_DOWN},
		{KEY_HOME, LIVE_KEY_HOME},     {KEY_END, LIVE_KEY_END},
		{KEY_ENTER, LIVE_KEY_ENTER},   {'\r', LIVE_KEY_ENTER},
		{'\n', LIVE_KEY_ENTER},	       {KEY_BACKSPACE, LIVE_KEY_BACKSPACE},
		{'\b', LIVE_KEY_BACKSPACE},    {127, LIVE_KEY_BACKSPACE},
		{'\033', LIVE_KEY_ESCAPE},
	};
	int pressed = getch();

	(void)screen;
	if (pressed == ERR)
		return -1;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (keys[i].curses == pressed)
			return keys[i].key;
	return pressed < KEY_MIN ? pressed : 0;
}

size_t screen__lines(const struct screen *screen)
{
	(void)screen;
	return LINES > FRAME_LINES ? (size_t)(LINES - FRAME_LINES) : 1;
}

int screen__pages(const struct screen *screen)
{
	return screen->pages;
}

void screen__show_list(struct screen *screen, const struct live_snapshot *snapshot,
		       const struct live_keys *keys, const char *note)
{
	erase();
	screen->pages = list_drawing__draw(&screen->canvas, &screen->widths, snapshot, keys, note);
	refresh();
}

void screen__show_page(struct screen *screen, const struct live_page *page, const char *note)
{
	erase();
	page_drawing__draw(&screen->canvas, page, note);
	refresh();
}

void screen__show_help(struct screen *screen)
{
	static const char *const lines[] = {
		"siftr-bpf top: what the connections of this host do now",
		"",
		"Up Down PgUp PgDn Home End   select a connection",
		"Left Right                   other pages of columns, where not all have room",
		"Enter                        its plots and events; Esc: back",
		"/                            only what has this in addresses or process; Esc: all",
		"p or blank                   pause, and go on",
		"w                            append the history of this connection to -o FILE",
		"q or Ctrl-C                  quit",
		"",
		"Sort by, again: the other way round:",
		"l limit, the worst first     c cwnd          t ssthresh      f in flight",
		"r srtt                       m min RTT       o RTO           s send rate",
		"d delivery rate              i receive rate  x retransmissions",
		"a foreign address            n process",
		"",
		"LIMITED BY is what held longest in the last moments; siftr-bpf(8) explains it.",
	};

	(void)screen;
	erase();
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		canvas__text((int)i, 0, COLS, lines[i]);
	refresh();
}
