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
	if (groups & SIFTR_GROUP_BIT(identity))
		rows->owners = connection_owners__find();
}

void record_rows__free(struct record_rows *rows)
{
	connection_owners__free(rows->owners);
	rows->owners = NULL;
}

/* Adds the process of a connection that has not acted on it since the run began. */
static void add_owner(const struct record_rows *rows, const struct siftr_flow_key *key,
		      struct row_fields *fields)
{
	const struct siftr_owner *owner;

	if (!rows->owners || row_fields__has(fields, SIFTR_FIELD_pid))
		return;
	owner = connection_owners__look_up(rows->owners, key);
	if (!owner)
		return;
	row_fields__set(fields, SIFTR_FIELD_pid, owner->pid);
	row_fields__set_text(fields, SIFTR_FIELD_comm, (const char *)owner->comm);
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

void record_rows__lose(const struct siftr_record *const records[], size_t count,
		       __u64 lines[SIFTR_DIRECTIONS], struct writer *writer)
{
	record_rows__count(records, count, lines);
	for (size_t i = 0; i < count; i++)
		if (record_rows__is_line(records[i]))
			writer__count_lost(writer, records[i]->direction % SIFTR_DIRECTIONS);
}

size_t record_rows__choose(struct wall_clock *wall, const struct siftr_record *const records[],
			   const struct flow *const found[], size_t count,
			   __u64 no_flow[SIFTR_DIRECTIONS], struct packet packets[])
{
	size_t nr_packets = 0;

	for (size_t i = 0; i < count; i++) {
		const struct siftr_record *record = records[i];

		if (!record_rows__is_line(record))
			continue;
		if (!found[i]) {
			no_flow[record->direction % SIFTR_DIRECTIONS]++;
			continue;
		}
		packets[nr_packets++] =
			(struct packet){record, found[i], wall_clock__time(wall, record->time_ns)};
	}
	return nr_packets;
}

void record_rows__make(const struct record_rows *rows, const struct packet *packet, struct row *row,
		       struct row_fields *fields)
{
	const struct siftr_record *record = packet->record;

	packet__begin_row(packet, row);
	row->fields = rows->layout.count ? fields : NULL;
	if (record->kind == SIFTR_KIND_REST) {
		make_rest(rows, record, row, fields);
		return;
	}
	if (row->fields) {
		row_fields__read(&rows->layout, record, fields);
		add_owner(rows, &packet->flow->key, fields);
	}
	siftr__convert(record, rows->tick_ns, &row->columns);
	row->absent = row__absent(&row->columns);
}
