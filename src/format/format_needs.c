// SPDX-License-Identifier: BSD-2-Clause
#include "format/format_needs.h"

#include "convert/field_table.h"
#include "format/column_table.h"

const char *format_needs__missing(const struct format *format, __u32 absent,
				  const __u64 present[ROW_FIELDS_MAX / 64])
{
	__u32 missing = format->required & absent;

	if (missing)
		return column_table[__builtin_ctz(missing)].name;
	for (const __u16 *field = format->fields; field && *field != FORMAT_FIELDS_END; field++)
		if (!(present[*field / 64] >> *field % 64 & 1))
			return field_table[*field].name;
	return NULL;
}

const char *format_needs__missing_in(const struct format *format, const struct row *row)
{
	static const __u64 none[ROW_FIELDS_MAX / 64];

	return format_needs__missing(format, row->absent,
				     row->fields ? row->fields->present : none);
}
