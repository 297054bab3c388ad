/* SPDX-License-Identifier: BSD-2-Clause */
/* One packet of a trace, not yet a row: a record of SIFTR_KIND_LINE, its flow and its time. */
#ifndef SIFTR_FORMAT_PACKET_H
#define SIFTR_FORMAT_PACKET_H

#include "convert/flow.h"
#include "format/row.h"

struct packet {
	const struct siftr_record *record;
	const struct flow *flow;
	struct siftr_time time; /* wall-clock time of the record */
};

/* Sets the members of a row that do not come from the state of the connection. */
static inline void packet__begin_row(const struct packet *packet, struct row *row)
{
	row->time = packet->time;
	row->flow = &packet->flow->key;
	row->flowid = row->flow_number = packet->flow->id;
	row->direction = packet->record->direction % SIFTR_DIRECTIONS;
	row->flowtype = ROW_FLOWTYPE;
}

#endif
