/* SPDX-License-Identifier: BSD-2-Clause */
/* The data lines of siftr2 2.5, as text, from which both of its formats are made. */
#ifndef SIFTR_FORMAT_SIFTR2_LINES_H
#define SIFTR_FORMAT_SIFTR2_LINES_H

#include "format/format.h"
#include "format/hexadecimal.h"

/* Room for a line: the id, the direction and 16 numbers of eight digits, each with its comma. */
#define SIFTR2_LINES_ROOM (9 + 2 + 16 * 9 + HEXADECIMAL_ROOM)

/* Number of columns. */
#define SIFTR2_LINES_COLUMNS 18

/* The groups that a trace must capture for these lines. */
#define SIFTR2_LINES_GROUPS (SIFTR_GROUP_BIT(packet) | SIFTR_GROUP_BIT(cc) | SIFTR_GROUP_BIT(probe))

/*
 * The columns that a row must have. srtt, which is absent before the first sample, t_flags2 and
 * flowtype may be missing; conn_state and sent_inflight_bytes are no columns of siftr2.
 */
#define SIFTR2_LINES_REQUIRED                                                            \
	(ROW_ALL & ~(ROW_BIT(ROW_srtt) | ROW_BIT(ROW_t_flags2) | ROW_BIT(ROW_flowtype) | \
		     ROW_BIT(ROW_conn_state) | ROW_BIT(ROW_sent_inflight_bytes)))

/* The captured fields that a row must have, ended by FORMAT_FIELDS_END. */
extern const __u16 siftr2_lines__fields[];

/* Writes rows as lines and counts these for each flow in cache->run_flows; see struct format. */
char *siftr2_lines__rows(char *out, struct format_cache *cache, const struct row rows[],
			 size_t count);

#endif
