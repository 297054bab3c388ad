// SPDX-License-Identifier: BSD-2-Clause
#include "commands/log_fields.h"

#include <errno.h>

#include "report/report.h"

int log_fields__choose(struct log_fields *fields, const struct format *format, const char *list,
		       const __u64 present[ROW_FIELDS_MAX / 64])
{
	fields->format = *format;
	selection__columns_and(&fields->selection, format->select ? present : NULL);
	if (list && !format->select) {
		report_message("the format %s has no room for --fields: choose csv or jsonl",
			       format->name);
		return -EINVAL;
	}
	if (list && selection__parse(&fields->selection, list))
		return -EINVAL;
	if (format->select && (fields->selection.columns != ROW_ALL || fields->selection.nr_fields))
		format->select(&fields->format, &fields->selection);
	return 0;
}

static char *write_nothing(char *out, struct format_cache *cache, const struct row rows[],
			   size_t count)
{
	(void)cache;
	(void)rows;
	(void)count;
	return out;
}

void log_fields__write_nothing(struct log_fields *fields)
{
	fields->format.rows = write_nothing;
	fields->format.line_max = 1;
	fields->format.header = NULL;
}

__u32 log_fields__groups(const struct log_fields *fields)
{
	return (selection__groups(&fields->selection) | fields->format.groups) & ~SIFTR_USER_GROUPS;
}
