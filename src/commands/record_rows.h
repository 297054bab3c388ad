/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes the rows of a log of the records of packets. */
#ifndef SIFTR_COMMANDS_RECORD_ROWS_H
#define SIFTR_COMMANDS_RECORD_ROWS_H

#include "commands/wall_clock.h"
#include "convert/flows.h"
#include "format/row.h"

struct record_rows {
	struct row_fields_layout layout; /* where the captured fields are in a record */
	__u16 sample_offset;		 /* of the group `sample` in a record; 0: it is not there */
	__u32 tick_ns;
};

/* Prepares for records with these groups, of a kernel whose jiffy has `tick_ns`. */
void record_rows__prepare(struct record_rows *rows, __u32 groups, __u32 tick_ns);

/* Whether the record becomes a line. */
static inline bool record_rows__is_line(const struct siftr_record *record)
{
	return record->kind == SIFTR_KIND_LINE || record->kind == SIFTR_KIND_REST;
}

/* Sets *row, which points to `flow` and `fields`: they have to last as long as the row. */
void record_rows__make(const struct record_rows *rows, struct wall_clock *wall,
		       const struct siftr_record *record, const struct flow *flow, struct row *row,
		       struct row_fields *fields);

#endif
