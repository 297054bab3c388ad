// SPDX-License-Identifier: BSD-2-Clause
/*
 * The SIFTR 1.3.0 log, byte for byte as siftr(4) writes it. Only the data line
 * is written often; it is put together from digit tables and cached address
 * text without a format string. Header and footer are plain.
 */
#include "log/format.h"

#include <stdio.h>

#include "log/decimal.h"
#include "log/digits.h"
#include "log/format_cache.h"

/*
 * Column 27, how the flow id was made: FreeBSD's M_HASHTYPE_OPAQUE_HASH (sys/mbuf.h,
 * 0x80 | 63), an identifier with the properties of a hash and no affinity to a queue.
 */
#define FLOWTYPE ",191\n"
#define FLOWTYPE_LENGTH (sizeof(FLOWTYPE) - 1)

/*
 * What the longest line can take: direction, time, addresses, 20 numbers, flow
 * type, and what the last of them may scribble behind its text.
 */
_Static_assert(2 + DECIMAL_U64_MAX + 8 + FORMAT_CACHE_TEXT + 20 * (DECIMAL_U32_MAX + 1) +
			       FLOWTYPE_LENGTH + DIGITS_ROOM <=
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

/* Unix time fits 32 bits until the year 2106. */
static inline char *time_column(char *out, struct siftr_time time)
{
	if (__builtin_expect(time.seconds <= 0xffffffffU, 1)) {
		out = digits__column(out, (__u32)time.seconds, '.');
	} else {
		out = decimal__u64(out, time.seconds);
		*out++ = '.';
	}
	out = digits__six(out, time.microseconds);
	*out = ',';
	return out + 1;
}

static inline char *address_columns(char *out, struct format_cache *cache,
				    const struct format_line *line)
{
	const struct format_cache_entry *entry =
		format_cache__get(cache, line->flow, line->flowid);

	memcpy(out, entry->text, FORMAT_CACHE_TEXT / 2);
	if (entry->length > FORMAT_CACHE_TEXT / 2)
		memcpy(out + FORMAT_CACHE_TEXT / 2, entry->text + FORMAT_CACHE_TEXT / 2,
		       FORMAT_CACHE_TEXT / 2);
	return out + entry->length;
}

char *format_siftr__line(char *out, struct format_cache *cache, const struct format_line *line)
{
	const struct siftr_columns *c = &line->columns;

	out[0] = line->direction == SIFTR_IN ? 'i' : 'o';
	out[1] = ',';
	out = time_column(out + 2, line->time);
	out = address_columns(out, cache, line);
	out = digits__column(out, c->snd_ssthresh, ',');
	out = digits__column(out, c->snd_cwnd, ',');
	out = digits__small_column(out, c->t_flags2, ',');
	out = digits__column(out, c->snd_wnd, ',');
	out = digits__column(out, c->rcv_wnd, ',');
	out = digits__small_column(out, c->snd_scale, ',');
	out = digits__small_column(out, c->rcv_scale, ',');
	out = digits__small_column(out, c->conn_state, ',');
	out = digits__column(out, c->max_seg_size, ',');
	out = digits__column(out, c->srtt, ',');
	out = digits__small_column(out, c->sack_enabled, ',');
	out = digits__column(out, c->t_flags, ',');
	out = digits__column(out, c->rto, ',');
	out = digits__column(out, c->snd_buf_hiwater, ',');
	out = digits__column(out, c->snd_buf_cc, ',');
	out = digits__column(out, c->rcv_buf_hiwater, ',');
	out = digits__column(out, c->rcv_buf_cc, ',');
	out = digits__column(out, c->sent_inflight_bytes, ',');
	out = digits__small_column(out, c->t_segqlen, ',');
	out = digits__column(out, line->flowid, ',') - 1;
	memcpy(out, FLOWTYPE, FLOWTYPE_LENGTH);
	return out + FLOWTYPE_LENGTH;
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
				  no_tcpcb[SIFTR_OUT] + no_inpcb[SIFTR_IN] +
				  no_inpcb[SIFTR_OUT]);
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
