// SPDX-License-Identifier: BSD-2-Clause
#include "commands/flow_columns.h"

#include <stdio.h>
#include <string.h>
#include <siftr/array_size.h>

#include "analyse/limits.h"
#include "format/flow_end.h"

/* The columns before the numbers of a flow, and those between the numbers and the ledgers. */
enum flow_column {
	COLUMN_FLOWID,
	COLUMN_LADDR,
	COLUMN_LPORT,
	COLUMN_FADDR,
	COLUMN_FPORT,
	COLUMN_COMM,
	COLUMN_PID,
	COLUMN_CC,
	COLUMN_BEGIN,
	FIRST_NUMBER,
	COLUMN_LIMIT = FIRST_NUMBER + (int)FLOW_NUMBERS,
	COLUMN_RECEIVE_LIMIT,
	COLUMN_LACKING,
	FIRST_SEND,
	FIRST_RECEIVE = FIRST_SEND + (int)SEND_LIMITS,
	NR_COLUMNS = FIRST_RECEIVE + (int)RECEIVE_LIMITS,
};

static const char *const names[NR_COLUMNS] = {
	"flowid", "laddr",	   "lport",   "faddr", "fport", "comm", "pid", "cc_name", "begin",
#define FLOW_NUMBER(name, unit, help) #name,
#include "analyse/flow_numbers.def"
	"limit",  "receive_limit", "lacking",
#define SEND_LIMIT(name, text, holds, help) "send_" #name "_us",
#include "analyse/limits.def"
#define RECEIVE_LIMIT(name, text, holds, help) "receive_" #name "_us",
#include "analyse/limits.def"
};

/* What a user must capture for a part of the state to be known. */
static const struct {
	__u32 part;
	const char *fields;
} part_fields[] = {
	{PART_QUEUE, "snd_buf_cc,sent_inflight_bytes"},
	{PART_WINDOW, "snd_wnd"},
	{PART_CWND, "snd_cwnd"},
	{PART_RATE, "rate"},
};

int flow_columns__count(void)
{
	return NR_COLUMNS;
}

const char *flow_columns__name(int column)
{
	return names[column];
}

int flow_columns__find(const char *name)
{
	for (int column = 0; column < NR_COLUMNS; column++)
		if (!strcmp(names[column], name))
			return column;
	return -1;
}

const char *flow_columns__lacking(const struct flow_analysis *flow, char *text)
{
	size_t used = 0;

	*text = '\0';
	for (unsigned int i = 0; i < ARRAY_SIZE(part_fields); i++)
		if (flow->ledger.lacking & part_fields[i].part)
			used += (size_t)snprintf(text + used, FLOW_LACKING_BYTES - used, "%s%s",
						 used ? "," : "", part_fields[i].fields);
	return text;
}

static struct flow_cell number_cell(__u64 number)
{
	return (struct flow_cell){FLOW_CELL_NUMBER, number, ""};
}

/* A text of "" is not known. */
static struct flow_cell text_cell(const char *text)
{
	struct flow_cell cell = {*text ? FLOW_CELL_TEXT : FLOW_CELL_UNKNOWN, 0, ""};

	snprintf(cell.text, sizeof(cell.text), "%s", text);
	return cell;
}

static struct flow_cell address_cell(const struct flow_analysis *flow, const __u64 address[2])
{
	struct flow_cell cell = {FLOW_CELL_TEXT, 0, ""};

	flow_end__address(&flow->key, address, cell.text);
	return cell;
}

static struct flow_cell lacking_cell(const struct flow_analysis *flow)
{
	char text[FLOW_LACKING_BYTES];

	return text_cell(flow_columns__lacking(flow, text));
}

/* The limit that held longest, if there was time for any. */
static struct flow_cell limit_cell(const struct flow_analysis *flow, int column)
{
	const struct ledger *ledger = &flow->ledger;

	if (!ledger->duration_us)
		return text_cell("");
	if (column == COLUMN_LIMIT)
		return text_cell(send_limits[ledger__main_send_limit(ledger)].name);
	return text_cell(receive_limits[ledger__main_receive_limit(ledger)].name);
}

/* Columns that tell which flow it is and what it was. */
static struct flow_cell identity_cell(const struct flow_analysis *flow, int column)
{
	switch (column) {
	case COLUMN_FLOWID:
		return number_cell(flow->flowid);
	case COLUMN_LADDR:
		return address_cell(flow, flow->key.laddr);
	case COLUMN_LPORT:
		return number_cell(flow->key.lport);
	case COLUMN_FADDR:
		return address_cell(flow, flow->key.faddr);
	case COLUMN_FPORT:
		return number_cell(flow->key.fport);
	case COLUMN_COMM:
		return text_cell(flow->comm);
	case COLUMN_PID:
		return flow->pid ? number_cell(flow->pid) : text_cell("");
	case COLUMN_CC:
		return text_cell(flow->cc);
	case COLUMN_LIMIT:
	case COLUMN_RECEIVE_LIMIT:
		return limit_cell(flow, column);
	case COLUMN_LACKING:
		return lacking_cell(flow);
	default:
		return (struct flow_cell){FLOW_CELL_TIME, flow->begin_us, ""};
	}
}

struct flow_cell flow_columns__cell(const struct flow_analysis *flow, int column)
{
	struct flow_cell cell = {};

	if (column >= FIRST_RECEIVE)
		return number_cell(flow->ledger.receive_us[column - FIRST_RECEIVE]);
	if (column >= FIRST_SEND)
		return number_cell(ledger__send_us(&flow->ledger, column - FIRST_SEND));
	if (column < FIRST_NUMBER || column >= COLUMN_LIMIT)
		return identity_cell(flow, column);
	if (flow_analysis__number(flow, column - FIRST_NUMBER, &cell.number))
		cell.kind = FLOW_CELL_NUMBER;
	return cell;
}
