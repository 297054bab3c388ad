// SPDX-License-Identifier: BSD-2-Clause
#include "commands/record_rows.h"

#include <string.h>

#include "capture/group_layout.h"

void record_rows__prepare(struct record_rows *rows, __u32 groups, __u32 tick_ns)
{
	struct ca_member members[SIFTR_FIELDS];
	__u16 offsets[SIFTR_GROUPS];

	group_layout__place(groups, offsets);
	ca_members__find_here(groups, members);
	row_fields__lay_out(&rows->layout, offsets, tick_ns, members);
	rows->sample_offset = offsets[SIFTR_GROUP_sample];
	rows->tick_ns = tick_ns;
}

/* A line for packets that have none: nothing is known of the connection but its flow. */
static void make_rest(const struct record_rows *rows, const struct siftr_record *record,
		      struct row *row, struct row_fields *fields)
{
	struct siftr_sample_group block;

	memcpy(&block, (const char *)record + rows->sample_offset, sizeof(block));
	memset(fields->present, 0, sizeof(fields->present));
	fields->stack = NULL;
	row_fields__set(fields, SIFTR_FIELD_weight, block.weight);
	if (block.ppl != SIFTR_NO_PPL)
		row_fields__set(fields, SIFTR_FIELD_ppl, block.ppl ? block.ppl : 1);
	row->fields = fields;
	row->columns = (struct siftr_columns){};
	row->absent = ROW_ALL & ~(ROW_BIT(ROW_flowid) | ROW_BIT(ROW_flowtype));
}

void record_rows__make(const struct record_rows *rows, struct wall_clock *wall,
		       const struct siftr_record *record, const struct flow *flow, struct row *row,
		       struct row_fields *fields)
{
	row->time = wall_clock__time(wall, record->time_ns);
	row->flow = &flow->key;
	row->fields = rows->layout.count ? fields : NULL;
	row->flowid = row->flow_number = flow->id;
	row->direction = record->direction % SIFTR_DIRECTIONS;
	row->flowtype = ROW_FLOWTYPE;
	if (record->kind == SIFTR_KIND_REST) {
		make_rest(rows, record, row, fields);
		return;
	}
	if (row->fields)
		row_fields__read(&rows->layout, record, fields);
	siftr__convert(record, rows->tick_ns, &row->columns);
	row->absent = row__absent(&row->columns);
}
