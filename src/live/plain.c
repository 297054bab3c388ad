// SPDX-License-Identifier: BSD-2-Clause
#include "live/plain.h"

#include <siftr/time_units.h>

#include "live/live_columns.h"
#include "report/clock_time.h"
#include "report/plural.h"
#include "report/text.h"
#include "report/text_width.h"

const char *plain__totals(const struct live_snapshot *snapshot, char text[PLAIN_TOTALS_BYTES])
{
	char in[LIVE_CELL_BYTES], out[LIVE_CELL_BYTES];

	snprintf(text, PLAIN_TOTALS_BYTES,
		 "%zu connection%s  %llu lost  in %s bit/s  out %s bit/s  %llu packet%s",
		 snapshot->flows, plural__ending(snapshot->flows), snapshot->lost,
		 live_columns__rate(snapshot->received, in),
		 live_columns__rate(snapshot->sent, out), snapshot->rows,
		 plural__ending(snapshot->rows));
	return text;
}

/* Finds how wide the columns are: as their widest cells, and as the table says at least. */
static void measure(int widths[LIVE_COLUMNS], const struct live_snapshot *snapshot)
{
	char text[LIVE_CELL_BYTES];

	for (int column = 0; column < LIVE_COLUMNS; column++) {
		widths[column] = live_columns[column].width;
		for (size_t i = 0; i < snapshot->count; i++) {
			int width = text_width__columns(
				live_columns__cell(&snapshot->lines[i], column, text));

			if (width > widths[column])
				widths[column] = width;
		}
	}
}

/* Prints the titles, without a line, or a connection. Names may have any characters. */
static void print_cells(FILE *stream, const int widths[LIVE_COLUMNS], const struct live_line *line)
{
	char text[LIVE_CELL_BYTES];
	int blanks = 0; /* before the next cell: none after the last one */

	for (int column = 0; column < LIVE_COLUMNS; column++) {
		const char *cell =
			line ? live_columns__cell(line, column, text) : live_columns[column].title;

		fprintf(stream, "%*s", blanks, "");
		text__print(stream, cell);
		blanks = widths[column] + 1 - text_width__columns(cell);
	}
	fputc('\n', stream);
}

void plain__print(FILE *stream, const struct live_snapshot *snapshot, __u64 begin_us)
{
	char moment[CLOCK_TIME_BYTES], totals[PLAIN_TOTALS_BYTES];
	int widths[LIVE_COLUMNS];

	fprintf(stream, "%s%s  %s\n", clock_time__since(moment, snapshot->time_us, begin_us),
		clock_time__zone(snapshot->time_us), plain__totals(snapshot, totals));
	measure(widths, snapshot);
	print_cells(stream, widths, NULL);
	for (size_t i = 0; i < snapshot->count; i++)
		print_cells(stream, widths, &snapshot->lines[i]);
	if (snapshot->count < snapshot->chosen)
		fprintf(stream, "and %zu more\n", snapshot->chosen - snapshot->count);
	fputc('\n', stream);
}
