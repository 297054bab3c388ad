// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the kernel module tcp_probe wrote to /proc/net/tcpprobe, in Linux 3.16 to 4.15: 11 fields
 * with a blank between them, one line for each packet received. The congestion window and the slow
 * start threshold are in segments, the other windows in bytes. The time counts from the beginning
 * of the run. There is neither header nor footer.
 */
#include "format/format.h"

#include "format/digits.h"
#include "format/format_cache.h"
#include "format/hexadecimal.h"

#define LINE_MAX_BYTES 320

/* The longest "[address]:port " of both ends. */
#define ADDRESSES_MAX (2 * (1 + DECIMAL_ADDRESS_MAX + 2 + 5 + 1))

_Static_assert(ADDRESSES_MAX + DIGITS_ROOM <= FLOW_TEXT_ADDRESSES_ROOM, "addresses fit their room");
_Static_assert(DECIMAL_U64_MAX + sizeof(".123456789 ") + FLOW_TEXT_ADDRESSES_ROOM +
			       8 * (DECIMAL_U32_MAX + 1) + DIGITS_ROOM <=
		       LINE_MAX_BYTES,
	       "the longest line with its excess bytes fits its room");

static const __u16 fields[] = {
	SIFTR_FIELD_skb_len,   SIFTR_FIELD_snd_nxt,	SIFTR_FIELD_snd_una,
	SIFTR_FIELD_cwnd_segs, SIFTR_FIELD_offered_wnd, SIFTR_FIELD_current_ssthresh,
	FORMAT_FIELDS_END,
};

static char *write_endpoint(char *out, __u8 family, const __u64 address[2], __u16 port)
{
	if (family == 4) {
		out = digits__ipv4(out, address);
	} else {
		*out++ = '[';
		out = decimal__ipv6(out, address);
		*out++ = ']';
		*out++ = ':';
	}
	out[-1] = ':';
	out = digits__steady_column(out, port);
	out[-1] = ' ';
	return out;
}

static char *write_addresses(char *out, const struct siftr_flow_key *flow)
{
	out = write_endpoint(out, flow->family, flow->laddr, flow->lport);
	return write_endpoint(out, flow->family, flow->faddr, flow->fport);
}

static char *write_nanoseconds(char *out, const struct row *row)
{
	const struct row_as_read *as_read = row_fields__as_read(row->fields);
	__u32 nanoseconds = as_read ? as_read->nanoseconds : 0;

	*out++ = (char)('0' + nanoseconds / 100);
	*out++ = (char)('0' + nanoseconds / 10 % 10);
	*out++ = (char)('0' + nanoseconds % 10);
	*out++ = ' ';
	return out;
}

/* Writes the seconds since the beginning of the run, with six decimals; 0 for an earlier time. */
static char *write_time(char *out, struct format_cache *cache, struct siftr_time time)
{
	__u64 seconds = time.seconds - cache->begun.seconds;
	__u32 microseconds = time.microseconds - cache->begun.microseconds;

	if (time.microseconds < cache->begun.microseconds) {
		microseconds += 1000000;
		seconds--;
	}
	if ((__s64)seconds < 0) {
		seconds = microseconds = 0;
		cache->early_rows++;
	}
	out = decimal__u64(out, seconds);
	*out++ = '.';
	return decimal__six(out, microseconds);
}

static char *write_decimal(char *out, __u32 value)
{
	out = digits__column(out, value);
	out[-1] = ' ';
	return out;
}

static char *write_number(char *out, const struct row *row, __u32 field)
{
	return write_decimal(out, (__u32)row_fields__value(row->fields, field));
}

/* Writes a sequence number as the kernel's %#x does: a 0, too, has 0x before it. */
static char *write_sequence(char *out, const struct row *row, __u32 field)
{
	*out++ = '0';
	*out++ = 'x';
	out = hexadecimal__u32(out, (__u32)row_fields__value(row->fields, field));
	*out++ = ' ';
	return out;
}

static char *write_row(char *out, struct format_cache *cache, const struct row *row)
{
	const struct flow_text *flow = flow_text__find(&cache->flows, row);

	if (!cache->has_begun)
		format_cache__begin_run(cache, row->time);
	out = write_time(out, cache, row->time);
	out = write_nanoseconds(out, row);
	out = flow ? flow_text__copy_all_addresses(out, flow) : write_addresses(out, row->flow);
	out = write_number(out, row, SIFTR_FIELD_skb_len);
	out = write_sequence(out, row, SIFTR_FIELD_snd_nxt);
	out = write_sequence(out, row, SIFTR_FIELD_snd_una);
	out = write_number(out, row, SIFTR_FIELD_cwnd_segs);
	out = write_number(out, row, SIFTR_FIELD_current_ssthresh);
	out = write_decimal(out, row->columns.snd_wnd);
	out = write_decimal(out, row->columns.srtt);
	out = write_number(out, row, SIFTR_FIELD_offered_wnd);
	out[-1] = '\n';
	return out;
}

static char *write_rows(char *out, struct format_cache *cache, const struct row rows[],
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].direction == SIFTR_IN)
			out = write_row(out, cache, &rows[i]);
	return out;
}

static const struct flow_spelling spelling = {write_addresses, flow_text__no_id};

const struct format format_tcp_probe = {
	.name = "tcp_probe",
	.one_run = true,
	.time_from_begin = true,
	.inbound_only = true,
	.flow = &spelling,
	.line_max = LINE_MAX_BYTES,
	.groups = SIFTR_GROUP_BIT(probe),
	.required = ROW_BIT(ROW_snd_wnd),
	.fields = fields,
	.rows = write_rows,
};
