// SPDX-License-Identifier: BSD-2-Clause
#include "convert/field_table.h"

#include <string.h>

const struct field_group field_groups[SIFTR_GROUPS] = {
#define GROUP(name, help) {#name, help, SIFTR_FIRST_##name},
#include <siftr/group_fields.def>
};

/* TEXT() turns the `read` expression of a field into a text that names the members it reads. */
#define READ(pointer, member)		 pointer->member
#define COMPUTED(expression, members...) members
#define TEXT(read...)			 TEXT_EXPANDED(read)
#define TEXT_EXPANDED(read...)		 #read

#define IS_JIFFIES(unit) (sizeof(unit) == sizeof("jiffies") && (unit)[0] == 'j')

const struct field_row field_table[SIFTR_FIELDS] = {
#define GROUP_FIELD(group, name, type, unit, known, read, lacking, help) \
	{#name,                                                          \
	 &#type[2],                                                      \
	 IS_JIFFIES(unit) ? "us" : (unit),                               \
	 TEXT(read),                                                     \
	 lacking,                                                        \
	 help,                                                           \
	 NULL,                                                           \
	 SIFTR_GROUP_##group,                                            \
	 offsetof(struct siftr_##group##_group, name),                   \
	 sizeof(type),                                                   \
	 IS_JIFFIES(unit)},
#define GROUP_TEXT(group, name, known, read, lacking, help)    \
	{#name,                                                \
	 "text",                                               \
	 "",                                                   \
	 TEXT(read),                                           \
	 lacking,                                              \
	 help,                                                 \
	 NULL,                                                 \
	 SIFTR_GROUP_##group,                                  \
	 offsetof(struct siftr_##group##_group, name),         \
	 sizeof(((struct siftr_##group##_group *)NULL)->name), \
	 false},                                               \
		{"", "", "", "", "", "", NULL, SIFTR_GROUP_##group, 0, 0, false},
#define GROUP_PRIVATE(group, name, type, unit, cc, struct, member, none, lacking, help) \
	{#name, &#type[2],	     unit, #struct "->" #member, lacking, help,         \
	 cc,	SIFTR_GROUP_##group, 0,	   sizeof(type),	 false},
#include <siftr/group_fields.def>
};

static int is_name(const char *known, const char *name, size_t bytes)
{
	return bytes && strlen(known) == bytes && !memcmp(known, name, bytes);
}

int field_table__find_group(const char *name, size_t bytes)
{
	for (int group = 0; group < SIFTR_GROUPS; group++)
		if (is_name(field_groups[group].name, name, bytes))
			return group;
	return -1;
}

int field_table__find(const char *name, size_t bytes)
{
	for (int field = 0; field < SIFTR_FIELDS; field++)
		if (is_name(field_table[field].name, name, bytes))
			return field;
	return -1;
}
