/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a log of siftr2 2.5 as rows. It is read twice, because the connection to which a flowid
 * belongs, and some of the columns, stand in the last line only.
 */
#ifndef SIFTR_READ_SIFTR2_ROWS_H
#define SIFTR_READ_SIFTR2_ROWS_H

#include <stdbool.h>
#include <sys/types.h>

#include "read/row_event.h"
#include "read/run_lines.h"
#include "read/siftr2_flows.h"
#include "read/siftr2_parser.h"

/* The columns that siftr2 does not have. */
#define SIFTR2_ROWS_ABSENT \
	(ROW_BIT(ROW_conn_state) | ROW_BIT(ROW_sent_inflight_bytes) | ROW_BIT(ROW_flowtype))

struct siftr2_rows {
	struct buffered_reader *input; /* the caller's */
	struct siftr2_parser parser;
	struct siftr2_flows flows;
	struct siftr2_event pending;
	bool has_pending;
	struct run_lines run;
	__u64 begun_us;
	__u64 packets[SIFTR_DIRECTIONS];
	struct row rows[ROW_EVENT_ROWS_MAX];
	struct row_fields fields[ROW_EVENT_ROWS_MAX];
};

/*
 * Reads the rest of `input` for its flows, and begins again at the offset `begin` of its
 * descriptor. 0 or a negative errno: -ESPIPE if `begin` is negative, as it is for a pipe, -ENODATA
 * if there is no footer, without which no flow is known. Call siftr2_rows__close() in both cases.
 */
int siftr2_rows__open(struct siftr2_rows *reader, struct buffered_reader *input, off_t begin,
		      const struct diagnostic_sink *sink);
void siftr2_rows__close(struct siftr2_rows *reader);

/* Sets the bits of the captured fields that siftr2 has: payload_len, pipe and cc_name. */
void siftr2_rows__fields(__u64 present[ROW_FIELDS_MAX / 64]);

/* Reads the next event; lines that cannot be read are reported. 0 or a negative errno. */
int siftr2_rows__next(struct siftr2_rows *reader, struct row_event *event);

#endif
