// SPDX-License-Identifier: BSD-2-Clause
/*
 * The binary log of siftr2 2.5: a header and a footer in text, as in the format siftr2, and between
 * them a record of 72 bytes for each packet, at last a newline. rows() makes lines of text, so that
 * the writer can count those it could not write; encode() turns them into records when they are
 * written.
 */
#include "format/format.h"

#include <endian.h>

#include "format/format_cache.h"
#include "format/line_starts.h"
#include "format/siftr2_lines.h"
#include "format/siftr2_text.h"

static __u32 parse_column(const char **text)
{
	__u32 value = 0;

	for (; **text != ',' && **text != '\n'; ++*text)
		value = value << 4 | (__u32)(**text >= 'a' ? **text - 'a' + 10 : **text - '0');
	++*text;
	return value;
}

/* Writes the record of a line: each column in 32 bits, little endian, the direction as 0 or 1. */
static char *encode_line(char *out, const char *line)
{
	for (int column = 0; column < SIFTR2_LINES_COLUMNS; column++) {
		bool is_outbound = *line == 'o';
		__u32 value;

		if (column == 1)
			line += 2;
		value = htole32(column == 1 ? is_outbound : parse_column(&line));
		memcpy(out, &value, sizeof(value));
		out += sizeof(value);
	}
	return out;
}

static bool is_data(const char *line, size_t bytes)
{
	return bytes > 11 && line[bytes - 1] == '\n' && line[8] == ',' && line[10] == ',';
}

/*
 * Turns data lines into records. Headers and footers, which may come in pieces, stay as they are,
 * but a newline is put before the footer.
 */
static char *encode(char *out, const char *text, size_t bytes, bool *in_line)
{
	while (bytes) {
		const char *end = memchr(text, '\n', bytes);
		size_t length = end ? (size_t)(end + 1 - text) : bytes;

		if (!*in_line && is_data(text, length)) {
			out = encode_line(out, text);
		} else {
			if (!*in_line && length > strlen(LINE_STARTS_FOOTER) &&
			    !memcmp(text, LINE_STARTS_FOOTER, strlen(LINE_STARTS_FOOTER)))
				*out++ = '\n';
			memcpy(out, text, length);
			out += length;
		}
		*in_line = !end;
		text += length;
		bytes -= length;
	}
	return out;
}

static char *write_header(char *out, const struct format_start *start)
{
	return siftr2_text__header(out, start, "binary");
}

static char *begin_footer(char *out, struct format_cache *cache, struct siftr_time disabled,
			  const struct format_totals *totals)
{
	return siftr2_text__footer(out, cache->run_flows, disabled, totals, true);
}

static const struct run_footer_format footer = {
	.begin = begin_footer,
	.flow = siftr2_text__flow,
	.flow_max = SIFTR2_TEXT_FLOW_MAX,
	.report = siftr2_text__report_footer,
	.lose_line = siftr2_text__lose_line,
};

const struct format format_siftr2_binary = {
	.name = "siftr2-binary",
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
	.encode = encode,
	.run_footer = &footer,
};
