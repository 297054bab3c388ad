// SPDX-License-Identifier: BSD-2-Clause
/*
 * The log of ttprobe 0.1.2, TEACUP's kernel module for Linux: 17 columns, neither header nor
 * footer. The packets are numbered from 0 on, states have Linux's numbers, and IPv6 addresses have
 * eight groups of four digits.
 */
#include "format/format.h"

#include "format/digits.h"
#include "format/format_cache.h"

#define LINE_MAX_BYTES 384

_Static_assert(SECOND_TEXT_ROOM + 7 + TUPLE_IPV6_MAX + 11 * (DECIMAL_U32_MAX + 1) + TUPLE_ROOM <=
		       LINE_MAX_BYTES,
	       "the longest line with its excess bytes fits its room");

static const __u16 fields[] = {
	SIFTR_FIELD_mss_cache,	 SIFTR_FIELD_cwnd_segs, SIFTR_FIELD_current_ssthresh,
	SIFTR_FIELD_offered_wnd, SIFTR_FIELD_skc_state, SIFTR_FIELD_snd_una,
	SIFTR_FIELD_snd_nxt,	 SIFTR_FIELD_skb_len,	FORMAT_FIELDS_END,
};

static char *write_ipv6(char *out, const __u64 address[2])
{
	static const char digit[16] = "0123456789ABCDEF";
	const unsigned char *bytes = (const unsigned char *)address;

	for (int i = 0; i < 16; i++) {
		*out++ = digit[bytes[i] >> 4];
		*out++ = digit[bytes[i] & 15];
		if (i % 2)
			*out++ = ':';
	}
	return out;
}

/* An address of either family is written with a separator at its end, which becomes the comma. */
static char *write_endpoint(char *out, __u8 family, const __u64 address[2], __u16 port)
{
	out = family == 4 ? digits__ipv4(out, address) : write_ipv6(out, address);
	out[-1] = ',';
	return digits__steady_column(out, port);
}

static char *write_addresses(char *out, const struct siftr_flow_key *flow)
{
	out = write_endpoint(out, flow->family, flow->laddr, flow->lport);
	return write_endpoint(out, flow->family, flow->faddr, flow->fport);
}

static char *write_number(char *out, const struct row *row, __u32 field)
{
	return digits__column(out, (__u32)row_fields__value(row->fields, field));
}

/*
 * Writes in bytes, as ttprobe does, a window that is captured in segments. If it exceeds 32 bits,
 * ttprobe's product wraps around; here the largest number of 32 bits is written.
 */
static char *write_window(char *out, const struct row *row, __u32 field)
{
	__u64 bytes = row_fields__value(row->fields, field) *
		      row_fields__value(row->fields, SIFTR_FIELD_mss_cache);

	return digits__column(out, bytes > ~0U ? ~0U : (__u32)bytes);
}

/*
 * A row of a log of ttprobe has the windows that it had there: in the module's log they may be the
 * lower 32 bits of the product.
 */
static char *write_columns(char *out, const struct row *row, __u32 number)
{
	const struct row_as_read *as_read = row_fields__as_read(row->fields);

	out = digits__column(out, as_read ? as_read->number : number);
	out = write_number(out, row, SIFTR_FIELD_mss_cache);
	out = digits__column(out, row->columns.srtt);
	if (as_read) {
		out = digits__column(out, as_read->cwnd);
		out = digits__column(out, as_read->ssthresh);
	} else {
		out = write_window(out, row, SIFTR_FIELD_cwnd_segs);
		out = write_window(out, row, SIFTR_FIELD_current_ssthresh);
	}
	out = digits__column(out, row->columns.snd_wnd);
	out = write_number(out, row, SIFTR_FIELD_offered_wnd);
	out = write_number(out, row, SIFTR_FIELD_skc_state);
	out = write_number(out, row, SIFTR_FIELD_snd_una);
	out = write_number(out, row, SIFTR_FIELD_snd_nxt);
	return write_number(out, row, SIFTR_FIELD_skb_len);
}

static char *write_row(char *out, struct format_cache *cache, const struct row *row)
{
	const struct flow_text *flow = flow_text__find(&cache->flows, row);

	out = second_text__copy(out, &cache->second, row->direction, row->time.seconds);
	out = digits__six_column(out, row->time.microseconds);
	out = flow ? flow_text__copy_addresses(out, flow) : write_addresses(out, row->flow);
	out = write_columns(out, row, cache->nr_rows++);
	out[-1] = '\n';
	return out;
}

static char *write_rows(char *out, struct format_cache *cache, const struct row rows[],
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		out = write_row(out, cache, &rows[i]);
	return out;
}

static const struct flow_spelling spelling = {write_addresses, flow_text__no_id};

const struct format format_ttprobe = {
	.name = "ttprobe",
	.one_run = true,
	.flow = &spelling,
	.line_max = LINE_MAX_BYTES,
	.groups = SIFTR_GROUP_BIT(probe),
	.required = ROW_BIT(ROW_snd_wnd),
	.fields = fields,
	.rows = write_rows,
};
