// SPDX-License-Identifier: BSD-2-Clause
/* The reference that the output of every other way is compared with, byte for byte. */
#include "naive.h"

#include <arpa/inet.h>

#include "convert/field_table.h"

#define COLUMNS "%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,191"
#define COLUMN(name) "\"" #name "\":%u,"
#define MEMBERS                                                                          \
	"{\"time\":%llu.%06u,\"direction\":\"%c\",\"laddr\":\"%s\",\"lport\":%u,"       \
	"\"faddr\":\"%s\",\"fport\":%u,"                                                  \
	COLUMN(snd_ssthresh) COLUMN(snd_cwnd) COLUMN(t_flags2) COLUMN(snd_wnd)           \
	COLUMN(rcv_wnd) COLUMN(snd_scale) COLUMN(rcv_scale) COLUMN(conn_state)           \
	COLUMN(max_seg_size) COLUMN(srtt) COLUMN(sack_enabled) COLUMN(t_flags)           \
	COLUMN(rto) COLUMN(snd_buf_hiwater) COLUMN(snd_buf_cc) COLUMN(rcv_buf_hiwater)   \
	COLUMN(rcv_buf_cc) COLUMN(sent_inflight_bytes) COLUMN(t_segqlen)                 \
	COLUMN(flowid) "\"flowtype\":191"

static void spell(const struct siftr_flow_key *flow, const __u64 address[2], char *text)
{
	inet_ntop(flow->family == 4 ? AF_INET : AF_INET6, address, text, INET6_ADDRSTRLEN);
}

static void spell_all_groups(const struct siftr_flow_key *flow, const __u64 address[2], char *text)
{
	const __u8 *b = (const __u8 *)address;

	if (flow->family == 4)
		inet_ntop(AF_INET, address, text, INET6_ADDRSTRLEN);
	else
		sprintf(text, "%x:%x:%x:%x:%x:%x:%x:%x", b[0] << 8 | b[1], b[2] << 8 | b[3],
			b[4] << 8 | b[5], b[6] << 8 | b[7], b[8] << 8 | b[9], b[10] << 8 | b[11],
			b[12] << 8 | b[13], b[14] << 8 | b[15]);
}

static void print_field(FILE *file, const struct row_fields *fields, __u32 field)
{
	if (!row_fields__has(fields, field))
		fputc(',', file);
	else if (field_table__is_text(&field_table[field]))
		fprintf(file, ",%s", row_fields__text(fields, field));
	else
		fprintf(file, ",%llu", fields->values[field]);
}

static void print_member(FILE *file, const struct row_fields *fields, __u32 field)
{
	const struct field_row *known = &field_table[field];

	if (!row_fields__has(fields, field))
		fprintf(file, ",\"%s\":null", known->name);
	else if (field_table__is_text(known))
		fprintf(file, ",\"%s\":\"%s\"", known->name, row_fields__text(fields, field));
	else
		fprintf(file, known->bytes > 4 ? ",\"%s\":\"%llu\"" : ",\"%s\":%llu", known->name,
			fields->values[field]);
}

static void print_selection(FILE *file, const struct row *row, const struct selection *selection,
			    bool is_json)
{
	for (__u32 i = 0; i < selection->nr_fields; i++)
		(is_json ? print_member : print_field)(file, row->fields, selection->fields[i]);
	fputs(is_json ? "}\n" : "\n", file);
}

void naive__print(FILE *file, const struct row *row, enum format_id format,
		  const struct selection *selection)
{
	const struct siftr_columns *c = &row->columns;
	const struct siftr_flow_key *flow = row->flow;
	bool is_1_2 = format == FORMAT_siftr_1_2;
	char laddr[INET6_ADDRSTRLEN] = "", faddr[INET6_ADDRSTRLEN] = "";
	char direction = row->direction == SIFTR_IN ? 'i' : 'o';
	__u64 seconds = row->time.seconds;
	__u32 us = row->time.microseconds, t_flags2 = is_1_2 ? 0 : c->t_flags2;
	__u32 srtt = is_1_2 ? (__u64)c->srtt * 32 * 1000 / 1000000 : c->srtt;
	__u32 rto = is_1_2 ? c->rto / 1000 : c->rto;

	(is_1_2 ? spell_all_groups : spell)(flow, flow->laddr, laddr);
	(is_1_2 ? spell_all_groups : spell)(flow, flow->faddr, faddr);
#define REST                                                                                       \
	laddr, flow->lport, faddr, flow->fport, c->snd_ssthresh, c->snd_cwnd, t_flags2,            \
		c->snd_wnd, c->rcv_wnd, c->snd_scale, c->rcv_scale, c->conn_state,                 \
		c->max_seg_size, srtt, c->sack_enabled, c->t_flags, rto, c->snd_buf_hiwater,       \
		c->snd_buf_cc, c->rcv_buf_hiwater, c->rcv_buf_cc, c->sent_inflight_bytes,          \
		c->t_segqlen, row->flowid
	if (format == FORMAT_jsonl)
		fprintf(file, selection ? MEMBERS : MEMBERS "}\n", seconds, us, direction, REST);
	else if (format == FORMAT_csv)
		fprintf(file,
			selection ? "%llu.%06u,%c,%s,%u,%s,%u," COLUMNS
				  : "%llu.%06u,%c,%s,%u,%s,%u," COLUMNS "\n",
			seconds, us, direction, REST);
	else if (is_1_2)
		fprintf(file, "%c,0x00000000,%llu.%06u,%s,%u,%s,%u," COLUMNS "\n", direction, seconds,
			us, REST);
	else
		fprintf(file, "%c,%llu.%06u,%s,%u,%s,%u," COLUMNS "\n", direction, seconds, us,
			REST);
	if (selection)
		print_selection(file, row, selection, format == FORMAT_jsonl);
}
