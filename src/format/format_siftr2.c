// SPDX-License-Identifier: BSD-2-Clause
/*
 * The text log of siftr2 2.5: 18 columns, all but the direction in hexadecimal digits. What is
 * constant of a flow stands in the flow list at the end, with the number of the flow's lines.
 * siftr2's readers divide by that number, so a flow without lines is not listed, and subtract the
 * time of the first line, so no line has an earlier time.
 */
#include "format/format.h"

#include "format/format_cache.h"
#include "format/siftr2_lines.h"
#include "format/siftr2_text.h"

static char *write_header(char *out, const struct format_start *start)
{
	return siftr2_text__header(out, start, "txt");
}

static char *begin_footer(char *out, struct format_cache *cache, struct siftr_time disabled,
			  const struct format_totals *totals)
{
	return siftr2_text__footer(out, cache->run_flows, disabled, totals, false);
}

static const struct run_footer_format footer = {
	.begin = begin_footer,
	.flow = siftr2_text__flow,
	.flow_max = SIFTR2_TEXT_FLOW_MAX,
	.report = siftr2_text__report_footer,
	.lose_line = siftr2_text__lose_line,
};

const struct format format_siftr2 = {
	.name = "siftr2",
	.direction_after = ",",
	.siftrver = "2.5",
	.one_run = true,
	.first_is_oldest = true,
	.time_from_begin = true,
	.line_max = SIFTR2_LINES_ROOM,
	.groups = SIFTR2_LINES_GROUPS,
	.required = SIFTR2_LINES_REQUIRED,
	.fields = siftr2_lines__fields,
	.header = write_header,
	.rows = siftr2_lines__rows,
	.run_footer = &footer,
};
