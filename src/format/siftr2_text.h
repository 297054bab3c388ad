/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts of siftr2 2.5 that its two formats share: header, footer and flow list. */
#ifndef SIFTR_FORMAT_SIFTR2_TEXT_H
#define SIFTR_FORMAT_SIFTR2_TEXT_H

#include "format/format.h"
#include "format/run_flows.h"
#include "format/siftr2_lines.h"

/* Room for a flow in the list: 14 values and a semicolon. */
#define SIFTR2_TEXT_FLOW_MAX 256

/* review_siftr2_log, the published reader in C, has this room for the footer and a NUL. */
#define SIFTR2_TEXT_FOOTER_READ 4096

/* Length of a binary record: 32 bits for each column. */
#define SIFTR2_TEXT_RECORD_BYTES (4 * SIFTR2_LINES_COLUMNS)

/* Writes the header; `record_format` is "txt" or "binary". */
char *siftr2_text__header(char *out, const struct format_start *start, const char *record_format);

/* Writes the footer, of the text or the binary format, up to its flow list; sorts the flows. */
char *siftr2_text__footer(char *out, struct run_flows *flows, struct siftr_time disabled,
			  const struct format_totals *totals, bool is_binary);

/*
 * Reports if the published readers refuse the log, because its footer is too long or it has no
 * line; see struct run_footer_format.
 */
void siftr2_text__report_footer(const char *name, size_t bytes, size_t nr_flows);

/*
 * Subtracts a line that could not be written from the counts of its flow; see struct
 * run_footer_format.
 */
void siftr2_text__lose_line(void *context, const char *line, size_t bytes);

/* Writes an entry of the flow list. */
char *siftr2_text__flow(char *out, const struct run_flow *flow);

#endif
