/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes the rows of a log of the records of packets. */
#ifndef SIFTR_COMMANDS_RECORD_ROWS_H
#define SIFTR_COMMANDS_RECORD_ROWS_H

#include <stdbool.h>

#include "capture/connection_owners.h"
#include "commands/wall_clock.h"
#include "convert/flows.h"
#include "format/packet.h"
#include "format/row.h"
#include "output/writer.h"

struct record_rows {
	struct row_fields_layout layout; /* where the captured fields are in a record */
	__u16 sample_offset;		 /* of the group `sample` in a record; 0: it is not there */
	__u32 tick_ns;
	struct connection_owners
		*owners; /* of the connections there were before the run, or NULL */
};

/*
 * Prepares for records with these groups, of a kernel whose jiffy has `tick_ns`. If they have the
 * processes of connections, finds those that there are already, which may take privileges. Call
 * record_rows__free() at the end.
 */
void record_rows__prepare(struct record_rows *rows, __u32 groups, __u32 tick_ns);
void record_rows__free(struct record_rows *rows);

_Static_assert(SIFTR_KIND_LINE == 0, "the bits of the other kinds tell them from it");

/* Whether the record becomes a line. */
static inline bool record_rows__is_line(const struct siftr_record *record)
{
	return __builtin_expect(record->kind == SIFTR_KIND_LINE, 1) ||
	       record->kind == SIFTR_KIND_REST;
}

/* Whether all records are of packets. */
static inline bool record_rows__are_packets(const struct siftr_record *const records[],
					    size_t count)
{
	__u32 kinds = SIFTR_KIND_LINE;

	for (size_t i = 0; i < count; i++)
		kinds |= records[i]->kind;
	return kinds == SIFTR_KIND_LINE;
}

/* Adds the records that become lines to `counts`, by direction. */
static inline void record_rows__count(const struct siftr_record *const records[], size_t count,
				      __u64 counts[SIFTR_DIRECTIONS])
{
	for (size_t i = 0; i < count; i++)
		counts[records[i]->direction % SIFTR_DIRECTIONS] +=
			record_rows__is_line(records[i]);
}

/*
 * Counts records for which the disk has no room, as lines in `lines` and as lines lost. Their flows
 * are not listed.
 */
void record_rows__lose(const struct siftr_record *const records[], size_t count,
		       __u64 lines[SIFTR_DIRECTIONS], struct writer *writer);

/*
 * Chooses of `count` records, FLOWS_BATCH at most, those of packets that become a line, the flows
 * of which are in `found`. A packet whose flow is not known is counted. Returns how many they are.
 */
size_t record_rows__choose(struct wall_clock *wall, const struct siftr_record *const records[],
			   const struct flow *const found[], size_t count,
			   __u64 no_flow[SIFTR_DIRECTIONS], struct packet packets[]);

/* Sets *row, which points to the flow and to `fields`: they have to last as long as the row. */
void record_rows__make(const struct record_rows *rows, const struct packet *packet, struct row *row,
		       struct row_fields *fields);

/* Whether all that a line of a packet can have is in its record's fields and its flow. */
static inline bool record_rows__are_plain(const struct record_rows *rows)
{
	return !rows->layout.count && !rows->sample_offset;
}

#endif
