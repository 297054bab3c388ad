// SPDX-License-Identifier: BSD-2-Clause
#include "options/option_text.h"

#include <stdio.h>
#include <siftr/time_units.h>

#include "options/format_names.h"
#include "options/option_table.h"
#include "options/options.h"

void option_text__value(const struct option_row *row, __u64 value, char text[OPTION_VALUE_BYTES])
{
	const char *unit = "";

	if (row->kind == OPTION_SIZE) {
		for (const char *larger = OPTION_UNITS; *larger && value && !(value & 1023);
		     larger++) {
			value >>= 10;
			unit = larger;
		}
	}
	if (row->kind == OPTION_TIME && !(value % NSEC_PER_SEC)) {
		value /= NSEC_PER_SEC;
		unit = "s";
	}
	snprintf(text, OPTION_VALUE_BYTES, "%llu%.1s", value, unit);
}

static void describe_range(const struct option_row *row, const char *what, const char *with,
			   char *text, size_t bytes)
{
	char min[OPTION_VALUE_BYTES], max[OPTION_VALUE_BYTES];

	option_text__value(row, row->min, min);
	option_text__value(row, row->max, max);
	snprintf(text, bytes, "%s from %s to %s%s", what, min, max, with);
}

static void describe_names(const struct option_row *row, char *text, size_t bytes)
{
	int used = snprintf(text, bytes, "a list, with commas, of ");

	name_list__print(row->names, text + used, bytes - used);
}

/* What an option takes; NULL if that depends on more than its kind. */
static const char *fixed_takes(const struct option_row *row)
{
	switch (row->kind) {
	case OPTION_FLAG:
		return "yes or no";
	case OPTION_FILE:
		return "a file name";
	case OPTION_NAME:
		return "a name or a number";
	case OPTION_LIST:
		return "names, separated by commas";
	case OPTION_SPAN:
		return "a number of packets or a time such as 5s";
	case OPTION_FILTER:
		return filter__takes(row->filter);
	case OPTION_TEXTS:
		return "a text";
	case OPTION_ZSTD:
		return "zstd or none";
	case OPTION_WHEN:
		return "yes, no or auto";
	case OPTION_BURSTS:
		return BURST_SCHEDULE_TAKES;
	case OPTION_TIME:
		return "a whole number with us, ms or s, at most 1000000s";
	default:
		return NULL;
	}
}

void option_text__takes(const struct option_row *row, char *text, size_t bytes)
{
	const char *fixed = fixed_takes(row);

	if (fixed) {
		snprintf(text, bytes, "%s", fixed);
		return;
	}
	switch (row->kind) {
	case OPTION_NAMES:
		describe_names(row, text, bytes);
		break;
	case OPTION_SIZE:
		describe_range(row, "bytes", ", with K, M, G or T appended", text, bytes);
		break;
	case OPTION_FORMAT:
		format_names__list(text, bytes);
		break;
	case OPTION_SECONDS:
		snprintf(text, bytes, "seconds from 0.001 to %llu with at most three decimals",
			 OPTION_SECONDS_MAX);
		break;
	default:
		describe_range(row, "a whole number", "", text, bytes);
		break;
	}
}
