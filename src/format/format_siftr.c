// SPDX-License-Identifier: BSD-2-Clause
/*
 * The SIFTR 1.3.0 log, byte for byte as siftr(4) writes it. Only data lines have to be fast: they
 * are assembled from digit tables and cached texts, without a format string.
 */
#include "format/format.h"

#include <stdbool.h>
#include <stdio.h>

#include "convert/siftr_values.h"
#include "format/columns_text.h"
#include "format/siftr_footer.h"

#define LINE_MAX_BYTES 512

/*
 * The longest line must fit. Numbers and cached texts are written with excess bytes, which the
 * next column overwrites, so there is room for those too.
 */
_Static_assert(SECOND_TEXT_ROOM + 7 + TUPLE_IPV6_MAX + 19 * (DECIMAL_U32_MAX + 1) +
			       FLOW_TEXT_ID_COPY + TUPLE_ROOM <=
		       LINE_MAX_BYTES,
	       "the longest line with its excess bytes fits its room");

/* The readers of SIFTR logs have room for seven characters of sysname. */
static char *write_header(char *out, const struct format_start *start)
{
	int length = snprintf(out, FORMAT_HEADER_MAX,
			      "enable_time_secs=%llu\tenable_time_usecs=%06u\tsiftrver=1.3.0\t"
			      "sysname=%.7s\tsysver=%u\tipmode=%u\n",
			      start->enabled.seconds, start->enabled.microseconds, start->sysname,
			      start->sysver, start->ipmode);

	return out + length;
}

static inline char *write_row(char *out, struct format_cache *cache, const struct row *row)
{
	const struct flow_text *flow = flow_text__find(&cache->flows, row);
	bool is_kept = __builtin_expect(flow != NULL, 1);

	out = second_text__copy(out, &cache->second, row->direction, row->time.seconds);
	out = digits__six_column(out, row->time.microseconds);
	out = is_kept ? flow_text__copy_addresses(out, flow)
		      : endpoint_text__write_ipv4(out, &cache->endpoints, row->flow);
	out = columns_text__write(out, cache, &row->columns);
	return is_kept ? flow_text__copy_id(out, flow) : flow_text__write_id(out, row);
}

static char *write_rows(char *out, struct format_cache *cache, const struct row rows[],
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		out = write_row(out, cache, &rows[i]);
	return out;
}

/* Writes a packet whose texts the caches do not have. `text` is NULL if its flow has none either.
 */
static __attribute__((noinline)) char *write_unkept(char *out, struct format_cache *cache,
						    const struct packet *packet,
						    struct packet_text *text, __u32 tick_ns)
{
	struct row row;

	packet__begin_row(packet, &row);
	siftr__convert(packet->record, tick_ns, &row.columns);
	if (text)
		packet_text__note(text, row.flow_number, &cache->numbers, packet->record,
				  &row.columns, tick_ns);
	return write_row(out, cache, &row);
}

static inline char *write_packet(char *out, struct format_cache *cache, const struct packet *packet,
				 __u32 tick_ns)
{
	const struct siftr_record *r = packet->record;
	size_t position = flow_text__position(&cache->flows, packet->flow->id);
	const struct flow_text *flow;
	struct packet_text *text;

	if (__builtin_expect(position == FLOW_TEXT_NONE, 0))
		return write_unkept(out, cache, packet, NULL, tick_ns);
	flow = &cache->flows.entries[position];
	text = &cache->packets.entries[position];
	if (__builtin_expect(!packet_text__is_of(text, packet->flow->id, r), 0))
		return write_unkept(out, cache, packet, text, tick_ns);
	out = second_text__copy(out, &cache->second, r->direction, packet->time.seconds);
	out = digits__six_column(out, packet->time.microseconds);
	out = flow_text__copy_addresses(out, flow);
	out = packet_text__copy_windows(out, text, &cache->numbers, r);
	out = digits__steady_column(out, r->snd_wnd);
	out = digits__steady_column(out, siftr_values__rcv_wnd(r));
	out = packet_text__copy_scales(out, text);
	out = digits__steady_column(out, r->srtt_us >> 3);
	out = packet_text__copy_sack(out, text);
	out = digits__steady_column(out, text->t_flags | siftr_values__ack_flags(r));
	out = packet_text__copy_buffer(out, text, &cache->numbers, r, tick_ns);
	out = digits__column(out, siftr_values__sequence_distance(r->snd_una, r->write_seq));
	out = number_text__copy(out, &cache->numbers, r->sk_rcvbuf);
	out = digits__steady_column(out,
				    siftr_values__sequence_distance(r->copied_seq, r->rcv_nxt));
	out = digits__column(out, siftr_values__inflight(r));
	out = digits__small_column(out, siftr_values__segments(r));
	return flow_text__copy_id(out, flow);
}

static char *write_packets(char *out, struct format_cache *cache, const struct packet packets[],
			   size_t count, __u32 tick_ns)
{
	for (size_t i = 0; i < count; i++)
		out = write_packet(out, cache, &packets[i], tick_ns);
	return out;
}

static char *write_footer(char *out, struct siftr_time disabled, const struct format_totals *totals)
{
	return siftr_footer__write(out, disabled, totals, "");
}

static char *write_addresses(char *out, const struct siftr_flow_key *flow)
{
	return tuple__write(out, flow, TUPLE_COLUMNS);
}

static char *write_listed_flow(char *out, const struct siftr_flow_key *flow)
{
	return tuple__write(out, flow, TUPLE_LIST_ENTRY);
}

static const struct flow_spelling spelling = {write_addresses, flow_text__write_id};

/* srtt (without a sample) and t_flags2 may be absent: they are then written as 0. */
const struct format format_siftr = {
	.name = "siftr",
	.siftrver = "1.3.0",
	.repairable = true,
	.flow = &spelling,
	.line_max = LINE_MAX_BYTES,
	.required = ROW_ALL & ~(ROW_BIT(ROW_srtt) | ROW_BIT(ROW_t_flags2)),
	.header = write_header,
	.rows = write_rows,
	.packets = write_packets,
	.footer = write_footer,
	.listed_flow = write_listed_flow,
};
