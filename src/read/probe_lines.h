/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes the lines of ttprobe and tcp_probe, logs of two kernel modules that siftr-bpf writes as
 * well, apart into cells, the columns and fields that they have.
 */
#ifndef SIFTR_READ_PROBE_LINES_H
#define SIFTR_READ_PROBE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "read/row_cells.h"

enum probe_kind {
	PROBE_TTPROBE,
	PROBE_TCP_PROBE,
	PROBE_KINDS
};

/* ROW_BIT() of each column that no line has. */
#define PROBE_TTPROBE_ABSENT \
	(ROW_ALL & ~(ROW_BIT(ROW_snd_cwnd) | ROW_BIT(ROW_snd_wnd) | ROW_BIT(ROW_srtt)))
#define PROBE_TCP_PROBE_ABSENT (ROW_ALL & ~(ROW_BIT(ROW_snd_wnd) | ROW_BIT(ROW_srtt)))

/* The values of a line that are no cells as they stand in it. The cells point into it. */
struct probe_line {
	enum probe_kind kind;
	char laddr[TUPLE_ROOM], faddr[TUPLE_ROOM]; /* IPv6 addresses as SIFTR spells them */
	__u32 snd_nxt, snd_una;			   /* of tcp_probe, where they are hexadecimal */
	struct row_as_read as_read;
};

/* Sets in `present` the bit of each captured field that the logs of this kind have. */
void probe_lines__fields(enum probe_kind kind, __u64 present[ROW_FIELDS_MAX / 64]);

/*
 * Sets the cells and *line to the values of a line, which is without its '\n' and must be followed
 * by 8 bytes that can be read. Returns whether the line can be taken apart: row_cells__convert()
 * finds out whether the cells are valid.
 */
bool probe_lines__take_apart(enum probe_kind kind, const char *text, size_t bytes,
			     struct probe_line *line, struct row_cells *cells);

/*
 * Sets the fields of a row, as row_cells__convert() has made it, to what else the line says. They
 * refer to the line from then on.
 */
void probe_lines__complete(const struct probe_line *line, const struct row *row,
			   struct row_fields *fields);

#endif
