// SPDX-License-Identifier: BSD-2-Clause
#include "live/page_drawing.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "analyse/event_list.h"
#include "live/live_columns.h"
#include "report/clock_time.h"
#include "report/human.h"
#include "report/wrapped_text.h"

#define TEXT_BYTES 256
/* Lines above the plots, and below them those for what is found, for events and for keys. */
#define HEAD_LINES 3
#define TAIL_LINES 7
/* How many plots there are, each with a line above it. */
#define PLOTS 3

enum series {
	SERIES_CWND,
	SERIES_SSTHRESH,
	SERIES_INFLIGHT,
	SERIES_SRTT,
	SERIES_SENT,
	SERIES_DELIVERED,
	SERIES_RECEIVED,
	NO_SERIES,
};

/* A plot has bars of one series, and marks of others before them. */
static const struct plot {
	const char *title;
	enum series bars, first_marks, second_marks;
} plots[PLOTS] = {
	{"cwnd (bars), ssthresh (-), in flight (o)", SERIES_CWND, SERIES_SSTHRESH, SERIES_INFLIGHT},
	{"srtt", SERIES_SRTT, NO_SERIES, NO_SERIES},
	{"delivered (bars), sent (-), received (o)", SERIES_DELIVERED, SERIES_SENT,
	 SERIES_RECEIVED},
};

/* What Linux and FreeBSD have as the threshold of a connection that never had a loss. */
#define SSTHRESH_NEVER_SET 1073725440U

/* A value of a sample; negative: not known. */
static double value_of(const struct history_sample *sample, enum series series)
{
	switch (series) {
	case SERIES_CWND:
		return sample->cwnd;
	case SERIES_SSTHRESH:
		return sample->ssthresh < SSTHRESH_NEVER_SET ? (double)sample->ssthresh : -1;
	case SERIES_INFLIGHT:
		return sample->inflight;
	case SERIES_SRTT:
		return sample->srtt;
	case SERIES_SENT:
		return (double)sample->sent;
	case SERIES_DELIVERED:
		return (double)sample->delivered;
	case SERIES_RECEIVED:
		return (double)sample->received;
	default:
		return -1;
	}
}

/* The greatest value of the samples that a column of characters stands for. */
static double greatest(const struct live_page *page, enum series series, __u32 begin, __u32 end)
{
	double most = -1;

	for (__u32 i = begin; i < end && i < page->nr_samples; i++) {
		double value = value_of(&page->samples[i], series);

		most = value > most ? value : most;
	}
	return most;
}

static void draw_mark(double value, double most, int top, int lines, int column, char mark)
{
	int row;

	if (value < 0 || value > most)
		return;
	row = (int)(value * lines / most);
	mvaddch(top + lines - 1 - (row < lines ? row : lines - 1), column, (chtype)mark);
}

static void draw_plot(const struct canvas *canvas, const struct live_page *page,
		      const struct plot *plot, int top, int lines, double most)
{
	__u32 room = COLS > 0 ? (__u32)COLS : 1, step = page->nr_samples / room + 1;

	for (__u32 begin = 0, column = 0; begin < page->nr_samples; begin += step, column++) {
		double bar = greatest(page, plot->bars, begin, begin + step);
		int steps = bar > 0 ? (int)(bar * lines * CANVAS_STEPS / most) : 0;

		for (int line = 0; line < lines; line++)
			canvas__bar(canvas, top + lines - 1 - line, (int)column,
				    steps - line * CANVAS_STEPS);
		draw_mark(greatest(page, plot->first_marks, begin, begin + step), most, top, lines,
			  (int)column, '-');
		draw_mark(greatest(page, plot->second_marks, begin, begin + step), most, top, lines,
			  (int)column, 'o');
	}
}

/* Draws a plot with its title in `lines` lines. */
static void draw_titled(const struct canvas *canvas, const struct live_page *page,
			const struct plot *plot, int top, int lines)
{
	const enum series all[] = {plot->bars, plot->first_marks, plot->second_marks};
	char text[TEXT_BYTES], most_text[LIVE_CELL_BYTES];
	double most = 0;

	/* A threshold far above the window would leave no room for the window. */
	for (int i = 0; i < 3; i++) {
		double value = greatest(page, all[i], 0, page->nr_samples);

		if (value > most && all[i] != SERIES_SSTHRESH)
			most = value;
	}
	if (plot->bars == SERIES_SRTT)
		human__time(most_text, (__u64)most);
	else if (plot->bars == SERIES_CWND)
		human__size(most_text, (__u64)most);
	else
		live_columns__rate(most, most_text);
	snprintf(text, sizeof(text), "%s, up to %s%s", plot->title, most_text,
		 plot->bars == SERIES_DELIVERED ? "bit/s" : "");
	canvas__set_colour(canvas, CANVAS_FAINT);
	canvas__text(top, 0, COLS, text);
	canvas__end_colour(canvas, CANVAS_FAINT);
	if (most > 0)
		draw_plot(canvas, page, plot, top + 1, lines - 1, most);
}

static void draw_cells(const struct live_line *line, int row, const enum live_column columns[],
		       int count)
{
	char text[TEXT_BYTES] = "", cell[LIVE_CELL_BYTES];
	size_t used = 0;

	for (int i = 0; i < count && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s %s", i ? "  " : "",
					 live_columns[columns[i]].name,
					 live_columns__cell(line, columns[i], cell));
	canvas__text(row, 0, COLS, text);
}

static void draw_head(const struct live_line *line)
{
	static const enum live_column state[] = {LIVE_limit, LIVE_state, LIVE_cwnd, LIVE_ssthresh,
						 LIVE_inflight},
				      rates[] = {LIVE_srtt, LIVE_min_rtt,   LIVE_rto,
						 LIVE_sent, LIVE_delivered, LIVE_received};
	char local[LIVE_CELL_BYTES], foreign[LIVE_CELL_BYTES], process[LIVE_CELL_BYTES],
		text[2 * TEXT_BYTES];

	snprintf(text, sizeof(text), "%s > %s  %s  %s", live_columns__cell(line, LIVE_local, local),
		 live_columns__cell(line, LIVE_foreign, foreign),
		 live_columns__cell(line, LIVE_process, process), *line->cc ? line->cc : "-");
	attron(A_BOLD);
	canvas__text(0, 0, COLS, text);
	attroff(A_BOLD);
	draw_cells(line, 1, state, 5);
	draw_cells(line, 2, rates, 6);
}

/* The newest event first. */
static void draw_events(const struct live_page *page, int row)
{
	for (__u32 i = page->nr_events; i && row < LINES - 1; i--, row++) {
		const struct history_event *event = &page->events[i - 1];
		char text[TEXT_BYTES], cost[HUMAN_BYTES], moment[CLOCK_TIME_BYTES];

		snprintf(text, sizeof(text), "%s%s  %s%s%s",
			 clock_time__brief(moment, event->time_us, 3),
			 clock_time__zone(event->time_us), event_texts[event->kind],
			 event->cost_us ? ", cost " : "",
			 event->cost_us ? human__time(cost, event->cost_us) : "");
		canvas__text(row, 0, COLS, text);
	}
}

/* The worst finding, in as many lines as it takes, of which one is left for events. Returns the row
 * below. */
static int draw_finding(const struct live_page *page, int row)
{
	const char *text = page->findings.count ? page->findings.of[0].text
						: "Nothing that was traced held it up.";

	while (*text && row < LINES - 2) {
		size_t bytes = wrapped_text__line(text, COLS);

		canvas__text(row++, 0, (int)bytes, text);
		text += bytes + (text[bytes] == ' ');
	}
	return row;
}

void page_drawing__draw(const struct canvas *canvas, const struct live_page *page, const char *note)
{
	int lines = (LINES - HEAD_LINES - TAIL_LINES) / PLOTS, row = HEAD_LINES;

	draw_head(&page->line);
	for (int i = 0; i < PLOTS && lines > 1; i++, row += lines)
		draw_titled(canvas, page, &plots[i], row, lines);
	row = draw_finding(page, row);
	draw_events(page, row);
	attron(A_REVERSE);
	mvhline(LINES - 1, 0, ' ', COLS);
	canvas__text(LINES - 1, 0, COLS,
		     *note ? note : "Esc back  w write history  p pause  q quit");
	attroff(A_REVERSE);
}
