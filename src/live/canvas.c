// SPDX-License-Identifier: BSD-2-Clause
#include "live/canvas.h"

#include <curses.h>

void canvas__text(int row, int column, int width, const char *text)
{
	if (row < 0 || row >= LINES || column >= COLS)
		return;
	if (width > COLS - column)
		width = COLS - column;
	for (int i = 0; i < width && text[i]; i++)
		mvaddch(row, column + i,
			text[i] >= ' ' && text[i] <= '~' ? (chtype)text[i] : (chtype)'?');
}

void canvas__bar(const struct canvas *canvas, int row, int column, int steps)
{
	static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const ascii[] = {" ", "_", "_", ".", "-", "-", "=", "=", "#"};

	if (row < 0 || row >= LINES || column >= COLS)
		return;
	if (steps > CANVAS_STEPS)
		steps = CANVAS_STEPS;
	mvaddstr(row, column, (canvas->unicode ? blocks : ascii)[steps < 0 ? 0 : steps]);
}

static attr_t attribute(const struct canvas *canvas, enum canvas_colour colour)
{
	if (colour == CANVAS_PLAIN)
		return A_NORMAL;
	if (canvas->colour)
		return (attr_t)COLOR_PAIR(colour);
	return colour == CANVAS_BAD ? A_BOLD : A_NORMAL;
}

void canvas__set_colour(const struct canvas *canvas, enum canvas_colour colour)
{
	attron((int)attribute(canvas, colour));
}

void canvas__end_colour(const struct canvas *canvas, enum canvas_colour colour)
{
	attroff((int)attribute(canvas, colour));
}
