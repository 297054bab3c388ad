// SPDX-License-Identifier: BSD-2-Clause
#include "plot/plot_column.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <siftr/array_size.h>

#include "convert/field_table.h"
#include "format/column_table.h"
#include "report/report.h"

/* What Linux and FreeBSD have as the threshold of a connection that never had a loss. */
#define SSTHRESH_NEVER_SET 1073725440.0
#define SSTHRESH_INFINITE  2147483647.0

static const struct {
	const char *name;
	int column;
} short_names[] = {
	{"cwnd", ROW_snd_cwnd},
	{"ssthresh", ROW_snd_ssthresh},
	{"inflight", ROW_sent_inflight_bytes},
};

static const struct {
	const char *unit;
	enum quantity quantity;
	double factor;
} quantities[] = {
	{"bytes", QUANTITY_BYTES, 1}, {"bytes/s", QUANTITY_RATE, 1},
	{"us", QUANTITY_TIME, 1},     {"jiffies", QUANTITY_TIME, 1}, /* rows have microseconds */
	{"us/4", QUANTITY_TIME, .25}, {"us/8", QUANTITY_TIME, .125},
};

static void set_unit(struct plot_column *column, const char *unit)
{
	column->quantity = QUANTITY_COUNT;
	column->factor = 1;
	column->unit = unit;
	for (size_t i = 0; i < ARRAY_SIZE(quantities); i++) {
		if (strcmp(unit, quantities[i].unit) != 0)
			continue;
		column->quantity = quantities[i].quantity;
		column->factor = quantities[i].factor;
		column->unit = "";
	}
}

static bool is_name(const char *name, const char *text, size_t bytes)
{
	return !strncmp(name, text, bytes) && !name[bytes];
}

/* 0 if the name is that of a column of SIFTR, else -ENOENT. */
static int find_column(struct plot_column *found, const char *name, size_t bytes)
{
	*found = (struct plot_column){.column = -1, .field = -1};
	for (size_t i = 0; i < ARRAY_SIZE(short_names); i++) {
		if (!is_name(short_names[i].name, name, bytes))
			continue;
		found->name = short_names[i].name;
		found->column = short_names[i].column;
	}
	for (int column = 0; column < ROW_COLUMNS && found->column < 0; column++) {
		if (!is_name(column_table[column].name, name, bytes))
			continue;
		found->name = column_table[column].name;
		found->column = column;
	}
	if (found->column < 0)
		return -ENOENT;
	set_unit(found, column_table[found->column].unit);
	return 0;
}

/* 0 or -EINVAL, reported. */
static int find(struct plot_column *found, const char *name, size_t bytes)
{
	if (!find_column(found, name, bytes))
		return 0;
	found->field = field_table__find(name, bytes);
	if (found->field < 0) {
		report_message("--columns takes names of columns and fields, not '%.*s': siftr-bpf "
			       "fields lists them",
			       (int)bytes, name);
		return -EINVAL;
	}
	if (field_table__is_text(&field_table[found->field])) {
		report_message("--columns takes numbers: %.*s is a text", (int)bytes, name);
		return -EINVAL;
	}
	found->name = field_table[found->field].name;
	set_unit(found, field_table[found->field].unit);
	return 0;
}

int plot_column__parse(const char *list, struct plot_column columns[PLOT_COLUMNS_MAX])
{
	int count = 0;

	for (const char *name = list;; name++) {
		size_t bytes = strcspn(name, ",");

		if (count == PLOT_COLUMNS_MAX) {
			report_message("--columns takes at most %d names", PLOT_COLUMNS_MAX);
			return -EINVAL;
		}
		if (find(&columns[count++], name, bytes))
			return -EINVAL;
		name += bytes;
		if (!*name)
			return count;
	}
}

static bool is_unset_threshold(const struct plot_column *column, double value)
{
	if (column->column == ROW_snd_ssthresh)
		return value >= SSTHRESH_NEVER_SET;
	return column->field >= 0 && value >= SSTHRESH_INFINITE &&
	       strstr(field_table[column->field].name, "ssthresh");
}

double plot_column__value(const struct plot_column *column, const struct row *row)
{
	double value;

	if (column->column >= 0) {
		if (row->absent & ROW_BIT(column->column))
			return NAN;
		value = row__column(row, column->column);
	} else {
		if (!row_fields__has(row->fields, (__u32)column->field))
			return NAN;
		value = (double)row->fields->values[column->field];
	}
	return is_unset_threshold(column, value) ? NAN : value * column->factor;
}
