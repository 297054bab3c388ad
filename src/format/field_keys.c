// SPDX-License-Identifier: BSD-2-Clause
#include "format/field_keys.h"

_Static_assert(sizeof(struct field_key) == 32, "a key is copied by two instructions");

#define KEY(name, is_big, kind)                                                      \
	{                                                                            \
		"\"" #name "\":\"", sizeof("\"" #name "\":\"") - 1 - !(is_big), kind \
	}

/* A name that is too long fails here: C allows a string without its NUL to fill an array. */
#define GROUP_FIELD(group, name, ...) \
	_Static_assert(sizeof("\"" #name "\":\"") <= FIELD_KEY_ROOM, "the key has room");
#define GROUP_TEXT(group, name, ...)	GROUP_FIELD(group, name)
#define GROUP_PRIVATE(group, name, ...) GROUP_FIELD(group, name)
#include <siftr/group_fields.def>

const struct field_key field_keys__fields[SIFTR_FIELDS] = {
#define GROUP_FIELD(group, name, type, unit, known, read, lacking, help) \
	KEY(name, sizeof(type) > sizeof(__u32),                          \
	    sizeof(type) > sizeof(__u32) ? FIELD_BIG : FIELD_NUMBER),
#define GROUP_TEXT(group, name, known, read, lacking, help) KEY(name, 0, FIELD_TEXT), {},
#define GROUP_PRIVATE(group, name, type, unit, cc, struct, member, none, lacking, help) \
	KEY(name, sizeof(type) > sizeof(__u32),                                         \
	    sizeof(type) > sizeof(__u32) ? FIELD_BIG : FIELD_NUMBER),
#include <siftr/group_fields.def>
};

const struct field_key field_keys__columns[ROW_COLUMNS] = {
#define COLUMN(name, ...) [ROW_##name] = KEY(name, 0, FIELD_NUMBER),
#include "format/row_columns.def"
#undef COLUMN
	[ROW_flowid] = KEY(flowid, 0, FIELD_NUMBER),
	[ROW_flowtype] = KEY(flowtype, 0, FIELD_NUMBER),
};
