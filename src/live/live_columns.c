// SPDX-License-Identifier: BSD-2-Clause
#include "live/live_columns.h"

#include <stdio.h>
#include <string.h>

#include "format/flow_end.h"
#include "report/human.h"

const struct live_column_row live_columns[LIVE_COLUMNS] = {
#define LIVE_COLUMN(name, title, width, rank) {#name, title, width, rank},
#include "live/column_list.def"
};

/* What Linux and FreeBSD have as the threshold of a connection that never had a loss. */
#define SSTHRESH_NEVER_SET 1073725440U

enum live_column live_columns__find(const char *name)
{
	int column = 0;

	while (column < LIVE_COLUMNS && strcmp(live_columns[column].name, name) != 0)
		column++;
	return column;
}

const char *live_columns__state(__u32 conn_state)
{
	static const char *const names[] = {"CLOSED",	"LISTEN",     "SYN-SENT",   "SYN-RECV",
					    "ESTAB",	"CLOSE-WAIT", "FIN-WAIT-1", "CLOSING",
					    "LAST-ACK", "FIN-WAIT-2", "TIME-WAIT"};

	return conn_state < sizeof(names) / sizeof(*names) ? names[conn_state] : "?";
}

static const char *set_text(char *text, const char *value)
{
	snprintf(text, LIVE_CELL_BYTES, "%s", value);
	return text;
}

const char *live_columns__rate(double bytes, char text[LIVE_CELL_BYTES])
{
	static const char units[] = "kMGTP";
	const char *unit = units;
	double bits = bytes * 8;

	if (bytes < 0)
		return set_text(text, "-");
	if (bits < 1000) {
		snprintf(text, LIVE_CELL_BYTES, "%.0f", bits);
		return text;
	}
	for (bits /= 1000; bits >= 999.95 && unit[1]; unit++)
		bits /= 1000;
	snprintf(text, LIVE_CELL_BYTES, "%.1f%c", bits, *unit);
	return text;
}

static void write_size(char *text, bool known, __u32 bytes)
{
	set_text(text, "-");
	if (known)
		human__size(text, bytes);
}

static void write_time(char *text, bool known, __u32 us)
{
	set_text(text, "-");
	if (known)
		human__time(text, us);
}

static void write_limit(const struct live_limit *limit, char *text)
{
	snprintf(text, LIVE_CELL_BYTES, "%s%s", limit->as_receiver ? "in: " : "",
		 limit->text->text);
}

/* The window and the timers. */
static void write_state(const struct live_line *line, enum live_column column, char *text)
{
	const struct flow_state *state = &line->state;

	switch (column) {
	case LIVE_state:
		set_text(text, flow_state__has(state, PART_STATE)
				       ? live_columns__state(state->conn_state)
				       : "-");
		break;
	case LIVE_cwnd:
		write_size(text, flow_state__has(state, PART_CWND), state->cwnd);
		break;
	case LIVE_ssthresh:
		write_size(text,
			   flow_state__has(state, PART_CWND) &&
				   state->ssthresh < SSTHRESH_NEVER_SET,
			   state->ssthresh);
		break;
	case LIVE_inflight:
		write_size(text, flow_state__has(state, PART_QUEUE), state->inflight);
		break;
	case LIVE_srtt:
		write_time(text, flow_state__has(state, PART_SRTT), state->srtt);
		break;
	case LIVE_min_rtt:
		write_time(text, line->min_rtt, line->min_rtt);
		break;
	default:
		write_time(text, flow_state__has(state, PART_RTO), state->rto);
	}
}

static void write_process(const struct live_line *line, char *text)
{
	if (*line->comm && line->pid)
		snprintf(text, LIVE_CELL_BYTES, "%s/%u", line->comm, line->pid);
	else
		set_text(text, *line->comm ? line->comm : "-");
}

const char *live_columns__cell(const struct live_line *line, enum live_column column,
			       char text[LIVE_CELL_BYTES])
{
	switch (column) {
	case LIVE_flowid:
		snprintf(text, LIVE_CELL_BYTES, "%u", line->flowid);
		break;
	case LIVE_local:
		flow_end__text(&line->key, line->key.laddr, line->key.lport, text);
		break;
	case LIVE_foreign:
		flow_end__text(&line->key, line->key.faddr, line->key.fport, text);
		break;
	case LIVE_process:
		write_process(line, text);
		break;
	case LIVE_cc:
		set_text(text, *line->cc ? line->cc : "-");
		break;
	case LIVE_limit:
		write_limit(&line->limit, text);
		break;
	case LIVE_sent:
		return live_columns__rate(line->rates[RATE_SENT], text);
	case LIVE_delivered:
		return live_columns__rate(line->rates[RATE_DELIVERED], text);
	case LIVE_received:
		return live_columns__rate(line->rates[RATE_RECEIVED], text);
	case LIVE_retransmitted:
		set_text(text, "-");
		if (line->rates[RATE_RETRANSMITTED] >= 0)
			snprintf(text, LIVE_CELL_BYTES, "%.0f", line->rates[RATE_RETRANSMITTED]);
		break;
	default:
		write_state(line, column, text);
	}
	return text;
}
