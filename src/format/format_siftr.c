// SPDX-License-Identifier: BSD-2-Clause
/*
 * The SIFTR 1.3.0 log, byte for byte as siftr(4) writes it. Only the data line
 * is written often; it is put together from digit tables and cached text
 * without a format string. Header and footer are plain.
 */
#include "format/format.h"

#include <stddef.h>
#include <stdio.h>

#include "format/decimal.h"
#include "format/digits.h"
#include "format/format_cache.h"

/* The longest line and what its last column may scribble behind it fit the room. */
_Static_assert(FORMAT_CACHE_SECONDS + 7 + FORMAT_CACHE_ADDRESSES + 19 * (DECIMAL_U32_MAX + 1) +
			       FORMAT_CACHE_TAIL + DIGITS_ROOM <=
		       FORMAT_LINE_MAX,
	       "a line fits its room");

char *format_siftr__header(char *out, struct siftr_time enabled, __u32 sysver)
{
	int length = snprintf(out, FORMAT_HEADER_MAX,
			      "enable_time_secs=%llu\tenable_time_usecs=%06u\tsiftrver=1.3.0\t"
			      "sysname=Linux\tsysver=%u\tipmode=6\n",
			      enabled.seconds, enabled.microseconds, sysver);

	return out + length;
}

/* Where a group of columns begins, for those that are written together. */
#define COLUMNS_FROM(columns, first) \
	((const __u32 *)(columns) + offsetof(struct siftr_columns, first) / sizeof(__u32))
#define ARE_GROUP(first, last)                                                           \
	(offsetof(struct siftr_columns, last) - offsetof(struct siftr_columns, first) == \
	 (FORMAT_CACHE_GROUP_COLUMNS - 1) * sizeof(__u32))

_Static_assert(ARE_GROUP(snd_scale, max_seg_size), "what was negotiated");
_Static_assert(ARE_GROUP(sack_enabled, snd_buf_hiwater), "what hardly changes");

/* `known` is NULL, or where the flow's texts are; there is a copy of this code for each. */
static inline __attribute__((always_inline)) char *write_columns(char *out,
								 struct format_cache *cache,
								 const struct format_line *line,
								 struct format_cache_flow *known)
{
	const struct siftr_columns *c = &line->columns;

	out = format_cache__copy_seconds(out, cache, line->direction, line->time.seconds);
	out = digits__six_column(out, line->time.microseconds);
	out = known ? format_cache__copy_addresses(out, known)
		    : format_cache__write_ipv4(out, cache, line->flow);
	out = known ? format_cache__copy_known_number(out, cache, &known->ssthresh, c->snd_ssthresh)
		    : format_cache__copy_number(out, cache, c->snd_ssthresh);
	out = digits__steady_column(out, c->snd_cwnd);
	out = digits__steady_column(out, c->t_flags2);
	out = digits__steady_column(out, c->snd_wnd);
	out = digits__steady_column(out, c->rcv_wnd);
	out = known ? format_cache__copy_known_group(out, cache, &known->negotiated,
						     COLUMNS_FROM(c, snd_scale))
		    : format_cache__copy_group(out, cache, COLUMNS_FROM(c, snd_scale));
	out = digits__column(out, c->srtt);
	out = format_cache__copy_group(out, cache, COLUMNS_FROM(c, sack_enabled));
	out = digits__column(out, c->snd_buf_cc);
	out = known ? format_cache__copy_known_number(out, cache, &known->rcv_buf,
						      c->rcv_buf_hiwater)
		    : format_cache__copy_number(out, cache, c->rcv_buf_hiwater);
	out = digits__steady_column(out, c->rcv_buf_cc);
	out = digits__column(out, c->sent_inflight_bytes);
	out = digits__small_column(out, c->t_segqlen);
	return known ? format_cache__copy_tail(out, known)
		     : format_cache__write_tail(out, line->flowid);
}

static inline char *write_line(char *out, struct format_cache *cache,
			       const struct format_line *line)
{
	struct format_cache_flow *known = format_cache__flow(cache, line->flow, line->flowid);

	return known ? write_columns(out, cache, line, known)
		     : write_columns(out, cache, line, NULL);
}

char *format_siftr__lines(char *out, struct format_cache *cache, const struct format_line lines[],
			  size_t count)
{
	for (size_t i = 0; i < count; i++)
		out = write_line(out, cache, &lines[i]);
	return out;
}

char *format_siftr__footer(char *out, struct siftr_time disabled,
			   const struct format_totals *totals)
{
	const __u64 *packets = totals->packets;
	const __u64 *no_memory = totals->skipped_malloc;
	const __u64 *no_tcpcb = totals->skipped_tcpcb;
	const __u64 *no_inpcb = totals->skipped_inpcb;
	int length;

	length = snprintf(out, FORMAT_FOOTER_MAX,
			  "disable_time_secs=%llu\tdisable_time_usecs=%06u\t"
			  "num_inbound_tcp_pkts=%llu\tnum_outbound_tcp_pkts=%llu\t"
			  "total_tcp_pkts=%llu\t"
			  "num_inbound_skipped_pkts_malloc=%llu\t"
			  "num_outbound_skipped_pkts_malloc=%llu\t"
			  "num_inbound_skipped_pkts_tcpcb=%llu\t"
			  "num_outbound_skipped_pkts_tcpcb=%llu\t"
			  "num_inbound_skipped_pkts_inpcb=%llu\t"
			  "num_outbound_skipped_pkts_inpcb=%llu\t"
			  "total_skipped_tcp_pkts=%llu\tflow_list=",
			  disabled.seconds, disabled.microseconds, packets[SIFTR_IN],
			  packets[SIFTR_OUT], packets[SIFTR_IN] + packets[SIFTR_OUT],
			  no_memory[SIFTR_IN], no_memory[SIFTR_OUT], no_tcpcb[SIFTR_IN],
			  no_tcpcb[SIFTR_OUT], no_inpcb[SIFTR_IN], no_inpcb[SIFTR_OUT],
			  no_memory[SIFTR_IN] + no_memory[SIFTR_OUT] + no_tcpcb[SIFTR_IN] +
				  no_tcpcb[SIFTR_OUT] + no_inpcb[SIFTR_IN] + no_inpcb[SIFTR_OUT]);
	return out + length;
}

static char *endpoint(char *out, __u8 family, const __u64 address[2], __u16 port)
{
	out = family == 4 ? decimal__ipv4(out, address) : decimal__ipv6(out, address);
	*out++ = ';';
	return decimal__u32(out, port);
}

char *format_siftr__tuple(char *out, const struct siftr_flow_key *flow)
{
	out = endpoint(out, flow->family, flow->laddr, flow->lport);
	*out++ = '-';
	out = endpoint(out, flow->family, flow->faddr, flow->fport);
	*out++ = ',';
	return out;
}
