/* SPDX-License-Identifier: BSD-2-Clause */
/* What the probe `line` shows of a row. */
#ifndef SIFTR_COMMANDS_LINE_PROBE_H
#define SIFTR_COMMANDS_LINE_PROBE_H

#include <stddef.h>
#include <linux/types.h>

#include "format/row.h"
#include "usdt/probes.h"

/*
 * The last argument of the probe points to this. It is part of the interface, as siftr-bpf(8) has
 * it: members may be added at the end and are never moved.
 */
struct probe_row {
	__u64 time_us; /* Unix time in microseconds */
	__u16 lport;
	__u16 fport;
#define COLUMN(name, ...) __u32 name;
#include "format/row_columns.def"
#undef COLUMN
	__u32 absent; /* bit n: the nth of the columns above, counted from 0, is not known */
};

/* Sets *out to what the row has. */
void line_probe__describe(const struct row *row, struct probe_row *out);

/* Fires the probe for each of the rows, wanted or not. */
void line_probe__fire(const struct row rows[], size_t count);

/* Fires the probe for each of the rows if a tracer is attached to it. */
static inline void line_probe__show(const struct row rows[], size_t count)
{
	if (probes__want_line())
		line_probe__fire(rows, count);
}

#endif
