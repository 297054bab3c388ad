/* SPDX-License-Identifier: BSD-2-Clause */
/* The value of a captured field as text, the same in both tables, csv and jsonl. */
#ifndef SIFTR_FORMAT_FIELD_TEXT_H
#define SIFTR_FORMAT_FIELD_TEXT_H

#include <string.h>

#include "convert/field_table.h"
#include "convert/row_fields.h"
#include "format/decimal.h"

/* Writes the value of a field, which must be known, and returns the end of the text. */
static inline char *field_text__write(char *out, const struct row_fields *fields, __u32 field)
{
	if (field_table__is_text(&field_table[field]))
		return stpcpy(out, row_fields__text(fields, field));
	return decimal__u64(out, fields->values[field]);
}

#endif
