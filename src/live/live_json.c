// SPDX-License-Identifier: BSD-2-Clause
#include "live/live_json.h"

#include <arpa/inet.h>

#include "format/flow_end.h"
#include "format/quoted_text.h"
#include "live/live_columns.h"
#include "report/human.h"

/* No text is longer than its quoted form has room for: others than names of processes are short. */
static void print_text(FILE *stream, const char *name, const char *text)
{
	char quoted[LIVE_CELL_BYTES * QUOTED_TEXT_JSON_MAX / SIFTR_TEXT_MAX + 2];

	if (!*text) {
		fprintf(stream, ",\"%s\":null", name);
		return;
	}
	*quoted_text__json(quoted, text) = '\0';
	fprintf(stream, ",\"%s\":%s", name, quoted);
}

static void print_number(FILE *stream, const char *name, bool known, __u64 number)
{
	if (known)
		fprintf(stream, ",\"%s\":%llu", name, number);
	else
		fprintf(stream, ",\"%s\":null", name);
}

static void print_identity(FILE *stream, const struct live_line *line)
{
	char local[INET6_ADDRSTRLEN], foreign[INET6_ADDRSTRLEN];

	flow_end__address(&line->key, line->key.laddr, local);
	flow_end__address(&line->key, line->key.faddr, foreign);
	fprintf(stream,
		"{\"flowid\":%u,\"laddr\":\"%s\",\"lport\":%u,\"faddr\":\"%s\",\"fport\":%u",
		line->flowid, local, line->key.lport, foreign, line->key.fport);
	print_text(stream, "comm", line->comm);
	print_number(stream, "pid", line->pid, line->pid);
	print_text(stream, "cc_name", line->cc);
}

static void print_limit(FILE *stream, const struct live_limit *limit)
{
	print_text(stream, "limit", limit->text->name);
	print_text(stream, "limit_of", limit->as_receiver ? "receiver" : "sender");
	fprintf(stream, ",\"limit_share\":%.2f", (double)limit->share);
}

static void print_rate(FILE *stream, const struct live_line *line, const char *name,
		       enum live_rate rate)
{
	print_number(stream, name, line->rates[rate] >= 0, (__u64)(line->rates[rate] + 0.5));
}

static void print_state(FILE *stream, const struct live_line *line)
{
	const struct flow_state *state = &line->state;
	bool has_cwnd = flow_state__has(state, PART_CWND);

	print_text(stream, "state",
		   flow_state__has(state, PART_STATE) ? live_columns__state(state->conn_state)
						      : "");
	print_number(stream, "cwnd", has_cwnd, state->cwnd);
	print_number(stream, "ssthresh", has_cwnd, state->ssthresh);
	print_number(stream, "inflight", flow_state__has(state, PART_QUEUE), state->inflight);
	print_number(stream, "srtt", flow_state__has(state, PART_SRTT), state->srtt);
	print_number(stream, "min_rtt", line->min_rtt, line->min_rtt);
	print_number(stream, "rto", flow_state__has(state, PART_RTO), state->rto);
	print_rate(stream, line, "sent_rate", RATE_SENT);
	print_rate(stream, line, "delivered_rate", RATE_DELIVERED);
	print_rate(stream, line, "received_rate", RATE_RECEIVED);
	print_rate(stream, line, "retransmitted_rate", RATE_RETRANSMITTED);
}

void live_json__print(FILE *stream, const struct live_snapshot *snapshot)
{
	char moment[HUMAN_BYTES];

	fprintf(stream,
		"{\"time\":%s,\"flows\":%zu,\"packets\":%llu,\"lost\":%llu,"
		"\"forgotten_flows\":%llu",
		human__moment(moment, snapshot->time_us), snapshot->flows, snapshot->rows,
		snapshot->lost, snapshot->forgotten);
	print_number(stream, "received_rate", snapshot->received >= 0,
		     (__u64)(snapshot->received + 0.5));
	print_number(stream, "sent_rate", snapshot->sent >= 0, (__u64)(snapshot->sent + 0.5));
	fputs(",\"connections\":[", stream);
	for (size_t i = 0; i < snapshot->count; i++) {
		if (i)
			fputc(',', stream);
		print_identity(stream, &snapshot->lines[i]);
		print_state(stream, &snapshot->lines[i]);
		print_limit(stream, &snapshot->lines[i].limit);
		fputc('}', stream);
	}
	fputs("]}\n", stream);
}
