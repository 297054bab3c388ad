/* SPDX-License-Identifier: BSD-2-Clause */
/* What a format cannot write as absent: columns and captured fields. */
#ifndef SIFTR_FORMAT_FORMAT_NEEDS_H
#define SIFTR_FORMAT_FORMAT_NEEDS_H

#include "format/format.h"

/*
 * The name of the first column or field that the format needs and that a log lacks; NULL: it lacks
 * none. `absent` has ROW_BIT() of each column that the log lacks, `present` is, as in struct
 * row_fields, a bit for the number of each field that it has.
 */
const char *format_needs__missing(const struct format *format, __u32 absent,
				  const __u64 present[ROW_FIELDS_MAX / 64]);

/* The name of the first column or field that the format needs and that a row lacks, or NULL. */
const char *format_needs__missing_in(const struct format *format, const struct row *row);

/* Whether the format can write the row: one of a log in this format is written as it was. */
static inline bool format_needs__are_met(const struct format *format, const struct row *row)
{
	if (__builtin_expect(row->absent & format->required, 0))
		return false;
	if (row->fields && row->fields->as_read && row->fields->as_read->format == format->name)
		return true;
	return !format->fields || !format_needs__missing_in(format, row);
}

#endif
