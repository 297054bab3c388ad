// SPDX-License-Identifier: BSD-2-Clause
#include "commands/line_probe.h"

#include <siftr/time_units.h>

void line_probe__describe(const struct row *row, struct probe_row *out)
{
	out->time_us = row->time.seconds * USEC_PER_SEC + row->time.microseconds;
	out->lport = row->flow->lport;
	out->fport = row->flow->fport;
#define COLUMN(name, ...) out->name = row->columns.name;
#include "format/row_columns.def"
#undef COLUMN
	out->absent = row->absent;
}

void line_probe__fire(const struct row rows[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct probe_row shown;

		line_probe__describe(&rows[i], &shown);
		probes__line(rows[i].direction, rows[i].flowid, rows[i].flow, &shown);
	}
}
