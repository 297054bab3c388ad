// SPDX-License-Identifier: BSD-2-Clause
/* Lengths are in units of the drawing, of which a browser makes pixels. */
#include "plot/svg.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "report/human.h"

#define WIDTH	     720
#define LEFT	     64
#define RIGHT	     16
#define PLOT_WIDTH   (WIDTH - LEFT - RIGHT)
#define TITLE_HEIGHT 26
#define LEGEND_LINE  18
#define PANEL_GAP    14
#define TIME_HEIGHT  42
#define FONT_SIZE    12
/* A title longer than this, of IPv6 addresses, has smaller letters. */
#define TITLE_WIDE 95
/* Widths of a letter of the legend and of what stands before its names. */
#define LETTER_WIDTH 7
#define LEGEND_LEAD  40
/* A coordinate is below this, unless a value is far below 0. */
#define COORDINATE_MAX 1e6
/* Any double as "%.1f". */
#define COORDINATE_BYTES 320
/* Of a line's points, before they pass to the stream. */
#define POINTS_BYTES 8192

/* Colours that people who cannot tell red from green tell apart, dark enough for white paper. */
static const struct {
	const char *colour, *dashes;
} styles[PLOT_COLUMNS_MAX] = {
	{"#0060a8", "none"},	 {"#d55e00", "6 3"},  {"#007a5a", "2 2"},
	{"#a0307a", "9 3 2 3"},	 {"#56708a", "none"}, {"#8a6d00", "4 2 1 2"},
	{"#b02020", "12 3 3 3"}, {"#303030", "1 2"},
};

struct panel_box {
	double legend, top, bottom; /* heights, from the drawing's top downwards */
};

/* The place in the legend of the panel's column `index`, and of `index` nr_columns the end. */
static void legend_place(const struct figure *figure, const struct figure_panel *panel, int index,
			 double *x, int *line)
{
	*x = LEFT + LEGEND_LEAD;
	*line = 0;
	for (int i = 0;; i++) {
		const char *name;
		double width;

		if (i == panel->nr_columns)
			return;
		name = figure->names[panel->columns[i]];
		width = LEGEND_LEAD + LETTER_WIDTH * (double)strlen(name);
		if (i && *x + width > WIDTH - RIGHT) {
			*x = LEFT + LEGEND_LEAD;
			++*line;
		}
		if (i == index)
			return;
		*x += width;
	}
}

static struct panel_box box_of(const struct figure *figure, int number)
{
	double height = figure->nr_panels == 1 ? 280 : figure->nr_panels == 2 ? 190 : 140;
	double top = TITLE_HEIGHT, x;
	struct panel_box box = {};

	for (int i = 0; i <= number; i++) {
		const struct figure_panel *panel = &figure->panels[i];
		int line;

		legend_place(figure, panel, panel->nr_columns, &x, &line);
		box = (struct panel_box){.legend = top};
		box.top = top + LEGEND_LINE * (line + 1);
		box.bottom = box.top + height;
		top = box.bottom + PANEL_GAP;
	}
	return box;
}

static void write_legend(FILE *stream, const struct figure *figure,
			 const struct figure_panel *panel, const struct panel_box *box)
{
	double x;
	int line;

	fprintf(stream, "<text x=\"%d\" y=\"%.0f\" text-anchor=\"end\">%s</text>\n", LEFT - 6,
		box->legend + 12, panel->unit);
	for (int i = 0; i < panel->nr_columns; i++) {
		int column = panel->columns[i];
		double y;

		legend_place(figure, panel, i, &x, &line);
		y = box->legend + LEGEND_LINE * line + 8;
		fprintf(stream,
			"<path d=\"M%.0f %.0fh26\" stroke=\"%s\" stroke-dasharray=\"%s\" "
			"stroke-width=\"1.8\"/><text x=\"%.0f\" y=\"%.0f\">%s</text>\n",
			x - LEGEND_LEAD, y, styles[column].colour, styles[column].dashes,
			x - LEGEND_LEAD + 31, y + 4, figure->names[column]);
	}
}

static void write_grid(FILE *stream, const struct figure *figure, const struct figure_panel *panel,
		       const struct panel_box *box)
{
	char text[SCALE_NUMBER_BYTES];

	for (int tick = 0; tick <= panel->scale.nr_ticks; tick++) {
		double y =
			box->bottom - scale__place(&panel->scale, tick) * (box->bottom - box->top);

		if (tick)
			fprintf(stream, "<path class=\"g\" d=\"M%d %.1fh%d\"/>", LEFT, y,
				PLOT_WIDTH);
		fprintf(stream, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
			LEFT - 6, y + 4, scale__number(&panel->scale, tick, text));
	}
	for (int tick = 1; tick <= figure->time.nr_ticks; tick++)
		fprintf(stream, "<path class=\"g\" d=\"M%.1f %.1fV%.1f\"/>\n",
			LEFT + scale__place(&figure->time, tick) * PLOT_WIDTH, box->top,
			box->bottom);
	fprintf(stream, "<path class=\"a\" d=\"M%d %.1fV%.1fH%d\"/>\n", LEFT, box->top, box->bottom,
		WIDTH - RIGHT);
}

/* As "%.1f", which would take most of the time of a drawing. */
static char *write_coordinate(char *out, double coordinate)
{
	if (coordinate >= 0 && coordinate < COORDINATE_MAX)
		return human__rounded(out, coordinate, 1);
	return out + snprintf(out, COORDINATE_BYTES, "%.1f", coordinate);
}

/* Writes the text from `begin` to `end` to the stream. Returns `begin`. */
static char *pass_on(FILE *stream, char *begin, const char *end)
{
	/* cppcheck-suppress uninitvar ; what is before `end` was written */
	fwrite(begin, 1, (size_t)(end - begin), stream);
	return begin;
}

static void write_line(FILE *stream, const struct figure *figure, const struct figure_panel *panel,
		       const struct panel_box *box, int column)
{
	char points[POINTS_BYTES + 2 * COORDINATE_BYTES + 2], *end = points;
	bool is_drawn = false, is_known = false;

	for (size_t i = 0; i < figure->samples->count; i++) {
		const double *row = samples__row(figure->samples, i);
		double y = figure__y(panel, row, column);

		if (!isnan(y)) {
			if (!is_drawn)
				fprintf(stream,
					"<path class=\"l\" stroke=\"%s\" stroke-dasharray=\"%s\" "
					"d=\"",
					styles[column].colour, styles[column].dashes);
			is_drawn = true;
			*end++ = is_known ? 'L' : 'M';
			end = write_coordinate(end, LEFT + figure__x(figure, row) * PLOT_WIDTH);
			*end++ = ' ';
			end = write_coordinate(end, box->bottom - y * (box->bottom - box->top));
		}
		is_known = !isnan(y);
		if (end - points >= POINTS_BYTES)
			end = pass_on(stream, points, end);
	}
	pass_on(stream, points, end);
	if (is_drawn)
		fputs("h.1\"/>\n", stream);
}

static void write_time_axis(FILE *stream, const struct figure *figure, double bottom)
{
	char text[SCALE_NUMBER_BYTES];

	for (int tick = 0; tick <= figure->time.nr_ticks; tick++)
		fprintf(stream, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n",
			LEFT + scale__place(&figure->time, tick) * PLOT_WIDTH, bottom + 16,
			scale__number(&figure->time, tick, text));
	fprintf(stream, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"middle\">time (%s)</text>\n",
		LEFT + PLOT_WIDTH / 2, bottom + 34, figure->time.unit);
}

static void write_title(FILE *stream, const struct figure *figure)
{
	fprintf(stream,
		"<title>%s</title>\n"
		"<style>.g{stroke:#ddd}.a{stroke:#444;fill:none}.l{fill:none;stroke-width:1.4;"
		"stroke-linejoin:round}text{fill:#222}</style>\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
		figure->title);
	fprintf(stream,
		"<text x=\"%d\" y=\"16\" text-anchor=\"middle\" font-size=\"%d\">%s</text>\n",
		WIDTH / 2, strlen(figure->title) > TITLE_WIDE ? FONT_SIZE - 3 : FONT_SIZE,
		figure->title);
}

static void write_drawing(FILE *stream, const struct figure *figure, bool is_inline)
{
	double bottom = box_of(figure, figure->nr_panels - 1).bottom;

	fprintf(stream,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" width=\"%d\" "
		"height=\"%.0f\" font-family=\"sans-serif\" font-size=\"%d\" role=\"img\">\n",
		WIDTH, bottom + TIME_HEIGHT, WIDTH, bottom + TIME_HEIGHT, FONT_SIZE);
	if (!is_inline)
		write_title(stream, figure);
	for (int i = 0; i < figure->nr_panels; i++) {
		const struct figure_panel *panel = &figure->panels[i];
		struct panel_box box = box_of(figure, i);

		write_grid(stream, figure, panel, &box);
		write_legend(stream, figure, panel, &box);
		for (int column = 0; column < panel->nr_columns; column++)
			write_line(stream, figure, panel, &box, panel->columns[column]);
	}
	write_time_axis(stream, figure, bottom);
	fputs("</svg>\n", stream);
}

/* 0 or -ENOMEM. */
static int draw(FILE *stream, const struct figure *figure, bool is_inline)
{
	struct figure thinned = *figure;
	struct samples samples;
	int err =
		samples__copy(figure->samples, &samples, (__u64)(figure->span_us / PLOT_WIDTH) + 1);

	if (err)
		return err;
	thinned.samples = &samples;
	write_drawing(stream, &thinned, is_inline);
	samples__free(&samples);
	return 0;
}

int svg__write(FILE *stream, const struct figure *figure)
{
	return draw(stream, figure, false);
}

int svg__write_inline(FILE *stream, const struct figure *figure)
{
	return draw(stream, figure, true);
}
