// SPDX-License-Identifier: BSD-2-Clause
#include "analysed_rows.h"

struct siftr_flow_key analysed_key(__u32 number)
{
	return (struct siftr_flow_key){.laddr = {0x0100000a},
				       .faddr = {0x0200000a},
				       .family = 4,
				       .lport = (__u16)(number >> 16),
				       .fport = (__u16)number};
}

struct analysed_row analysed_row(__u64 time_us, bool outbound)
{
	return (struct analysed_row){
		.columns = {.snd_ssthresh = 10000,
			    .snd_cwnd = 20000,
			    .snd_wnd = 65535,
			    .rcv_wnd = 65535,
			    .conn_state = 4,
			    .max_seg_size = 1000,
			    .srtt = 100000,
			    .rto = 200000,
			    .snd_buf_hiwater = 100000,
			    .snd_buf_cc = 5000,
			    .rcv_buf_hiwater = 131072,
			    .sent_inflight_bytes = 5000},
		.time_us = time_us,
		.outbound = outbound,
	};
}

void analysed_row__set(struct analysed_row *row, __u32 field, __u64 value)
{
	row_fields__set(&row->fields, field, value);
}

void analysed_row__order(struct analysed_row *row, __u32 segs_out, __u32 segs)
{
	analysed_row__set(row, SIFTR_FIELD_segs_out, segs_out);
	analysed_row__set(row, SIFTR_FIELD_gso_segs, segs);
}

struct row analysed_row__row(const struct analysed_row *row, const struct siftr_flow_key *flow)
{
	return (struct row){.time = row__time(row->time_us),
			    .flow = flow,
			    .fields = &row->fields,
			    .flowid = 7,
			    .flow_number = 1,
			    .absent = row->absent,
			    .direction = row->outbound ? SIFTR_OUT : SIFTR_IN,
			    .flowtype = ROW_FLOWTYPE,
			    .columns = row->columns};
}

struct flow_analysis analysed_flow(const struct analysed_row rows[], size_t count)
{
	static const struct siftr_flow_key key = {.family = 4, .lport = 80, .fport = 5000};
	struct flow_analysis flow;
	struct interval interval;

	for (size_t i = 0; i < count; i++) {
		struct row row = analysed_row__row(&rows[i], &key);

		assert_int_equal(i ? flow_analysis__add(&flow, &row, &interval)
				   : flow_analysis__begin(&flow, &row, true),
				 0);
	}
	flow_analysis__end(&flow);
	return flow;
}

const struct flow_state *analysed_state(struct analysed_row *row)
{
	static const struct siftr_flow_key flow;
	struct row read = analysed_row__row(row, &flow);

	flow_state__read(&row->state, &read);
	return &row->state;
}

const struct event *analysed_event(const struct flow_analysis *flow, enum event_kind kind)
{
	for (unsigned int i = 0; i < flow->events.list.kept->count; i++)
		if (flow->events.list.kept->of[i].kind == kind)
			return &flow->events.list.kept->of[i];
	fail_msg("there is no event of that kind");
	return NULL;
}
