// SPDX-License-Identifier: BSD-2-Clause
#include "convert/row_fields.h"

#include <string.h>

#include <siftr/time_units.h>

#include "convert/field_table.h"

void row_fields__lay_out(struct row_fields_layout *layout, const __u16 offsets[SIFTR_GROUPS],
			 __u64 tick_ns)
{
	layout->count = 0;
	for (__u32 number = 0; number < SIFTR_FIELDS; number++) {
		const struct field_row *field = &field_table[number];
		__u16 block = offsets[field->group];

		if (block && field->bytes)
			layout->places[layout->count++] = (struct row_field_place){
				.field = (__u16)number,
				.offset = (__u16)(block + field->offset),
				.bytes = field->bytes,
				.known_offset = block,
				.known_bit = 1U << (number - field_groups[field->group].first),
				.tick_ns = field->is_jiffies ? tick_ns : 0,
			};
	}
}

void row_fields__read(const struct row_fields_layout *layout, const struct siftr_record *record,
		      struct row_fields *fields)
{
	const char *bytes = (const char *)record;

	memset(fields->present, 0, sizeof(fields->present));
	fields->stack = NULL;
	for (__u32 i = 0; i < layout->count; i++) {
		const struct row_field_place *place = &layout->places[i];
		__u64 value = 0;
		__u32 known;

		memcpy(&known, bytes + place->known_offset, sizeof(known));
		if (!(known & place->known_bit))
			continue;
		if (place->bytes > sizeof(value)) {
			row_fields__set_text(fields, place->field, bytes + place->offset);
			continue;
		}
		memcpy(&value, bytes + place->offset, place->bytes);
		if (place->tick_ns)
			value = value * place->tick_ns / NSEC_PER_USEC;
		row_fields__set(fields, place->field, value);
	}
}
