// SPDX-License-Identifier: BSD-2-Clause
#include "plot/figure.h"

#include <stdio.h>
#include <string.h>

#include "format/column_table.h"
#include "report/human.h"

/* Between the greatest value and the upper end of the axis, as a share of the axis. */
#define HEADROOM 0.04

/* The panel that has the unit of the column, or a new one. */
static struct figure_panel *panel_of(struct figure *figure, int column)
{
	const struct plot_column *wanted = &figure->columns[column];
	struct figure_panel *panel = figure->panels;

	for (int i = 0; i < figure->nr_panels; i++, panel++)
		if (panel->quantity == wanted->quantity && !strcmp(panel->unit, wanted->unit))
			return panel;
	figure->nr_panels++;
	panel->quantity = wanted->quantity;
	panel->unit = wanted->unit;
	return panel;
}

static bool is_bound(const struct plot_column *column)
{
	return column->column == ROW_snd_wnd || column->column == ROW_rcv_wnd ||
	       column->column == ROW_snd_buf_hiwater || column->column == ROW_rcv_buf_hiwater;
}

/* The greatest value of the panel's columns that are bounds, or of those that are none. */
static double greatest(const struct figure *figure, const struct figure_panel *panel,
		       bool of_bounds)
{
	double max = 0;

	for (int i = 0; i < panel->nr_columns; i++) {
		int column = panel->columns[i];
		double value = samples__max(figure->samples, (size_t)column);

		if (is_bound(&figure->columns[column]) == of_bounds && value > max)
			max = value;
	}
	return max;
}

/* Says in the names of columns that reach beyond the scale how far they do. */
static void name_cut_columns(struct figure *figure, const struct figure_panel *panel)
{
	for (int i = 0; i < panel->nr_columns; i++) {
		int column = panel->columns[i];
		double max = samples__max(figure->samples, (size_t)column);
		char text[HUMAN_BYTES];

		if (max > panel->scale.top)
			snprintf(figure->names[column], FIGURE_NAME_BYTES, "%s (cut off, up to %s)",
				 figure->columns[column].name, human__size(text, (__u64)max));
	}
}

static void lay_out_panel(struct figure *figure, struct figure_panel *panel, int value_ticks)
{
	double max = greatest(figure, panel, false);

	if (!(max > 0))
		max = greatest(figure, panel, true);
	panel->scale = scale__choose(panel->quantity, max, value_ticks);
	panel->scale.top *= 1 + HEADROOM;
	if (panel->quantity != QUANTITY_COUNT)
		panel->unit = panel->scale.unit;
	name_cut_columns(figure, panel);
}

void figure__lay_out(struct figure *figure, const char *title, const struct plot_column columns[],
		     const struct samples *samples, int time_ticks, int value_ticks)
{
	*figure = (struct figure){.title = title, .columns = columns, .samples = samples};
	figure->begin_us = samples__row(samples, 0)[0];
	figure->span_us = samples__row(samples, samples->count - 1)[0] - figure->begin_us;
	if (figure->span_us <= 0)
		figure->span_us = 1;
	figure->time = scale__choose(QUANTITY_TIME, figure->span_us, time_ticks);
	for (int column = 0; column < (int)samples->nr_columns; column++) {
		struct figure_panel *panel;

		if (!samples__has_value(samples, (size_t)column))
			continue;
		panel = panel_of(figure, column);
		snprintf(figure->names[column], FIGURE_NAME_BYTES, "%s", columns[column].name);
		panel->columns[panel->nr_columns++] = column;
	}
	for (int i = 0; i < figure->nr_panels; i++)
		lay_out_panel(figure, &figure->panels[i], value_ticks);
}
