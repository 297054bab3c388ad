// SPDX-License-Identifier: BSD-2-Clause
#include "commands/flow_lines.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "analyse/flow_analysis.h"
#include "analyse/limits.h"
#include "format/flow_end.h"
#include "report/human.h"
#include "report/text.h"

#define CELL_BYTES 96

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

static void write_number(const struct flow_analysis *flow, const struct line_column *column,
			 enum flow_number number, char text[HUMAN_BYTES])
{
	__u64 value;

	if (!flow_analysis__number(flow, number, &value))
		snprintf(text, HUMAN_BYTES, "-");
	else if (column->unit == UNIT_TIME)
		human__time(text, value);
	else if (column->unit == UNIT_SIZE)
		human__size(text, value);
	else
		snprintf(text, HUMAN_BYTES, "%llu", value);
}

static void write_numbers(const struct flow_analysis *flow, const struct line_column *column,
			  char *cell)
{
	char text[HUMAN_BYTES];
	size_t used = 0;

	for (int i = 0; i < column->count; i++) {
		write_number(flow, column, column->first + (enum flow_number)i, text);
		used += (size_t)snprintf(cell + used, CELL_BYTES - used, "%s%s", i ? "/" : "",
					 text);
	}
}

/* The limit that held longest, with its share of the time. */
static void write_limit(const struct flow_analysis *flow, bool as_sender, char *cell)
{
	const struct ledger *ledger = &flow->ledger;
	enum send_limit sent = ledger__main_send_limit(ledger);
	enum receive_limit received = ledger__main_receive_limit(ledger);
	__u64 us = as_sender ? ledger__send_us(ledger, sent) : ledger->receive_us[received];

	if (!ledger->duration_us)
		snprintf(cell, CELL_BYTES, "-");
	else
		snprintf(cell, CELL_BYTES, "%s %.0f%%",
			 as_sender ? send_limits[sent].text : receive_limits[received].text,
			 100.0 * (double)us / (double)ledger->duration_us);
}

/* For how long data waited, or what it waited for most, with its share of the time. */
static void write_held(const struct flow_analysis *flow, bool is_limit, char *cell)
{
	struct held_up held = ledger__held_up(&flow->ledger);

	if (!held.by)
		snprintf(cell, CELL_BYTES, "-");
	else if (is_limit)
		snprintf(cell, CELL_BYTES, "%s %.0f%%", held.by->text,
			 100.0 * (double)held.longest_us / (double)flow->ledger.duration_us);
	else
		human__time(cell, held.us);
}

static void write_cell(const struct flow_analysis *flow, const struct line_column *column,
		       char *cell)
{
	switch (column->kind) {
	case LINE_NUMBERS:
		write_numbers(flow, column, cell);
		break;
	case LINE_FLOWID:
		snprintf(cell, CELL_BYTES, "%u", flow->flowid);
		break;
	case LINE_LOCAL:
		flow_end__text(&flow->key, flow->key.laddr, flow->key.lport, cell);
		break;
	case LINE_FOREIGN:
		flow_end__text(&flow->key, flow->key.faddr, flow->key.fport, cell);
		break;
	case LINE_PROCESS:
		snprintf(cell, CELL_BYTES, "%s", *flow->comm ? flow->comm : "-");
		break;
	case LINE_CC:
		snprintf(cell, CELL_BYTES, "%s", *flow->cc ? flow->cc : "-");
		break;
	case LINE_BEGIN:
		snprintf(cell, CELL_BYTES, "%llu.%06llu", flow->begin_us / USEC_PER_SEC,
			 flow->begin_us % USEC_PER_SEC);
		break;
	case LINE_LIMIT:
	case LINE_RECEIVE_LIMIT:
		write_limit(flow, column->kind == LINE_LIMIT, cell);
		break;
	case LINE_HELD:
	case LINE_HELD_BY:
		write_held(flow, column->kind == LINE_HELD_BY, cell);
		break;
	}
}

/* The text may be that of a hostile process; the width counts its bytes. */
static void print_cell(FILE *stream, const char *cell, int blanks)
{
	fprintf(stream, "%*s", blanks, "");
	text__print(stream, cell);
}

/* Prints the titles, without a flow, or a line. */
static void print_line(FILE *stream, enum flow_lines which, const struct flow_analysis *flow,
		       const int widths[])
{
	char cell[CELL_BYTES];
	int blanks = 0; /* before the next cell: none after the last one */

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		if (!(columns[i].tables & TABLE(which)))
			continue;
		if (flow)
			write_cell(flow, &columns[i], cell);
		else
			snprintf(cell, sizeof(cell), "%s", columns[i].title);
		print_cell(stream, cell, blanks);
		blanks = widths[i] - (int)strlen(cell) + 2;
	}
	fputc('\n', stream);
}

void flow_lines__print(FILE *stream, enum flow_lines which,
		       const struct flow_analysis *const flows[], size_t count)
{
	int widths[ARRAY_SIZE(columns)];
	char cell[CELL_BYTES];

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		widths[i] = (int)strlen(columns[i].title);
		for (size_t j = 0; j < count && columns[i].tables & TABLE(which); j++) {
			write_cell(flows[j], &columns[i], cell);
			if ((int)strlen(cell) > widths[i])
				widths[i] = (int)strlen(cell);
		}
	}
	print_line(stream, which, NULL, widths);
	for (size_t j = 0; j < count; j++)
		print_line(stream, which, flows[j], widths);
}
