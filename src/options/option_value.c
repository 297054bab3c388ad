// SPDX-License-Identifier: BSD-2-Clause
#include "options/option_value.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <siftr/array_size.h>
#include <siftr/filter.h>
#include <siftr/time_units.h>

#include "options/format_names.h"
#include "options/option_table.h"
#include "options/option_text.h"
#include "options/options.h"
#include "report/report.h"

/* Parses a number of digits only: strtoull() alone would accept a sign and leading white space. */
static bool parse_digits(const char *text, __u64 *value, const char **end)
{
	char *stop;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	*value = strtoull(text, &stop, 10);
	*end = stop;
	return errno == 0;
}

static bool parse_size(const char *text, __u64 *bytes)
{
	const char *end, *unit;
	int shift;

	if (!parse_digits(text, bytes, &end))
		return false;
	unit = *end ? strchr(OPTION_UNITS, toupper((unsigned char)*end)) : NULL;
	if (unit) {
		shift = 10 * (unit - OPTION_UNITS + 1);
		if (*bytes > ~0ULL >> shift)
			return false;
		*bytes <<= shift;
		end++;
	}
	return !*end;
}

/* Parses seconds with at most three decimals, such as 0.25, into milliseconds. */
static bool parse_seconds(const char *text, __u64 *milliseconds)
{
	__u64 seconds, scale = 100;
	const char *end;

	if (!parse_digits(text, &seconds, &end) || seconds > OPTION_SECONDS_MAX)
		return false;
	*milliseconds = seconds * MSEC_PER_SEC;
	if (*end == '.' && isdigit((unsigned char)end[1])) {
		for (end++; isdigit((unsigned char)*end) && scale; end++, scale /= 10)
			*milliseconds += (*end - '0') * scale;
	}
	return !*end;
}

/* Parses a whole number and its unit, such as 100ms, into nanoseconds. */
static bool parse_time(const char *text, __u64 *ns)
{
	const char *end;
	__u64 unit;

	if (!parse_digits(text, ns, &end))
		return false;
	if (!strcmp(end, "us"))
		unit = NSEC_PER_USEC;
	else if (!strcmp(end, "ms"))
		unit = NSEC_PER_MSEC;
	else if (!strcmp(end, "s"))
		unit = NSEC_PER_SEC;
	else
		return false;
	return !__builtin_mul_overflow(*ns, unit, ns);
}

static bool parse_flag(const char *text, __u64 *value)
{
	*value = !text || !strcmp(text, "yes");
	return !text || *value || !strcmp(text, "no");
}

static bool parse_zstd(const char *text, __u64 *value)
{
	*value = !strcmp(text, "zstd");
	return *value || !strcmp(text, "none");
}

static bool parse_when(const char *text, __u64 *value)
{
	static const char *const names[] = {
		[WHEN_AUTO] = "auto", [WHEN_YES] = "yes", [WHEN_NO] = "no"};

	for (*value = 0; *value < ARRAY_SIZE(names); ++*value)
		if (!strcmp(text, names[*value]))
			return true;
	return false;
}

static bool parse_format(const char *text, __u64 *value)
{
	if (format_names__find(text, value))
		return true;
	*value = FORMAT_TABLE;
	return !strcmp(text, "table");
}

static bool parse_number(const struct option_row *row, const char *text, __u64 *value)
{
	const char *end;
	bool good = false;

	switch (row->kind) {
	case OPTION_FLAG:
		return parse_flag(text, value);
	case OPTION_U32:
	case OPTION_U64:
		good = parse_digits(text, value, &end) && !*end;
		break;
	case OPTION_SIZE:
		good = parse_size(text, value);
		break;
	case OPTION_SECONDS:
		good = parse_seconds(text, value);
		break;
	case OPTION_TIME:
		good = parse_time(text, value);
		break;
	case OPTION_NAMES:
		return name_list__parse(row->names, text, value);
	case OPTION_FORMAT:
		good = parse_format(text, value);
		break;
	case OPTION_ZSTD:
		good = parse_zstd(text, value);
		break;
	case OPTION_WHEN:
		good = parse_when(text, value);
		break;
	default: /* no number; see option_value__parse() */
		break;
	}
	return good && *value >= row->min && *value <= row->max;
}

static void store(const struct option_row *row, __u64 value, struct options *options)
{
	void *member = (char *)options + row->member;

	switch (row->kind) {
	case OPTION_FLAG:
	case OPTION_ZSTD:
		*(bool *)member = value;
		break;
	case OPTION_U32:
	case OPTION_FORMAT:
	case OPTION_WHEN:
	case OPTION_NAMES:
		*(__u32 *)member = value;
		break;
	case OPTION_U64:
	case OPTION_SIZE:
	case OPTION_SECONDS:
	case OPTION_TIME:
		*(__u64 *)member = value;
		break;
	default: /* no number; see option_value__parse() */
		break;
	}
}

static int report_bad_value(const struct option_row *row, const char *name, const char *got)
{
	char takes[256];

	option_text__takes(row, takes, sizeof(takes));
	report_message("%s takes %s, not '%s'", name, takes, got);
	return -EINVAL;
}

/* Adds the value of a filter to those that were given before. */
static int parse_filter(const struct option_row *row, const char *name, const char *text,
			struct options *options)
{
	int err = filter__add(&options->filter, row->filter, text);

	if (err == -E2BIG)
		report_message("%s: more than %d filters or %d values of filters", name,
			       FILTER_VALUES_MAX, SIFTR_RULES_MAX);
	else if (err)
		report_bad_value(row, name, text);
	return err ? -EINVAL : 0;
}

/* Adds the text to those that were given before. */
static int parse_text(const struct option_row *row, const char *name, const char *text,
		      struct options *options)
{
	struct option_texts *texts = (void *)((char *)options + row->member);

	if (!*text)
		return report_bad_value(row, name, text);
	if (texts->count == OPTION_TEXTS_MAX) {
		report_message("%s may be given %d times at most", name, OPTION_TEXTS_MAX);
		return -EINVAL;
	}
	texts->of[texts->count++] = text;
	return 0;
}

/* Whether the option's member is the text of its value. */
static bool is_kept_text(enum option_kind kind)
{
	return kind == OPTION_FILE || kind == OPTION_LIST || kind == OPTION_SPAN ||
	       kind == OPTION_NAME;
}

int option_value__parse(const struct option_row *row, const char *name, const char *text,
			struct options *options)
{
	__u64 value;

	if (is_kept_text(row->kind)) {
		if (!*text)
			return report_bad_value(row, name, text);
		*(const char **)((char *)options + row->member) = text;
		return 0;
	}
	if (row->kind == OPTION_BURSTS)
		return burst_schedule__parse(text, (void *)((char *)options + row->member))
			       ? 0
			       : report_bad_value(row, name, text);
	if (row->kind == OPTION_FILTER)
		return parse_filter(row, name, text, options);
	if (row->kind == OPTION_TEXTS)
		return parse_text(row, name, text, options);
	if (!parse_number(row, text, &value))
		return report_bad_value(row, name, text);
	store(row, value, options);
	return 0;
}

void option_value__set_initial(struct options *options)
{
	for (const struct option_row *row = option_table; row->name; row++)
		if (row->initial)
			store(row, row->initial, options);
}
