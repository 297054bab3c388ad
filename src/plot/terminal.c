// SPDX-License-Identifier: BSD-2-Clause
/*
 * A line of dots has two dots beside each other and four above each other in each character, which
 * are the bits of a braille pattern. A line without dots has one character as its only dot.
 */
#include "plot/terminal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LABEL_WIDTH   8
#define BRAILLE_FIRST 0x2800

struct cell {
	unsigned char dots; /* bits of a braille pattern */
	unsigned char line; /* number of the column drawn last, from 1; 0: empty */
};

struct canvas {
	struct cell cells[TERMINAL_HEIGHT][TERMINAL_WIDTH_MAX];
	int width;	    /* in characters */
	int across, upward; /* dots of a character */
};

static const char marks[PLOT_COLUMNS_MAX] = {'#', '-', 'o', '+', 'x', '*', '%', '.'};
/* SGR colours that can be read on black and on white. */
static const int colours[PLOT_COLUMNS_MAX] = {34, 33, 32, 35, 36, 31, 94, 90};

/* Bits of the dots of a braille pattern, from its lowest row upwards. */
static const unsigned char braille[4][2] = {{64, 128}, {4, 32}, {2, 16}, {1, 8}};

/* Sets a dot, counted from the left and from below. */
static void set_dot(struct canvas *canvas, int x, int y, int column)
{
	struct cell *cell =
		&canvas->cells[TERMINAL_HEIGHT - 1 - y / canvas->upward][x / canvas->across];

	if (canvas->upward == 4)
		cell->dots |= braille[y % 4][x % 2];
	cell->line = (unsigned char)(column + 1);
}

/* The nearest whole number of one that is not negative. */
static int nearest(double number)
{
	return (int)(number + 0.5);
}

/* Draws from one dot to another, with a dot at each step of the longer side. */
static void draw_stroke(struct canvas *canvas, int x, int y, int to_x, int to_y, int column)
{
	int wide = abs(to_x - x), high = abs(to_y - y), steps = wide > high ? wide : high;

	for (int i = 0; i <= steps; i++) {
		double share = steps ? (double)i / steps : 0;

		set_dot(canvas, nearest(x + share * (to_x - x)), nearest(y + share * (to_y - y)),
			column);
	}
}

static void draw_line(struct canvas *canvas, const struct figure *figure,
		      const struct figure_panel *panel, int column)
{
	int wide = canvas->width * canvas->across - 1, high = TERMINAL_HEIGHT * canvas->upward - 1;
	int last_x = -1, last_y = -1;

	for (size_t i = 0; i < figure->samples->count; i++) {
		const double *row = samples__row(figure->samples, i);
		double value = figure__y(panel, row, column);
		int x, y;

		if (isnan(value)) {
			last_x = -1;
			continue;
		}
		x = nearest(figure__x(figure, row) * wide);
		y = nearest(value * high);
		draw_stroke(canvas, last_x < 0 ? x : last_x, last_x < 0 ? y : last_y, x, y, column);
		last_x = x;
		last_y = y;
	}
}

/* Prints the character of a braille pattern in UTF-8. */
static void print_braille(FILE *stream, unsigned int dots)
{
	unsigned int code = BRAILLE_FIRST + dots;

	fputc(0xe0 | (int)(code >> 12), stream);
	fputc(0x80 | (int)(code >> 6 & 63), stream);
	fputc(0x80 | (int)(code & 63), stream);
}

/* Prints what comes before the first character of a text in the colour of a column. */
static void print_colour(FILE *stream, const struct terminal *terminal, int colour)
{
	if (terminal->colour)
		fprintf(stream, "\033[%dm", colour);
}

static void print_row(FILE *stream, const struct terminal *terminal, const struct canvas *canvas,
		      int row)
{
	int end = canvas->width, line = 0;

	while (end && !canvas->cells[row][end - 1].line)
		end--;
	for (int x = 0; x < end; x++) {
		const struct cell *cell = &canvas->cells[row][x];

		if (cell->line && cell->line != line)
			print_colour(stream, terminal, colours[cell->line - 1]);
		line = cell->line ? cell->line : line;
		if (!cell->line)
			fputc(' ', stream);
		else if (canvas->upward == 4)
			print_braille(stream, cell->dots);
		else
			fputc(marks[cell->line - 1], stream);
	}
	if (line)
		print_colour(stream, terminal, 0);
	fputc('\n', stream);
}

/* Prints the number of the tick that is in the row, if there is one. */
static void print_label(FILE *stream, const struct scale *scale, int row)
{
	char text[SCALE_NUMBER_BYTES] = "";

	for (int tick = 0; tick <= scale->nr_ticks; tick++)
		if ((int)(scale__place(scale, tick) * (TERMINAL_HEIGHT - 0.001)) ==
		    TERMINAL_HEIGHT - 1 - row)
			scale__number(scale, tick, text);
	fprintf(stream, "%*s |", LABEL_WIDTH - 2, text);
}

static void print_legend(FILE *stream, const struct terminal *terminal, const struct figure *figure,
			 const struct figure_panel *panel, bool dotted)
{
	int used = fprintf(stream, "%*s  ", LABEL_WIDTH - 2, panel->unit);

	for (int i = 0; i < panel->nr_columns; i++) {
		int column = panel->columns[i];
		const char *name = figure->names[column];
		int width = (int)strlen(name) + 4;

		if (i && used + width > terminal->width)
			used = fprintf(stream, "\n%*s", LABEL_WIDTH, "") - 1;
		print_colour(stream, terminal, colours[column]);
		fprintf(stream, "%c %s", dotted ? '-' : marks[column], name);
		print_colour(stream, terminal, 0);
		fputs("  ", stream);
		used += width;
	}
	fputc('\n', stream);
}

static void print_panel(FILE *stream, const struct terminal *terminal, const struct figure *figure,
			const struct figure_panel *panel, struct canvas *canvas)
{
	bool dotted = terminal->unicode && (terminal->colour || panel->nr_columns == 1);

	memset(canvas->cells, 0, sizeof(canvas->cells));
	canvas->width = terminal->width - LABEL_WIDTH;
	canvas->across = dotted ? 2 : 1;
	canvas->upward = dotted ? 4 : 1;
	/* The first column is the one that is asked for first: nothing covers it. */
	for (int i = panel->nr_columns - 1; i >= 0; i--)
		draw_line(canvas, figure, panel, panel->columns[i]);
	print_legend(stream, terminal, figure, panel, dotted);
	for (int row = 0; row < TERMINAL_HEIGHT; row++) {
		print_label(stream, &panel->scale, row);
		print_row(stream, terminal, canvas, row);
	}
	fprintf(stream, "%*s+", LABEL_WIDTH - 1, "");
	for (int x = 0; x < canvas->width; x++)
		fputc('-', stream);
	fputc('\n', stream);
}

static void print_time_axis(FILE *stream, const struct figure *figure, int width)
{
	char line[TERMINAL_WIDTH_MAX + SCALE_NUMBER_BYTES], text[SCALE_NUMBER_BYTES];
	int end = 0;

	memset(line, ' ', sizeof(line));
	for (int tick = 0; tick <= figure->time.nr_ticks; tick++) {
		int bytes = (int)strlen(scale__number(&figure->time, tick, text));
		int at = LABEL_WIDTH +
			 (int)(scale__place(&figure->time, tick) * (width - LABEL_WIDTH - 1));

		at -= bytes / 2;
		if (at + bytes > width - 3)
			break;
		memcpy(line + at, text, (size_t)bytes);
		end = at + bytes;
	}
	fprintf(stream, "%.*s %s\n", end, line, figure->time.unit);
}

int terminal__write(FILE *stream, const struct figure *figure, const struct terminal *terminal)
{
	struct canvas *canvas = malloc(sizeof(*canvas));
	struct figure thinned = *figure;
	struct samples samples;
	int err = -ENOMEM;

	if (canvas)
		err = samples__copy(figure->samples, &samples,
				    (__u64)(figure->span_us / (2 * terminal->width)) + 1);
	if (!err) {
		thinned.samples = &samples;
		fprintf(stream, "%s\n", figure->title);
		for (int i = 0; i < figure->nr_panels; i++)
			print_panel(stream, terminal, &thinned, &figure->panels[i], canvas);
		print_time_axis(stream, figure, terminal->width);
		samples__free(&samples);
	}
	free(canvas);
	return err;
}
