// SPDX-License-Identifier: BSD-2-Clause
#include "live/list_drawing.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "live/live_columns.h"
#include "live/plain.h"
#include "report/clock_time.h"

#define TITLES_ROW 1
#define FIRST_ROW  2
/* The trend has what the columns leave, if that is as much, up to one character an interval. */
#define TREND_LEAST 8

#define KEYS	   "q quit  ? help  Enter page  / filter  p pause  lcrsx... sort"
#define TEXT_BYTES 256

/* Severities of limits from which data waits, and from which the connection stands still. */
#define SEVERITY_SLOW 5
#define SEVERITY_BAD  10

static void measure(struct list_widths *widths, const struct live_snapshot *snapshot)
{
	char text[LIVE_CELL_BYTES];

	for (int column = 0; column < LIVE_COLUMNS; column++) {
		int widest = (int)strlen(live_columns[column].title);

		for (size_t i = 0; i < snapshot->count; i++) {
			live_columns__cell(&snapshot->lines[i], column, text);
			if ((int)strlen(text) > widest)
				widest = (int)strlen(text);
		}
		if (widest > live_columns[column].width + 4)
			widest = live_columns[column].width + 4;
		if (widest > widths->of[column])
			widths->of[column] = widest;
	}
}

static void add_column(struct list_layout *layout, const struct list_widths *widths,
		       enum live_column column)
{
	int at = layout->count++;

	for (; at && layout->columns[at - 1] > column; at--)
		layout->columns[at] = layout->columns[at - 1];
	layout->columns[at] = column;
	layout->used += widths->of[column] + 1;
}

/* Fills a page with columns, which are put into `placed`. */
static void fill_page(struct list_layout *layout, const struct list_widths *widths, int width,
		      bool placed[LIVE_COLUMNS])
{
	enum live_column by_rank[LIVE_COLUMNS];

	for (int column = 0; column < LIVE_COLUMNS; column++)
		by_rank[live_columns[column].rank - 1] = column;
	*layout = (struct list_layout){};
	add_column(layout, widths, by_rank[0]);
	placed[by_rank[0]] = true;
	for (int i = 1; i < LIVE_COLUMNS; i++) {
		enum live_column column = by_rank[i];
		bool fits = layout->used + widths->of[column] <= width;

		/* A page without a further column would be followed by others like it. */
		if (placed[column] || (!fits && layout->count > 1))
			continue;
		add_column(layout, widths, column);
		placed[column] = true;
	}
}

int list_drawing__lay_out(struct list_layout *layout, const struct list_widths *widths, int width,
			  int page)
{
	bool placed[LIVE_COLUMNS] = {};
	struct list_layout next;
	int pages = 0;

	*layout = (struct list_layout){};
	while (memchr(placed, 0, sizeof(placed))) {
		fill_page(&next, widths, width, placed);
		if (pages++ <= page)
			*layout = next;
	}
	return pages;
}

static enum canvas_colour colour_of(const struct live_limit *limit)
{
	if (limit->severity >= SEVERITY_BAD)
		return CANVAS_BAD;
	return limit->severity >= SEVERITY_SLOW ? CANVAS_SLOW : CANVAS_GOOD;
}

/* The congestion window of the last intervals, of the greatest of these. */
static void draw_trend(const struct canvas *canvas, const struct live_line *line, int row,
		       int column)
{
	__u32 room = COLS > column ? (__u32)(COLS - column) : 0, most = 1;
	__u32 count = line->nr_trend < room ? line->nr_trend : room;
	const __u32 *trend = line->trend + line->nr_trend - count;

	for (__u32 i = 0; i < count; i++)
		most = trend[i] > most ? trend[i] : most;
	for (__u32 i = 0; i < count; i++) {
		int steps = (int)((__u64)trend[i] * CANVAS_STEPS / most);

		canvas__bar(canvas, row, column + (int)i, steps ? steps : trend[i] > 0);
	}
}

/* The middle of an address that is too wide is left out: its end and its port tell more. */
static void draw_cell(const struct live_line *line, enum live_column column, int row, int at,
		      int width)
{
	char text[LIVE_CELL_BYTES];
	int bytes = (int)strlen(live_columns__cell(line, column, text)), begin = width / 3;

	if (bytes > width && (column == LIVE_local || column == LIVE_foreign)) {
		memmove(text + begin + 1, text + bytes - (width - begin - 1),
			(size_t)(width - begin));
		text[begin] = '~';
	}
	canvas__text(row, at, width, text);
}

static void draw_line(const struct canvas *canvas, const struct list_layout *layout,
		      const struct list_widths *widths, const struct live_line *line, int row)
{
	int at = 0;

	for (int i = 0; i < layout->count; i++) {
		enum live_column column = layout->columns[i];
		enum canvas_colour colour =
			column == LIVE_limit ? colour_of(&line->limit) : CANVAS_PLAIN;

		canvas__set_colour(canvas, colour);
		draw_cell(line, column, row, at, widths->of[column]);
		canvas__end_colour(canvas, colour);
		at += widths->of[column] + 1;
	}
	if (COLS - at >= TREND_LEAST)
		draw_trend(canvas, line, row, at);
}

static void draw_titles(const struct list_layout *layout, const struct list_widths *widths,
			const struct live_keys *keys)
{
	int at = 0;

	attron(A_BOLD);
	for (int i = 0; i < layout->count; i++) {
		enum live_column column = layout->columns[i];

		if (column == keys->sort)
			attron(A_UNDERLINE);
		canvas__text(TITLES_ROW, at, widths->of[column], live_columns[column].title);
		attroff(A_UNDERLINE);
		at += widths->of[column] + 1;
	}
	if (COLS - at >= TREND_LEAST)
		canvas__text(TITLES_ROW, at, COLS - at, "CWND NOW");
	attroff(A_BOLD);
}

static void draw_totals(const struct live_snapshot *snapshot, const struct live_keys *keys)
{
	char totals[PLAIN_TOTALS_BYTES], moment[CLOCK_TIME_BYTES];
	char text[PLAIN_TOTALS_BYTES + CLOCK_TIME_BYTES + 16];

	snprintf(text, sizeof(text), "%s%s  %s%s", clock_time__brief(moment, snapshot->time_us, 0),
		 clock_time__zone(snapshot->time_us), plain__totals(snapshot, totals),
		 keys->paused ? "  PAUSED" : "");
	canvas__text(0, 0, COLS, text);
}

/* Which page of the columns is shown, where there are several. */
static void draw_page_number(int page, int pages)
{
	char text[TEXT_BYTES];
	int bytes;

	if (pages < 2)
		return;
	bytes = snprintf(text, sizeof(text), "< columns %d/%d >", page < pages ? page + 1 : pages,
			 pages);
	canvas__text(LINES - 1, COLS - bytes, bytes, text);
}

static void draw_footer(const struct live_snapshot *snapshot, const struct live_keys *keys,
			const char *note, int pages)
{
	char text[TEXT_BYTES] = KEYS;

	if (keys->editing || *keys->filter)
		snprintf(text, sizeof(text), "/%s%s   %zu of %zu", keys->filter,
			 keys->editing ? "_" : "", snapshot->chosen, snapshot->flows);
	else if (*note)
		snprintf(text, sizeof(text), "%s", note);
	attron(A_REVERSE);
	mvhline(LINES - 1, 0, ' ', COLS);
	canvas__text(LINES - 1, 0, COLS, text);
	if (!*note)
		draw_page_number(keys->column_page, pages);
	attroff(A_REVERSE);
}

int list_drawing__draw(const struct canvas *canvas, struct list_widths *widths,
		       const struct live_snapshot *snapshot, const struct live_keys *keys,
		       const char *note)
{
	struct list_layout layout;
	int pages;

	measure(widths, snapshot);
	pages = list_drawing__lay_out(&layout, widths, COLS - TREND_LEAST, keys->column_page);
	draw_totals(snapshot, keys);
	draw_titles(&layout, widths, keys);
	for (size_t i = 0; i < snapshot->count; i++) {
		bool selected = keys->first + i == keys->selected;

		if (selected) {
			attron(A_REVERSE);
			mvhline(FIRST_ROW + (int)i, 0, ' ', COLS);
		}
		draw_line(canvas, &layout, widths, &snapshot->lines[i], FIRST_ROW + (int)i);
		attroff(A_REVERSE);
	}
	draw_footer(snapshot, keys, note, pages);
	return pages;
}
