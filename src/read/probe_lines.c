// SPDX-License-Identifier: BSD-2-Clause
#include "read/probe_lines.h"

#include <arpa/inet.h>
#include <string.h>

#include <siftr/array_size.h>

#include "format/decimal.h"
#include "format/format.h"
#include "read/field_parser.h"

#define FIELD(name)	  (ROW_CELL_FIELDS + SIFTR_FIELD_##name)
#define TEXTS_MAX	  17
#define NANO_DIGITS	  9
#define MICRO_DIGITS	  6
#define SSTHRESH_INFINITE 0x7fffffffU /* Linux: a slow start threshold that was never set */

/* The cells of a line, by its columns. ROW_CELL_OTHER: read by the functions below. */
static const __u16 ttprobe_cells[] = {
	ROW_CELL_DIRECTION, ROW_CELL_TIME,  ROW_CELL_LADDR,	ROW_CELL_LPORT,	  ROW_CELL_FADDR,
	ROW_CELL_FPORT,	    ROW_CELL_OTHER, FIELD(mss_cache),	ROW_srtt,	  ROW_snd_cwnd,
	ROW_CELL_OTHER,	    ROW_snd_wnd,    FIELD(offered_wnd), FIELD(skc_state), FIELD(snd_una),
	FIELD(snd_nxt),	    FIELD(skb_len),
};
static const __u16 tcp_probe_cells[] = {
	ROW_CELL_TIME,	ROW_CELL_OTHER, ROW_CELL_OTHER,	    FIELD(skb_len),
	ROW_CELL_OTHER, ROW_CELL_OTHER, FIELD(cwnd_segs),   FIELD(current_ssthresh),
	ROW_snd_wnd,	ROW_srtt,	FIELD(offered_wnd),
};

enum ttprobe_column {
	TTPROBE_NUMBER = 6,
	TTPROBE_CWND = 9,
	TTPROBE_SSTHRESH = 10,
};

enum tcp_probe_column {
	TCP_PROBE_LOCAL = 1,
	TCP_PROBE_FOREIGN,
	TCP_PROBE_SND_NXT = 4,
	TCP_PROBE_SND_UNA,
};

static const struct {
	const __u16 *cells;
	size_t count;
	char delimiter;
} kinds[PROBE_KINDS] = {
	[PROBE_TTPROBE] = {ttprobe_cells, ARRAY_SIZE(ttprobe_cells), ','},
	[PROBE_TCP_PROBE] = {tcp_probe_cells, ARRAY_SIZE(tcp_probe_cells), ' '},
};

struct text {
	const char *at;
	size_t bytes;
};

void probe_lines__fields(enum probe_kind kind, __u64 present[ROW_FIELDS_MAX / 64])
{
	struct row_fields fields = {};

	for (size_t i = 0; i < kinds[kind].count; i++)
		if (kinds[kind].cells[i] >= ROW_CELL_FIELDS)
			row_fields__set(&fields, kinds[kind].cells[i] - ROW_CELL_FIELDS, 0);
	row_fields__set(&fields, SIFTR_FIELD_cwnd_segs, 0);
	row_fields__set(&fields, SIFTR_FIELD_current_ssthresh, 0);
	row_fields__set(&fields, SIFTR_FIELD_snd_una, 0);
	row_fields__set(&fields, SIFTR_FIELD_snd_nxt, 0);
	memcpy(present, fields.present, sizeof(fields.present));
}

/* Splits a line at the delimiter of its kind. Returns whether it has as many columns as it must. */
static bool split(const struct probe_line *line, struct text text, struct text columns[TEXTS_MAX])
{
	const char *end = text.at + text.bytes;
	size_t count = kinds[line->kind].count;

	for (size_t i = 0; i < count; i++) {
		const char *delimiter =
			memchr(text.at, kinds[line->kind].delimiter, (size_t)(end - text.at));

		if (!delimiter != (i + 1 == count))
			return false;
		columns[i] = (struct text){text.at, (size_t)((delimiter ?: end) - text.at)};
		text.at = (delimiter ?: end) + 1;
	}
	return true;
}

static void set(struct row_cells *cells, unsigned int cell, struct text text)
{
	row_cells__set(cells, cell, text.at, text.bytes, CELL_PLAIN);
}

/* Sets the cells that need no conversion. An srtt of 0, before the first sample, is left out. */
static void set_cells(const struct probe_line *line, const struct text columns[TEXTS_MAX],
		      struct row_cells *cells)
{
	const __u16 *cell = kinds[line->kind].cells;

	for (size_t i = 0; i < kinds[line->kind].count; i++)
		if (cell[i] != ROW_srtt || columns[i].bytes != 1 || *columns[i].at != '0')
			set(cells, cell[i], columns[i]);
	cells->has_fields = true;
}

/* Sets a cell to an address, that of IPv6 as SIFTR spells it, in `room`. False: it is none. */
static bool set_address(struct row_cells *cells, unsigned int cell, struct text text,
			char room[TUPLE_ROOM])
{
	char copy[INET6_ADDRSTRLEN] = "";
	__u64 address[2];

	if (text.bytes >= sizeof(copy))
		return false;
	memcpy(copy, text.at, text.bytes);
	if (strlen(copy) != text.bytes)
		return false;
	if (memchr(copy, ':', text.bytes)) {
		if (inet_pton(AF_INET6, copy, address) != 1)
			return false;
		text = (struct text){room, (size_t)(decimal__ipv6(room, address) - room)};
	}
	set(cells, cell, text);
	return true;
}

/* Sets `cell` and the one after it from "address:port" or "[address]:port". False: it is none. */
static bool set_endpoint(struct row_cells *cells, unsigned int cell, struct text text,
			 char room[TUPLE_ROOM])
{
	const char *colon = memrchr(text.at, ':', text.bytes);
	struct text port, address = text;
	bool has_brackets;

	if (!colon)
		return false;
	address.bytes = (size_t)(colon - text.at);
	port = (struct text){colon + 1, text.bytes - address.bytes - 1};
	has_brackets = address.bytes > 2 && *text.at == '[' && colon[-1] == ']';
	if (has_brackets)
		address = (struct text){text.at + 1, address.bytes - 2};
	if (has_brackets != (memchr(address.at, ':', address.bytes) != NULL))
		return false;
	set(cells, cell + 1, port);
	return set_address(cells, cell, address, room);
}

static bool parse_u32(struct text text, __u32 *value)
{
	__u64 number;

	if (!field_parser__is_number(text.at, text.bytes, ~0U, &number))
		return false;
	*value = (__u32)number;
	return true;
}

/* Parses a number such as 0x1a2a710c, of up to eight digits. */
static bool parse_hexadecimal(struct text text, __u32 *value)
{
	static const char digits[] = "0123456789abcdef";

	*value = 0;
	if (text.bytes < 3 || text.bytes > 10 || memcmp(text.at, "0x", 2) != 0)
		return false;
	for (size_t i = 2; i < text.bytes; i++) {
		const char *digit = memchr(digits, text.at[i], sizeof(digits) - 1);

		if (!digit)
			return false;
		*value = *value << 4 | (__u32)(digit - digits);
	}
	return true;
}

/* Takes the last three of nine decimals off the time, since rows have microseconds. */
static bool set_time(struct probe_line *line, struct row_cells *cells, struct text text)
{
	const char *dot = memchr(text.at, '.', text.bytes);
	const char *end = text.at + text.bytes;
	__u32 nanoseconds = 0;

	if (!dot || end - dot != 1 + NANO_DIGITS)
		return false;
	for (const char *at = dot + 1 + MICRO_DIGITS; at < end; at++) {
		if (!field_parser__is_digit(*at))
			return false;
		nanoseconds = nanoseconds * 10 + (__u32)(*at - '0');
	}
	line->as_read.nanoseconds = nanoseconds;
	text.bytes -= NANO_DIGITS - MICRO_DIGITS;
	set(cells, ROW_CELL_TIME, text);
	return true;
}

static bool take_ttprobe(struct probe_line *line, const struct text columns[TEXTS_MAX],
			 struct row_cells *cells)
{
	line->as_read.format = format_ttprobe.name;
	return set_address(cells, ROW_CELL_LADDR, columns[2], line->laddr) &&
	       set_address(cells, ROW_CELL_FADDR, columns[4], line->faddr) &&
	       parse_u32(columns[TTPROBE_NUMBER], &line->as_read.number) &&
	       parse_u32(columns[TTPROBE_CWND], &line->as_read.cwnd) &&
	       parse_u32(columns[TTPROBE_SSTHRESH], &line->as_read.ssthresh);
}

/* Every packet that tcp_probe logs was received. */
static bool take_tcp_probe(struct probe_line *line, const struct text columns[TEXTS_MAX],
			   struct row_cells *cells)
{
	line->as_read.format = format_tcp_probe.name;
	set(cells, ROW_CELL_DIRECTION, (struct text){"i", 1});
	return set_time(line, cells, columns[0]) &&
	       set_endpoint(cells, ROW_CELL_LADDR, columns[TCP_PROBE_LOCAL], line->laddr) &&
	       set_endpoint(cells, ROW_CELL_FADDR, columns[TCP_PROBE_FOREIGN], line->faddr) &&
	       parse_hexadecimal(columns[TCP_PROBE_SND_NXT], &line->snd_nxt) &&
	       parse_hexadecimal(columns[TCP_PROBE_SND_UNA], &line->snd_una);
}

bool probe_lines__take_apart(enum probe_kind kind, const char *text, size_t bytes,
			     struct probe_line *line, struct row_cells *cells)
{
	struct text columns[TEXTS_MAX] = {[0 ... TEXTS_MAX - 1] = {"", 0}};

	line->kind = kind;
	line->as_read = (struct row_as_read){};
	row_cells__clear(cells);
	if (!split(line, (struct text){text, bytes}, columns))
		return false;
	set_cells(line, columns, cells);
	return kind == PROBE_TTPROBE ? take_ttprobe(line, columns, cells)
				     : take_tcp_probe(line, columns, cells);
}

/*
 * Sets current_ssthresh from bytes. A threshold that was never set is the largest number of 32 bits
 * in what siftr-bpf writes, and the lower 32 bits of the product in what the module writes.
 */
static void complete_ssthresh(struct row_fields *fields, __u32 bytes, __u32 mss)
{
	if (bytes == ~0U || bytes == SSTHRESH_INFINITE * mss)
		row_fields__set(fields, SIFTR_FIELD_current_ssthresh, SSTHRESH_INFINITE);
	else if (mss && bytes % mss == 0)
		row_fields__set(fields, SIFTR_FIELD_current_ssthresh, bytes / mss);
}

void probe_lines__complete(const struct probe_line *line, const struct row *row,
			   struct row_fields *fields)
{
	__u32 mss, cwnd = row->columns.snd_cwnd;

	fields->as_read = &line->as_read;
	if (line->kind == PROBE_TCP_PROBE) {
		row_fields__set(fields, SIFTR_FIELD_snd_nxt, line->snd_nxt);
		row_fields__set(fields, SIFTR_FIELD_snd_una, line->snd_una);
		return;
	}
	mss = (__u32)row_fields__value(fields, SIFTR_FIELD_mss_cache);
	if (mss && cwnd % mss == 0)
		row_fields__set(fields, SIFTR_FIELD_cwnd_segs, cwnd / mss);
	complete_ssthresh(fields, line->as_read.ssthresh, mss);
}
