// SPDX-License-Identifier: BSD-2-Clause
#include "commands/flow_cells.h"

#include <string.h>
#include <siftr/array_size.h>

#include "analyse/flow_analysis.h"
#include "analyse/limits.h"
#include "format/decimal.h"
#include "format/flow_end.h"
#include "report/clock_time.h"
#include "report/human.h"

_Static_assert(FLOW_CELL_BYTES > 4 * HUMAN_BYTES, "a cell has room for four numbers");

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
	unsigned int rank;   /* see flow_cells__rank() */
};

#define TABLE(which) (1U << (which))
#define FULL	     TABLE(FLOW_TABLE_FULL)
#define BRIEF	     TABLE(FLOW_TABLE_BRIEF)

/* clang-format off */
static const struct line_column columns[] = {
	{"FLOW", LINE_FLOWID, UNIT_NONE, 0, 0, FULL | BRIEF, 15},
	{"LOCAL", LINE_LOCAL, UNIT_NONE, 0, 0, FULL | BRIEF, 0},
	{"FOREIGN", LINE_FOREIGN, UNIT_NONE, 0, 0, FULL | BRIEF, 0},
	{"PROCESS", LINE_PROCESS, UNIT_NONE, 0, 0, FULL, 8},
	{"CC", LINE_CC, UNIT_NONE, 0, 0, FULL, 7},
	{"BEGIN", LINE_BEGIN, UNIT_NONE, 0, 0, FULL, 4},
	{"TIME", LINE_NUMBERS, UNIT_TIME, FLOW_duration_us, 1, FULL | BRIEF, 16},
	{"IN/OUT", LINE_NUMBERS, UNIT_NONE, FLOW_lines_in, 2, FULL | BRIEF, 9},
	{"SENT/ACKED/RECEIVED", LINE_NUMBERS, UNIT_SIZE, FLOW_bytes_sent, 3, FULL, 10},
	{"RETR", LINE_NUMBERS, UNIT_NONE, FLOW_retransmissions, 1, FULL, 12},
	{"SRTT MIN/MEDIAN/P95/MAX", LINE_NUMBERS, UNIT_TIME, FLOW_srtt_min, 4, FULL, 11},
	{"SRTT", LINE_NUMBERS, UNIT_TIME, FLOW_srtt_median, 1, BRIEF, 0},
	{"CWND MIN/MEDIAN/MAX", LINE_NUMBERS, UNIT_SIZE, FLOW_cwnd_min, 3, FULL, 6},
	{"SSTHRESH FALLS", LINE_NUMBERS, UNIT_NONE, FLOW_ssthresh_falls, 1, FULL, 2},
	{"INFLIGHT MAX", LINE_NUMBERS, UNIT_SIZE, FLOW_inflight_max, 1, FULL, 3},
	{"RECOVERIES/RTOS", LINE_NUMBERS, UNIT_NONE, FLOW_recoveries, 2, FULL, 5},
	{"ZERO WINDOW", LINE_NUMBERS, UNIT_TIME, FLOW_zero_window_us, 1, FULL, 1},
	{"LIMIT", LINE_LIMIT, UNIT_NONE, 0, 0, FULL, 0},
	{"AS RECEIVER", LINE_RECEIVE_LIMIT, UNIT_NONE, 0, 0, FULL, 14},
	{"HELD UP", LINE_HELD, UNIT_NONE, 0, 0, BRIEF, 0},
	{"MOSTLY BY", LINE_HELD_BY, UNIT_NONE, 0, 0, BRIEF, 0},
};
/* clang-format on */

_Static_assert(ARRAY_SIZE(columns) == FLOW_CELL_COLUMNS, "the header tells their number");

bool flow_cells__has(const struct flow_cells *cells, size_t column)
{
	return columns[column].tables & TABLE(cells->table);
}

unsigned int flow_cells__rank(size_t column)
{
	return columns[column].rank;
}

bool flow_cells__is_name(size_t column)
{
	return columns[column].kind == LINE_PROCESS || columns[column].kind == LINE_CC;
}

/* The functions that write return the end of what they wrote, where no NUL is. */
static char *write_text(char *out, const char *text)
{
	return stpcpy(out, text);
}

static char *write_number(const struct flow_analysis *flow, const struct line_column *column,
			  enum flow_number number, char *out)
{
	__u64 value;

	if (!flow_analysis__number(flow, number, &value))
		return write_text(out, "-");
	if (column->unit == UNIT_TIME)
		return human__write_time(out, value);
	if (column->unit == UNIT_SIZE)
		return human__write_size(out, value);
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

	if (!held.by)
		return write_text(out, "-");
	if (is_limit)
		return write_share(flow, held.by->text, held.longest_us, out);
	return human__write_time(out, held.us);
}

static char *write_end(const struct flow_analysis *flow, bool is_local, char *out)
{
	const struct siftr_flow_key *key = &flow->key;

	flow_end__text(key, is_local ? key->laddr : key->faddr, is_local ? key->lport : key->fport,
		       out);
	return out + strlen(out);
}

/* The date, if all have the same, is in the title. */
static char *write_begin(const struct flow_cells *cells, __u64 us, char *out)
{
	char text[CLOCK_TIME_BYTES];

	return write_text(out, cells->has_days ? clock_time__full(text, us)
					       : clock_time__since(text, us, us));
}

char *flow_cells__write(const struct flow_cells *cells, size_t number,
			const struct flow_analysis *flow, char *out)
{
	const struct line_column *column = &columns[number];

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
		return write_begin(cells, flow->begin_us, out);
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

char *flow_cells__title(const struct flow_cells *cells, size_t number, char *out)
{
	const struct line_column *column = &columns[number];
	char text[CLOCK_TIME_BYTES];

	out = write_text(out, column->title);
	if (column->kind != LINE_BEGIN)
		return out;
	if (cells->has_days)
		return write_text(out, " UTC");
	if (*clock_time__date(text, cells->begin_us))
		out = write_text(write_text(out, " "), text);
	return write_text(out, clock_time__zone(cells->begin_us));
}
