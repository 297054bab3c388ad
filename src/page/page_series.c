// SPDX-License-Identifier: BSD-2-Clause
#include "page/page_series.h"

#include <endian.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "format/decimal.h"
#include "page/page_text.h"
#include "plot/figure.h"
#include "plot/svg.h"

#define NO_VALUE 0xffffffffU

/* Two times with a sign each, a limit and commas. */
#define PART_BYTES 64

/* The value of column `column`, from 1, or the time since the first row, 0. */
static double value_of(const struct samples *samples, size_t row, size_t column)
{
	double value = samples__row(samples, row)[column];

	return column ? value : value - samples__row(samples, 0)[0];
}

static bool fits_u32(const struct samples *samples, size_t column)
{
	for (size_t row = 0; row < samples->count; row++) {
		double value = value_of(samples, row, column);

		if (value < 0 || value >= NO_VALUE - 0.5)
			return false;
	}
	return true;
}

/* Fills `bytes`, which has room for eight bytes a row. Returns how many bytes it has. */
static size_t encode(const struct samples *samples, size_t column, bool is_u32, char *bytes)
{
	char *out = bytes;

	for (size_t row = 0; row < samples->count; row++) {
		double value = value_of(samples, row, column);
		__u64 wide;

		if (is_u32) {
			__u32 number = htole32(isnan(value) ? NO_VALUE : (__u32)(value + 0.5));

			memcpy(out, &number, sizeof(number));
			out += sizeof(number);
			continue;
		}
		memcpy(&wide, &value, sizeof(wide));
		wide = htole64(wide);
		memcpy(out, &wide, sizeof(wide));
		out += sizeof(wide);
	}
	return (size_t)(out - bytes);
}

static void write_column(FILE *stream, const struct samples *samples, size_t column, char *bytes)
{
	bool is_u32 = fits_u32(samples, column);

	fprintf(stream, "%s[\"%s\",\"%s\",\"", column ? "," : "",
		column ? series_columns__name((int)column - 1) : "time", is_u32 ? "u32" : "f64");
	page_text__base64(stream, bytes, encode(samples, column, is_u32, bytes));
	fputs("\"]", stream);
}

static char *write_signed(char *out, __s64 number)
{
	if (number < 0)
		*out++ = '-';
	return decimal__u64(out, number < 0 ? -(__u64)number : (__u64)number);
}

static void write_strip(FILE *stream, const char *name, const struct strip *strip, __u64 begin_us)
{
	fprintf(stream, ",\"%s_slice_us\":%llu,\"%s\":[", name, strip->slice_us, name);
	for (size_t i = 0; i < strip->count; i++) {
		const struct strip_part *part = &strip->parts[i];

		char text[PART_BYTES], *out = text;

		*out = ',';
		out = write_signed(out + (i > 0), (__s64)(part->begin_us - begin_us));
		*out++ = ',';
		out = write_signed(out, (__s64)(part->end_us - begin_us));
		*out++ = ',';
		out = decimal__u32(out, part->limit);
		fwrite(text, 1, (size_t)(out - text), stream);
	}
	fputc(']', stream);
}

int page_series__json(FILE *stream, const struct flow_series *flow)
{
	const struct samples *samples = &flow->samples;
	char *bytes = malloc(samples->count * sizeof(double) + 1);
	__u64 begin_us = samples->count ? (__u64)samples__row(samples, 0)[0] : 0;

	if (!bytes)
		return -ENOMEM;
	fprintf(stream, "\"first_us\":%llu,\"rows\":%zu,\"lines\":%llu,\"thinned_us\":%llu",
		begin_us, samples->count, samples->added, samples->part_us);
	write_strip(stream, "sender", &flow->sender, begin_us);
	write_strip(stream, "receiver", &flow->receiver, begin_us);
	fputs(",\"columns\":[", stream);
	for (size_t column = 0; column <= samples->nr_columns; column++)
		if (!column || samples__has_value(samples, column - 1))
			write_column(stream, samples, column, bytes);
	fputc(']', stream);
	free(bytes);
	return 0;
}

/* The columns of the panel that have values. Returns their number. */
static size_t columns_of(const struct samples *samples, int panel, int columns[PLOT_COLUMNS_MAX])
{
	size_t count = 0;

	for (int column = 0; column < (int)SERIES_COLUMNS; column++)
		if (series_columns__panel(column) == panel && count < PLOT_COLUMNS_MAX &&
		    samples__has_value(samples, (size_t)column))
			columns[count++] = column;
	return count;
}

static int draw(FILE *stream, const struct flow_series *flow, const int columns[], size_t count)
{
	struct plot_column drawn[PLOT_COLUMNS_MAX];
	struct samples samples;
	struct figure figure;
	int err = flow_series__copy(flow, columns, count, &samples);

	for (size_t i = 0; i < count; i++)
		drawn[i] = series_columns__drawn(columns[i]);
	if (!err && samples.count) {
		figure__lay_out(&figure, "", drawn, &samples, SVG_TIME_TICKS, SVG_VALUE_TICKS);
		err = svg__write_inline(stream, &figure);
	}
	samples__free(&samples);
	return err;
}

int page_series__figures(FILE *stream, const struct flow_series *flow)
{
	int columns[PLOT_COLUMNS_MAX], err = 0;

	/* Sequence numbers are points, which a figure of lines cannot show. */
	for (int panel = 0; panel < series_columns__panel(SERIES_sent_seq) && !err; panel++) {
		size_t count = columns_of(&flow->samples, panel, columns);

		if (count)
			err = draw(stream, flow, columns, count);
	}
	return err;
}
