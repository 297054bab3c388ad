// SPDX-License-Identifier: BSD-2-Clause
#include "commands/flow_lines.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "analyse/flow_analysis.h"
#include "analyse/limits.h"
#include "format/decimal.h"
#include "format/flow_end.h"
#include "report/clock_time.h"
#include "report/human.h"
#include "report/text.h"
#include "report/text_width.h"

/* Room for four numbers; other cells are shorter. */
#define CELL_BYTES (4 * HUMAN_BYTES)

enum line_column_kind {
	LINE_NUMBERS, /* numbers of the flow, up to four, with slashes between them */
	LINE_FLOWID,
	LINE_LOCAL,
	LINE_FOREIGN,
	LINE_PROCESS,
	LINE_CC,
	LINE_BEGIN,
	LINE_LIMIT,
	LINE_RECEIVE_LIMIT,
	LINE_HELD,
	LINE_HELD_BY,
};

enum number_unit {
	UNIT_NONE,
	UNIT_TIME,
	UNIT_SIZE,
};

struct line_column {
	const char *title;
	enum line_column_kind kind;
	enum number_unit unit;
	enum flow_number first;
	int count;
	unsigned int tables; /* TABLE() of those that have the column */
};

#define TABLE(which) (1U << (which))
#define FULL	     TABLE(FLOW_LINES_FULL)
#define BRIEF	     TABLE(FLOW_LINES_BRIEF)

/* clang-format off */
static const struct line_column columns[] = {
	{"FLOW", LINE_FLOWID, UNIT_NONE, 0, 0, FULL | BRIEF},
	{"LOCAL", LINE_LOCAL, UNIT_NONE, 0, 0, FULL | BRIEF},
	{"FOREIGN", LINE_FOREIGN, UNIT_NONE, 0, 0, FULL | BRIEF},
	{"PROCESS", LINE_PROCESS, UNIT_NONE, 0, 0, FULL},
	{"CC", LINE_CC, UNIT_NONE, 0, 0, FULL},
	{"BEGIN", LINE_BEGIN, UNIT_NONE, 0, 0, FULL},
	{"TIME", LINE_NUMBERS, UNIT_TIME, FLOW_duration_us, 1, FULL | BRIEF},
	{"IN/OUT", LINE_NUMBERS, UNIT_NONE, FLOW_lines_in, 2, FULL | BRIEF},
	{"SENT/ACKED/RECEIVED", LINE_NUMBERS, UNIT_SIZE, FLOW_bytes_sent, 3, FULL},
	{"RETR", LINE_NUMBERS, UNIT_NONE, FLOW_retransmissions, 1, FULL},
	{"SRTT MIN/MEDIAN/P95/MAX", LINE_NUMBERS, UNIT_TIME, FLOW_srtt_min, 4, FULL},
	{"SRTT", LINE_NUMBERS, UNIT_TIME, FLOW_srtt_median, 1, BRIEF},
	{"CWND MIN/MEDIAN/MAX", LINE_NUMBERS, UNIT_SIZE, FLOW_cwnd_min, 3, FULL},
	{"SSTHRESH FALLS", LINE_NUMBERS, UNIT_NONE, FLOW_ssthresh_falls, 1, FULL},
	{"INFLIGHT MAX", LINE_NUMBERS, UNIT_SIZE, FLOW_inflight_max, 1, FULL},
	{"RECOVERIES/RTOS", LINE_NUMBERS, UNIT_NONE, FLOW_recoveries, 2, FULL},
	{"ZERO WINDOW", LINE_NUMBERS, UNIT_TIME, FLOW_zero_window_us, 1, FULL},
	{"LIMIT", LINE_LIMIT, UNIT_NONE, 0, 0, FULL},
	{"AS RECEIVER", LINE_RECEIVE_LIMIT, UNIT_NONE, 0, 0, FULL},
	{"HELD UP", LINE_HELD, UNIT_NONE, 0, 0, BRIEF},
	{"MOSTLY BY", LINE_HELD_BY, UNIT_NONE, 0, 0, BRIEF},
};
/* clang-format on */

/* A table that is printed. */
struct lines {
	FILE *stream;
	enum flow_lines which;
	__u64 begin_us; /* of a flow */
	bool has_days;	/* not all flows begin on its day, so that each has its date */
	int widths[ARRAY_SIZE(columns)];
};

/* The functions that write return the end of what they wrote, where no NUL is. */
static char *write_text(char *out, const char *text)
{
	return stpcpy(out, text);
}

static char *write_number(const struct flow_analysis *flow, const struct line_column *column,
			  enum flow_number number, char *out)
{
	char text[HUMAN_BYTES];
	__u64 value;

	if (!flow_analysis__number(flow, number, &value))
		return write_text(out, "-");
	if (column->unit == UNIT_TIME)
		return write_text(out, human__time(text, value));
	if (column->unit == UNIT_SIZE)
		return write_text(out, human__size(text, value));
	return decimal__u64(out, value);
}

static char *write_numbers(const struct flow_analysis *flow, const struct line_column *column,
			   char *out)
{
	for (int i = 0; i < column->count; i++) {
		if (i)
			*out++ = '/';
		out = write_number(flow, column, column->first + (enum flow_number)i, out);
	}
	return out;
}

/* The name of a limit with its share of the flow's time. */
static char *write_share(const struct flow_analysis *flow, const char *limit, __u64 us, char *out)
{
	out = write_text(out, limit);
	*out++ = ' ';
	out = human__rounded(out, 100.0 * (double)us / (double)flow->ledger.duration_us, 0);
	*out++ = '%';
	return out;
}

/* The limit that held longest. */
static char *write_limit(const struct flow_analysis *flow, bool as_sender, char *out)
{
	const struct ledger *ledger = &flow->ledger;
	enum send_limit sent;
	enum receive_limit received;

	if (!ledger->duration_us)
		return write_text(out, "-");
	if (as_sender) {
		sent = ledger__main_send_limit(ledger);
		return write_share(flow, send_limits[sent].text, ledger__send_us(ledger, sent),
				   out);
	}
	received = ledger__main_receive_limit(ledger);
	return write_share(flow, receive_limits[received].text, ledger->receive_us[received], out);
}

/* For how long data waited, or what it waited for most. */
static char *write_held(const struct flow_analysis *flow, bool is_limit, char *out)
{
	struct held_up held = ledger__held_up(&flow->ledger);
	char text[HUMAN_BYTES];

	if (!held.by)
		return write_text(out, "-");
	if (is_limit)
		return write_share(flow, held.by->text, held.longest_us, out);
	return write_text(out, human__time(text, held.us));
}

static char *write_end(const struct flow_analysis *flow, bool is_local, char *out)
{
	const struct siftr_flow_key *key = &flow->key;

	flow_end__text(key, is_local ? key->laddr : key->faddr, is_local ? key->lport : key->fport,
		       out);
	return out + strlen(out);
}

/* The date, if all have the same, is in the title. */
static char *write_begin(const struct lines *lines, __u64 us, char *out)
{
	char text[CLOCK_TIME_BYTES];

	return write_text(out, lines->has_days ? clock_time__full(text, us)
					       : clock_time__since(text, us, us));
}

static char *write_title(const struct lines *lines, const struct line_column *column, char *out)
{
	char text[CLOCK_TIME_BYTES];

	out = write_text(out, column->title);
	if (column->kind != LINE_BEGIN)
		return out;
	if (lines->has_days)
		return write_text(out, " UTC");
	if (*clock_time__date(text, lines->begin_us))
		out = write_text(write_text(out, " "), text);
	return write_text(out, clock_time__zone(lines->begin_us));
}

static char *write_column(const struct lines *lines, const struct flow_analysis *flow,
			  const struct line_column *column, char *out)
{
	switch (column->kind) {
	case LINE_FLOWID:
		return decimal__u32(out, flow->flowid);
	case LINE_LOCAL:
	case LINE_FOREIGN:
		return write_end(flow, column->kind == LINE_LOCAL, out);
	case LINE_PROCESS:
		return write_text(out, *flow->comm ? flow->comm : "-");
	case LINE_CC:
		return write_text(out, *flow->cc ? flow->cc : "-");
	case LINE_BEGIN:
		return write_begin(lines, flow->begin_us, out);
	case LINE_LIMIT:
	case LINE_RECEIVE_LIMIT:
		return write_limit(flow, column->kind == LINE_LIMIT, out);
	case LINE_HELD:
	case LINE_HELD_BY:
		return write_held(flow, column->kind == LINE_HELD_BY, out);
	case LINE_NUMBERS:
		break;
	}
	return write_numbers(flow, column, out);
}

/*
 * Writes a cell, or without a flow its column's title, and a NUL. Returns how wide it is when
 * printed; all but names are ASCII.
 */
static int write_cell(const struct lines *lines, const struct flow_analysis *flow,
		      const struct line_column *column, char cell[CELL_BYTES])
{
	char *end =
		flow ? write_column(lines, flow, column, cell) : write_title(lines, column, cell);

	*end = '\0';
	if (column->kind == LINE_PROCESS || column->kind == LINE_CC)
		return text_width__columns(cell);
	return (int)(end - cell);
}

static void print_blanks(FILE *stream, int count)
{
	static const char blanks[] = "                                ";

	for (; count > 0; count -= (int)sizeof(blanks) - 1)
		fwrite(blanks, 1, count < (int)sizeof(blanks) ? (size_t)count : sizeof(blanks) - 1,
		       stream);
}

/* Prints the titles, without a flow, or a line. */
static void print_line(const struct lines *lines, const struct flow_analysis *flow)
{
	char cell[CELL_BYTES];
	int blanks = 0; /* before the next cell: none after the last one */

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		if (!(columns[i].tables & TABLE(lines->which)))
			continue;
		print_blanks(lines->stream, blanks);
		blanks = lines->widths[i] + 2 - write_cell(lines, flow, &columns[i], cell);
		/* The text may be that of a hostile process. */
		text__print(lines->stream, cell);
	}
	fputc('\n', lines->stream);
}

/* Makes the columns as wide as their cells of this line. */
static void widen(struct lines *lines, const struct flow_analysis *flow)
{
	char cell[CELL_BYTES];

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		int width = 0;

		if (columns[i].tables & TABLE(lines->which))
			width = write_cell(lines, flow, &columns[i], cell);
		if (width > lines->widths[i])
			lines->widths[i] = width;
	}
}

void flow_lines__print(FILE *stream, enum flow_lines which,
		       const struct flow_analysis *const flows[], size_t count)
{
	struct lines lines = {
		.stream = stream, .which = which, .begin_us = count ? flows[0]->begin_us : 0};

	for (size_t i = 0; i < count; i++)
		lines.has_days |= !clock_time__same_day(flows[i]->begin_us, lines.begin_us);
	widen(&lines, NULL);
	for (size_t i = 0; i < count; i++)
		widen(&lines, flows[i]);
	print_line(&lines, NULL);
	for (size_t i = 0; i < count; i++)
		print_line(&lines, flows[i]);
}
