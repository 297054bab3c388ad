// SPDX-License-Identifier: BSD-2-Clause
#include "plot/figure.h"

#include <string.h>

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

static double greatest(const struct figure *figure, const struct figure_panel *panel)
{
	double max = 0;

	for (int i = 0; i < panel->nr_columns; i++) {
		double value = samples__max(figure->samples, (size_t)panel->columns[i]);

		max = value > max ? value : max;
	}
	return max;
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
		struct figure_panel *panel = panel_of(figure, column);

		panel->columns[panel->nr_columns++] = column;
	}
	for (int i = 0; i < figure->nr_panels; i++) {
		struct figure_panel *panel = &figure->panels[i];

		panel->scale = scale__choose(panel->quantity, greatest(figure, panel), value_ticks);
		panel->scale.top *= 1 + HEADROOM;
		if (panel->quantity != QUANTITY_COUNT)
			panel->unit = panel->scale.unit;
	}
}
