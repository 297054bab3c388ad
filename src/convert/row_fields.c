// SPDX-License-Identifier: BSD-2-Clause
#include "convert/row_fields.h"

#include <stddef.h>
#include <string.h>

#include <siftr/time_units.h>

#include "convert/field_table.h"

#define CC_BYTES(member) \
	(offsetof(struct siftr_cc_group, member) - offsetof(struct siftr_cc_group, cc_name))

/* Sets the place of a field in its group's block, which begins at `block`. */
static void set_place(struct row_field_place *place, __u32 number, __u16 block, __u64 tick_ns)
{
	const struct field_row *field = &field_table[number];

	*place = (struct row_field_place){
		.field = (__u16)number,
		.offset = (__u16)(block + field->offset),
		.bytes = field->bytes,
		.known_offset = block,
		.known_bit = 1U << (number - field_groups[field->group].first),
		.tick_ns = field->is_jiffies ? tick_ns : 0,
	};
}

/*
 * Sets the place of a field in the private state of a congestion control. It begins at the record's
 * cc_name, because the state is read only if it belongs to that congestion control.
 */
static void set_private_place(struct row_field_place *place, __u32 number, __u16 block,
			      const struct ca_member *member)
{
	*place = (struct row_field_place){
		.field = (__u16)number,
		.offset = (__u16)(block + offsetof(struct siftr_cc_group, cc_name)),
		.bytes = member->bytes,
		.known_offset = block,
		.known_bit = 1U << (SIFTR_FIELD_cc_name - SIFTR_FIRST_cc),
		.owner = field_table[number].owner,
		.member = *member,
	};
}

void row_fields__lay_out(struct row_fields_layout *layout, const __u16 offsets[SIFTR_GROUPS],
			 __u64 tick_ns, const struct ca_member members[SIFTR_FIELDS])
{
	layout->count = 0;
	for (__u32 number = 0; number < SIFTR_FIELDS; number++) {
		const struct field_row *field = &field_table[number];
		__u16 block = offsets[field->group];

		if (!block || !field->bytes)
			continue;
		if (!field->owner)
			set_place(&layout->places[layout->count++], number, block, tick_ns);
		else if (members && members[number].bytes)
			set_private_place(&layout->places[layout->count++], number, block,
					  &members[number]);
	}
}

/* Reads a field of the private state of a congestion control; `name` is the record's cc_name. */
static void read_private(const struct row_field_place *place, const char *name,
			 struct row_fields *fields)
{
	const struct ca_member *member = &place->member;
	__u64 value = 0;

	memcpy(&value, name + CC_BYTES(ca_priv) + member->offset, member->bytes);
	value = value >> member->shift & member->mask;
	if (value != member->none)
		row_fields__set(fields, place->field, value);
}

static void read_place(const struct row_field_place *place, const char *from,
		       struct row_fields *fields)
{
	__u64 value = 0;

	if (place->bytes > sizeof(value)) {
		row_fields__set_text(fields, place->field, from);
		return;
	}
	memcpy(&value, from, place->bytes);
	if (place->tick_ns)
		value = value * place->tick_ns / NSEC_PER_USEC;
	row_fields__set(fields, place->field, value);
}

void row_fields__read(const struct row_fields_layout *layout, const struct siftr_record *record,
		      struct row_fields *fields)
{
	const char *bytes = (const char *)record, *other = NULL;

	row_fields__clear(fields);
	for (__u32 i = 0; i < layout->count; i++) {
		const struct row_field_place *place = &layout->places[i];
		const char *from = bytes + place->offset;
		__u32 known;

		memcpy(&known, bytes + place->known_offset, sizeof(known));
		if (!(known & place->known_bit))
			continue;
		if (!place->owner) {
			read_place(place, from, fields);
		} else if (place->owner != other) {
			/* After a mismatch the owner's other fields, which follow, are skipped. */
			if (strncmp(place->owner, from, SIFTR_TEXT_MAX))
				other = place->owner;
			else
				read_private(place, from, fields);
		}
	}
}
