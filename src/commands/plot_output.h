/* SPDX-License-Identifier: BSD-2-Clause */
/* Where plot draws: a file of SVG, PNG or PDF, SVG on stdout, or the terminal. */
#ifndef SIFTR_COMMANDS_PLOT_OUTPUT_H
#define SIFTR_COMMANDS_PLOT_OUTPUT_H

#include "plot/plot_column.h"
#include "plot/samples.h"

/*
 * Whether plot can write a file with such a name, "-" for SVG on stdout, NULL for a drawing of
 * characters. Returns an exit code; what is not EXIT_CLEAN is reported.
 */
int plot_output__check(const char *file);

/*
 * Draws the columns of the samples, a row at least. A file is replaced in one step. Returns an exit
 * code; what is not EXIT_CLEAN is reported.
 */
int plot_output__write(const char *file, const char *title, const struct plot_column columns[],
		       const struct samples *samples);

#endif
