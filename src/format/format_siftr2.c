// SPDX-License-Identifier: BSD-2-Clause
/*
 * The text log of siftr2 2.5: 18 columns in hexadecimal digits. What is constant of a flow stands
 * in the flow list at the end, with the number of the flow's lines, by which its readers divide.
 * They also subtract the time of the first line, so no other is earlier.
 */
#include "format/format.h"

#include "format/format_cache.h"
#include "format/hexadecimal.h"
#include "format/siftr2_text.h"

#include <siftr/time_units.h>

/* The longest line: 16 numbers of eight digits and a comma each, the id and the direction. */
#define LINE_MAX_BYTES (9 + 2 + 16 * 9 + HEXADECIMAL_ROOM)

_Static_assert(LINE_MAX_BYTES - HEXADECIMAL_ROOM < RUN_FLOWS_LINE_MAX, "every length is counted");

static const __u16 fields[] = {
	SIFTR_FIELD_payload_len,
	SIFTR_FIELD_pipe,
	SIFTR_FIELD_cc_name,
	FORMAT_FIELDS_END,
};

static char *write_column(char *out, __u32 value)
{
	out = hexadecimal__u32(out, value);
	*out++ = ',';
	return out;
}

/* The milliseconds since the run began, at least those of the first line. */
static __u32 milliseconds(struct format_cache *cache, struct siftr_time time)
{
	__s64 us = (__s64)(time.seconds - cache->begun.seconds) * (__s64)USEC_PER_SEC +
		   time.microseconds - cache->begun.microseconds;
	__u64 ms = us < 0 ? 0 : (__u64)us * MSEC_PER_SEC / USEC_PER_SEC;

	if (ms > ~0U)
		ms = ~0U;
	if (!cache->nr_rows)
		cache->first_ms = (__u32)ms;
	return ms < cache->first_ms ? cache->first_ms : (__u32)ms;
}

static char *write_columns(char *out, const struct row *row)
{
	const struct siftr_columns *c = &row->columns;

	out = write_column(out, c->snd_cwnd);
	out = write_column(out, c->snd_ssthresh);
	out = write_column(out, c->srtt);
	out = write_column(out, (__u32)row_fields__value(row->fields, SIFTR_FIELD_payload_len));
	out = write_column(out, c->snd_wnd);
	out = write_column(out, c->rcv_wnd);
	out = write_column(out, c->t_flags);
	out = write_column(out, c->t_flags2);
	out = write_column(out, c->rto);
	out = write_column(out, c->snd_buf_hiwater);
	out = write_column(out, c->snd_buf_cc);
	out = write_column(out, c->rcv_buf_hiwater);
	out = write_column(out, c->rcv_buf_cc);
	out = write_column(out, (__u32)row_fields__value(row->fields, SIFTR_FIELD_pipe));
	return write_column(out, c->t_segqlen);
}

static char *write_row(char *out, struct format_cache *cache, const struct row *row)
{
	struct run_flow *flow = run_flows__of(cache->run_flows, row);
	char *begin = out;

	if (!flow) {
		cache->left_out[row->direction]++;
		return out;
	}
	out = hexadecimal__eight(out, flow->id);
	memcpy(out, row->direction == SIFTR_IN ? ",i," : ",o,", 3);
	out = write_column(out + 3, milliseconds(cache, row->time));
	out = write_columns(out, row);
	out[-1] = '\n';
	cache->nr_rows = 1;
	run_flows__count_line(cache->run_flows, flow, (size_t)(out - begin));
	return out;
}

static char *write_rows(char *out, struct format_cache *cache, const struct row rows[],
			size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!cache->has_begun)
			format_cache__begin_run(cache, rows[i].time);
		out = write_row(out, cache, &rows[i]);
	}
	return out;
}

static char *write_header(char *out, const struct format_start *start)
{
	return siftr2_text__header(out, start, "txt");
}

static char *write_footer(char *out, struct format_cache *cache, struct siftr_time disabled,
			  const struct format_totals *totals)
{
	return siftr2_text__footer(out, cache->run_flows, disabled, totals, false);
}

/* srtt (without a sample), t_flags2 and flowtype may be absent; state and in flight are not
 * written. */
const struct format format_siftr2 = {
	.name = "siftr2",
	.siftrver = "2.5",
	.one_run = true,
	.line_max = LINE_MAX_BYTES,
	.groups = SIFTR_GROUP_BIT(packet) | SIFTR_GROUP_BIT(cc) | SIFTR_GROUP_BIT(probe),
	.required = ROW_ALL & ~(ROW_BIT(ROW_srtt) | ROW_BIT(ROW_t_flags2) | ROW_BIT(ROW_flowtype) |
				ROW_BIT(ROW_conn_state) | ROW_BIT(ROW_sent_inflight_bytes)),
	.fields = fields,
	.header = write_header,
	.rows = write_rows,
	.run_footer = write_footer,
	.run_flow = siftr2_text__flow,
	.run_flow_max = SIFTR2_TEXT_FLOW_MAX,
	.footer_read = SIFTR2_TEXT_FOOTER_READ,
	.lose_line = siftr2_text__lose_line,
};
