/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads csv and jsonl, as siftr-bpf writes them, and the logs of ttprobe and tcp_probe, as the rows
 * of one run. They have neither header nor footer: those are made of the rows. The run lasts from
 * the first row to the last, and each row is a packet. The times of tcp_probe count from the run's
 * beginning, which is 0 then. Of a stream in jsonl the footer has what the stream lost.
 */
#ifndef SIFTR_READ_TABLE_ROWS_H
#define SIFTR_READ_TABLE_ROWS_H

#include <stdbool.h>

#include "read/buffered_reader.h"
#include "read/probe_lines.h"
#include "read/row_event.h"
#include "read/row_flows.h"
#include "read/table_lines.h"
#include "report/diagnostic.h"

enum table_form {
	TABLE_CSV,
	TABLE_JSONL,
	TABLE_TTPROBE,
	TABLE_TCP_PROBE,
};

enum table_rows_state {
	TABLE_ROWS_BEGIN,
	TABLE_ROWS_GATHERED, /* rows have been read that are not yet returned */
	TABLE_ROWS_RUNNING,
	TABLE_ROWS_LISTING, /* the flow list is being returned */
	TABLE_ROWS_ENDED,
};

struct table_rows {
	struct buffered_reader *input; /* the caller's */
	struct diagnostic_sink sink;
	struct row_flows *flows; /* the caller's */
	/* Each 4-tuple once, without flowid, for the flow list; NULL: of a live input, none is
	 * made. */
	struct row_flows *tuples;
	struct table_columns columns;
	enum table_rows_state state;
	enum table_form form;
	__u64 line;	   /* number of the line in which the last row begins */
	__u64 newlines;	   /* how many '\n' the cells of that row have */
	__u32 known_flows; /* number of the last flow whose tuple has been entered */
	__u32 next_listed; /* number in `tuples` of the entry of the flow list that comes next */
	struct siftr_time last;		 /* time of the last row */
	__u64 packets[SIFTR_DIRECTIONS]; /* those of the rows */
	__u64 lost[SIFTR_DIRECTIONS];	 /* of a stream in jsonl: the lines that it has lost */
	size_t nr_rows;
	struct row rows[ROW_EVENT_ROWS_MAX];
	struct row_fields fields[ROW_EVENT_ROWS_MAX]; /* of the rows */
	struct row_cells cells;			      /* of the last line */
	struct probe_line lines[ROW_EVENT_ROWS_MAX];  /* of the rows, in ttprobe and tcp_probe */
};

/* Sets in `present` the bit of each field that the table has, or the first line of the jsonl. */
void table_rows__fields(struct table_rows *reader, __u64 present[ROW_FIELDS_MAX / 64]);

/*
 * Reads the names of a csv, or nothing of another form. 0 or a negative errno: -EBADMSG for wrong
 * names, reported. Call table_rows__close() in both cases.
 */
int table_rows__open(struct table_rows *reader, struct buffered_reader *input, enum table_form form,
		     struct row_flows *flows, const struct diagnostic_sink *sink);
void table_rows__close(struct table_rows *reader);

/* Reads the next event. 0 or a negative errno: -EAGAIN if no row of a live input has come yet. */
int table_rows__next(struct table_rows *reader, struct row_event *event);

#endif
