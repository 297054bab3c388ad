// SPDX-License-Identifier: BSD-2-Clause
#include "format/siftr2_lines.h"

#include <siftr/time_units.h>

#include "format/format_cache.h"

_Static_assert(SIFTR2_LINES_ROOM - HEXADECIMAL_ROOM < RUN_FLOWS_LINE_MAX,
	       "every length is counted");

const __u16 siftr2_lines__fields[] = {
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

/* The milliseconds since the run began, but never fewer than those in the first line. */
static __u32 milliseconds(struct format_cache *cache, struct siftr_time time)
{
	__s64 us = (__s64)(time.seconds - cache->begun.seconds) * (__s64)USEC_PER_SEC +
		   time.microseconds - cache->begun.microseconds;
	__u64 ms = us < 0 ? 0 : (__u64)us * MSEC_PER_SEC / USEC_PER_SEC;

	if (ms > ~0U)
		ms = ~0U;
	if (!cache->nr_rows)
		cache->first_ms = (__u32)ms;
	cache->early_rows += us < 0 || ms < cache->first_ms;
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
	*out++ = ',';
	*out++ = row->direction == SIFTR_IN ? 'i' : 'o';
	*out++ = ',';
	out = write_column(out, milliseconds(cache, row->time));
	out = write_columns(out, row);
	out[-1] = '\n';
	cache->nr_rows = 1;
	run_flows__count_line(cache->run_flows, flow, (size_t)(out - begin));
	return out;
}

char *siftr2_lines__rows(char *out, struct format_cache *cache, const struct row rows[],
			 size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!cache->has_begun)
			format_cache__begin_run(cache, rows[i].time);
		out = write_row(out, cache, &rows[i]);
	}
	return out;
}
