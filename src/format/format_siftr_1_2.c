// SPDX-License-Identifier: BSD-2-Clause
/*
 * The SIFTR 1.2.4 log of FreeBSD 13 and before: 28 columns, of which the second is the packet's
 * hash and the tenth snd_bwnd, both always written as 0; srtt and rto are in units of the kernel's
 * clock, which the header names; IPv6 addresses are written without "::".
 */
#include "format/format.h"

#include <stdio.h>

#include "format/columns_text.h"
#include "format/siftr_footer.h"

#define LINE_MAX_BYTES 512

/* The clock that the header names: ticks of a millisecond, and srtt in 32nds of a tick. */
#define HZ	  1000U
#define RTT_SCALE 32U
#define USEC_TICK (1000000U / HZ)

/* The column of the hash as FreeBSD writes it unless genhashes is set. */
#define NO_HASH ",0x00000000,"

_Static_assert(sizeof("o" NO_HASH) + SECOND_TEXT_ROOM + 7 + TUPLE_IPV6_MAX +
			       19 * (DECIMAL_U32_MAX + 1) + FLOW_TEXT_ID_COPY + TUPLE_ROOM <=
		       LINE_MAX_BYTES,
	       "the longest line with its excess bytes fits its room");

static char *write_header(char *out, const struct format_start *start)
{
	int length =
		snprintf(out, FORMAT_HEADER_MAX,
			 "enable_time_secs=%llu\tenable_time_usecs=%06u\tsiftrver=1.2.4\thz=%u\t"
			 "tcp_rtt_scale=%u\tsysname=%.7s\tsysver=%u\tipmode=%u\n",
			 start->enabled.seconds, start->enabled.microseconds, HZ, RTT_SCALE,
			 start->sysname, start->sysver, start->ipmode);

	return out + length;
}

static inline char *write_endpoint(char *out, __u8 family, const __u64 address[2], __u16 port)
{
	/* digits__ipv4() ends with a dot, which becomes the comma. */
	out = family == 4 ? digits__ipv4(out, address) : decimal__ipv6_groups(out, address) + 1;
	out[-1] = ',';
	return digits__steady_column(out, port);
}

static char *write_addresses(char *out, const struct siftr_flow_key *flow)
{
	out = write_endpoint(out, flow->family, flow->laddr, flow->lport);
	return write_endpoint(out, flow->family, flow->faddr, flow->fport);
}

static inline char *write_row(char *out, struct format_cache *cache, const struct row *row)
{
	const struct flow_text *flow = flow_text__find(&cache->flows, row);
	struct siftr_columns columns = row->columns;

	columns.t_flags2 = 0; /* this column is snd_bwnd, unused since FreeBSD 7 */
	columns.srtt = (__u32)((__u64)columns.srtt * RTT_SCALE / USEC_TICK);
	columns.rto /= USEC_TICK;
	*out = row->direction == SIFTR_IN ? 'i' : 'o';
	memcpy(out + 1, NO_HASH, sizeof(NO_HASH) - 1);
	out = second_text__copy_time(out + sizeof(NO_HASH), &cache->second, row->time.seconds);
	out = digits__six_column(out, row->time.microseconds);
	out = flow ? flow_text__copy_addresses(out, flow) : write_addresses(out, row->flow);
	out = columns_text__write(out, cache, &columns);
	return flow ? flow_text__copy_id(out, flow) : flow_text__write_id(out, row);
}

static char *write_rows(char *out, struct format_cache *cache, const struct row rows[],
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		out = write_row(out, cache, &rows[i]);
	return out;
}

/* The counts of 1.3.0, and two of a lock that FreeBSD 14 and Linux do without: always 0. */
static char *write_footer(char *out, struct siftr_time disabled, const struct format_totals *totals)
{
	return siftr_footer__write(
		out, disabled, totals,
		"num_inbound_skipped_pkts_mtx=0\tnum_outbound_skipped_pkts_mtx=0\t");
}

static char *write_listed_flow(char *out, const struct siftr_flow_key *flow)
{
	char text[TUPLE_ROOM], *end = write_addresses(text, flow);

	return tuple__separate(out, text, (size_t)(end - text) - 1, TUPLE_LIST_ENTRY);
}

static const struct flow_spelling spelling = {write_addresses, flow_text__write_id};

const struct format format_siftr_1_2 = {
	.name = "siftr-1.2",
	.siftrver = "1.2.4",
	.first_packet = true,
	.flow = &spelling,
	.line_max = LINE_MAX_BYTES,
	.required = ROW_ALL & ~(ROW_BIT(ROW_srtt) | ROW_BIT(ROW_t_flags2)),
	.header = write_header,
	.rows = write_rows,
	.footer = write_footer,
	.listed_flow = write_listed_flow,
};
