/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One packet of a log, as numbers: what a line says, whatever its format. Tracing makes rows of
 * records, a reader of logs makes them of text, and each format writes them as its lines.
 */
#ifndef SIFTR_FORMAT_ROW_H
#define SIFTR_FORMAT_ROW_H

#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>
#include <siftr/time_units.h>

#include "convert/row_fields.h"
#include "convert/siftr.h"

/* Numbers of the columns; ROW_BIT() of a number is its bit in a set of columns. */
enum row_column {
#define COLUMN(name, ...) ROW_##name,
#include "format/row_columns.def"
#undef COLUMN
	ROW_flowid,
	ROW_flowtype,
	ROW_COLUMNS
};

#define ROW_BIT(column) (1U << (column))
#define ROW_ALL		((1U << ROW_COLUMNS) - 1)

/* struct siftr_columns is read as an array of __u32, indexed by enum row_column. */
#define COLUMN(name, ...)                                                                  \
	_Static_assert(offsetof(struct siftr_columns, name) == ROW_##name * sizeof(__u32), \
		       "the columns of a row are in the order of row_columns.def");
#include "format/row_columns.def"
#undef COLUMN
_Static_assert(sizeof(struct siftr_columns) == ROW_flowid * sizeof(__u32),
	       "row_columns.def has all columns");

/*
 * The flowtype of traced rows: FreeBSD's M_HASHTYPE_OPAQUE_HASH (sys/mbuf.h, 0x80 | 63), a flow id
 * with the properties of a hash and no affinity to a queue.
 */
#define ROW_FLOWTYPE 191

struct siftr_time {
	__u64 seconds; /* Unix time */
	__u32 microseconds;
};

/* The time that is so many microseconds after the beginning of Unix time. */
static inline struct siftr_time row__time(__u64 time_us)
{
	return (struct siftr_time){time_us / USEC_PER_SEC, (__u32)(time_us % USEC_PER_SEC)};
}

struct row {
	struct siftr_time time;
	const struct siftr_flow_key *flow;
	const struct row_fields *fields; /* NULL: there are none */
	__u32 flowid;
	/*
	 * Not 0, and the same in all rows of an output that have this flow, flowid and flowtype,
	 * and in no others: the cache finds a flow's texts by it. Where flow ids are unique it is
	 * the flow id.
	 */
	__u32 flow_number;
	__u32 absent;	/* ROW_BIT() of each column that is not known; its value is 0 */
	__u8 direction; /* SIFTR_IN or SIFTR_OUT */
	__u8 flowtype;
	struct siftr_columns columns;
};

/* The value of a column, 0 if it is absent. */
static inline __u32 row__column(const struct row *row, int column)
{
	const __u32 *columns = (const __u32 *)&row->columns;

	if (column < ROW_flowid)
		return columns[column];
	return column == ROW_flowid ? row->flowid : row->flowtype;
}

/* The set `absent` of a row that has all columns of SIFTR: an srtt of 0 means no sample. */
static inline __u32 row__absent(const struct siftr_columns *columns)
{
	return columns->srtt ? 0 : ROW_BIT(ROW_srtt);
}

#endif
