// SPDX-License-Identifier: BSD-2-Clause
#include "format/selection.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "convert/field_table.h"
#include "format/column_table.h"
#include "report/report.h"

/* The groups that tell why a connection is slow. */
#define ANSWERS_GROUPS                                                              \
	(SIFTR_GROUP_BIT(packet) | SIFTR_GROUP_BIT(order) | SIFTR_GROUP_BIT(loss) | \
	 SIFTR_GROUP_BIT(rate) | SIFTR_GROUP_BIT(rtt) | SIFTR_GROUP_BIT(bytes) |    \
	 SIFTR_GROUP_BIT(cc) | SIFTR_GROUP_BIT(identity))

/* The columns and fields that are selected so far, while a list is read name by name. */
struct chosen {
	__u32 columns;
	bool fields[SIFTR_FIELDS];
};

static bool is_name(const char *known, const char *name, size_t bytes)
{
	return strlen(known) == bytes && !memcmp(known, name, bytes);
}

/* ROW_BIT() of the columns that the name stands for; 0: it is no column's. */
static __u32 find_columns(const char *name, size_t bytes)
{
	if (is_name(COLUMN_TABLE_GROUP, name, bytes))
		return ROW_ALL;
	for (int column = 0; column < ROW_COLUMNS; column++)
		if (is_name(column_table[column].name, name, bytes))
			return ROW_BIT(column);
	return 0;
}

/* SIFTR_GROUP_BIT() of the groups that the name stands for; 0: it is no group's. */
static __u32 find_groups(const char *name, size_t bytes)
{
	int group = field_table__find_group(name, bytes);

	if (is_name(SELECTION_ANSWERS, name, bytes))
		return ANSWERS_GROUPS;
	return group < 0 ? 0 : 1U << group;
}

/* Adds or removes what the name stands for. Returns whether it stands for anything. */
static bool choose(struct chosen *chosen, const char *name, size_t bytes, bool wanted)
{
	__u32 columns = find_columns(name, bytes), groups = find_groups(name, bytes);
	int field = field_table__find(name, bytes);

	chosen->columns = wanted ? chosen->columns | columns : chosen->columns & ~columns;
	if (field >= 0)
		chosen->fields[field] = wanted;
	for (int i = 0; i < SIFTR_FIELDS; i++)
		if (groups >> field_table[i].group & 1 && field_table[i].bytes)
			chosen->fields[i] = wanted;
	return columns || groups || field >= 0;
}

static int report_unknown(const char *name, size_t bytes)
{
	report_message("--fields takes names of groups and fields, not '%.*s': siftr-bpf fields "
		       "lists them",
		       (int)bytes, name);
	return -EINVAL;
}

static void store(struct selection *selection, const struct chosen *chosen)
{
	selection->columns = chosen->columns;
	selection->nr_fields = 0;
	for (int field = 0; field < SIFTR_FIELDS; field++)
		if (chosen->fields[field])
			selection->fields[selection->nr_fields++] = (__u16)field;
}

int selection__parse(struct selection *selection, const char *list)
{
	struct chosen chosen = {};

	if (*list == '+' || *list == '-') {
		chosen.columns = selection->columns;
		for (__u32 i = 0; i < selection->nr_fields; i++)
			chosen.fields[selection->fields[i]] = true;
	}
	for (;;) {
		bool wanted = *list != '-', has_sign = !wanted || *list == '+';
		const char *name = list + has_sign;
		size_t bytes = strcspn(name, ",");

		if (!choose(&chosen, name, bytes, wanted))
			return report_unknown(list, bytes + has_sign);
		if (!name[bytes])
			break;
		list = name + bytes + 1;
	}
	store(selection, &chosen);
	return 0;
}

void selection__columns_and(struct selection *selection, const __u64 present[ROW_FIELDS_MAX / 64])
{
	selection->columns = ROW_ALL;
	selection->nr_fields = 0;
	for (int field = 0; present && field < SIFTR_FIELDS; field++)
		if (present[field / 64] >> field % 64 & 1)
			selection->fields[selection->nr_fields++] = (__u16)field;
}

bool selection__has(const struct selection *selection, int field)
{
	for (__u32 i = 0; i < selection->nr_fields; i++)
		if (selection->fields[i] == field)
			return true;
	return false;
}

__u32 selection__groups(const struct selection *selection)
{
	__u32 groups = 0;

	for (__u32 i = 0; i < selection->nr_fields; i++)
		groups |= 1U << field_table[selection->fields[i]].group;
	return groups;
}
