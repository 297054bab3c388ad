// SPDX-License-Identifier: BSD-2-Clause
/*
 * Parses data lines and entries of the flow list, and those numbers, times and addresses that are
 * too rare or too long for the inline functions of the header.
 */
#include "read/field_parser.h"

#include "format/tuple.h"

bool field_parser__is_number(const char *text, size_t bytes, __u64 max, __u64 *value)
{
	__u64 sum = 0;

	if (bytes == 0 || (*text == '0' && bytes > 1))
		return false;
	for (size_t i = 0; i < bytes; i++) {
		if (!field_parser__is_digit(text[i]) || __builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, (__u64)(text[i] - '0'), &sum))
			return false;
	}
	*value = sum;
	return sum <= max;
}

const char *field_parser__long_number(const char *at, char delimiter, __u32 *value)
{
	size_t digits = 8;
	__u64 number;

	while (digits < 11 && field_parser__is_digit(at[digits]))
		digits++;
	if (!field_parser__is_number(at, digits, 0xffffffffU, &number) || at[digits] != delimiter)
		return NULL;
	*value = (__u32)number;
	return at + digits + 1;
}

const char *field_parser__long_time(const char *at, __u64 *time_us)
{
	size_t digits = 0;
	__u64 seconds, fraction = 0;

	while (digits <= TIME_SECONDS_DIGITS && field_parser__is_digit(at[digits]))
		digits++;
	if (digits > TIME_SECONDS_DIGITS || !field_parser__is_number(at, digits, ~0ULL, &seconds) ||
	    at[digits] != '.')
		return NULL;
	at += digits + 1;
	for (digits = 0; digits < 6 && field_parser__is_digit(at[digits]); digits++)
		fraction = fraction * 10 + (__u64)(at[digits] - '0');
	*time_us = seconds * USEC_PER_SEC + fraction;
	return digits == 6 && at[6] == ',' ? at + 7 : NULL;
}

/*
 * Parses an IPv6 address. Accepts what inet_pton(3) accepts: eight groups of up to four
 * hexadecimal digits, "::" once for one or more groups of zeros, and a dotted quad instead of the
 * last two groups.
 */
const char *field_parser__ipv6(const char *at, char delimiter)
{
	bool shortened = at[0] == ':' && at[1] == ':';
	int groups = 0;

	if (shortened)
		at += 2;
	while (field_parser__is_hexadecimal(*at)) {
		int digits = 1;

		while (digits < 4 && field_parser__is_hexadecimal(at[digits]))
			digits++;
		if (at[digits] == '.') {
			at = field_parser__ipv4(at, delimiter);
			return at && (shortened ? groups <= 5 : groups == 6) ? at : NULL;
		}
		at += digits;
		groups++;
		if (*at != ':')
			break;
		if (at[1] == ':') {
			if (shortened)
				return NULL;
			shortened = true;
			at += 2;
		} else if (field_parser__is_hexadecimal(at[1])) {
			at++;
		} else {
			return NULL;
		}
	}
	if (*at != delimiter || (shortened ? groups > 7 : groups != 8))
		return NULL;
	return at + 1;
}

/* Parses a 4-tuple with these separators (format/tuple.h); sets *family to 4 or 6. */
static inline const char *parse_tuple(const char *at, const char separators[4], __u8 *family)
{
	__u8 foreign_family;

	if (!(at = field_parser__address(at, separators[0], family)) ||
	    !(at = field_parser__port(at, separators[1])) ||
	    !(at = field_parser__address(at, separators[2], &foreign_family)) ||
	    !(at = field_parser__port(at, separators[3])))
		return NULL;
	return *family == foreign_family ? at : NULL;
}

static inline const char *parse_flow(const char *at, struct data_line *line)
{
	line->flow = at;
	at = parse_tuple(at, TUPLE_COLUMNS, &line->family);
	if (at)
		line->flow_bytes = (size_t)(at - 1 - line->flow);
	return at;
}

/* Parses columns 7 to 25 of a data line, from snd_ssthresh to t_segqlen. */
static inline const char *parse_columns(const char *at, struct siftr_columns *c)
{
	if (!(at = field_parser__number(at, ',', &c->snd_ssthresh)) ||
	    !(at = field_parser__number(at, ',', &c->snd_cwnd)) ||
	    !(at = field_parser__small_number(at, ',', &c->t_flags2)) ||
	    !(at = field_parser__number(at, ',', &c->snd_wnd)) ||
	    !(at = field_parser__number(at, ',', &c->rcv_wnd)) ||
	    !(at = field_parser__scale(at, &c->snd_scale)) ||
	    !(at = field_parser__scale(at, &c->rcv_scale)) ||
	    !(at = field_parser__state(at, &c->conn_state)) ||
	    !(at = field_parser__number(at, ',', &c->max_seg_size)) ||
	    !(at = field_parser__number(at, ',', &c->srtt)) ||
	    !(at = field_parser__boolean(at, &c->sack_enabled)) ||
	    !(at = field_parser__number(at, ',', &c->t_flags)) ||
	    !(at = field_parser__number(at, ',', &c->rto)) ||
	    !(at = field_parser__number(at, ',', &c->snd_buf_hiwater)) ||
	    !(at = field_parser__number(at, ',', &c->snd_buf_cc)) ||
	    !(at = field_parser__number(at, ',', &c->rcv_buf_hiwater)) ||
	    !(at = field_parser__small_number(at, ',', &c->rcv_buf_cc)) ||
	    !(at = field_parser__number(at, ',', &c->sent_inflight_bytes)))
		return NULL;
	return field_parser__small_number(at, ',', &c->t_segqlen);
}

/* Parses a data line from its time to t_segqlen. */
static inline const char *parse_middle(const char *at, struct data_line *line)
{
	at = field_parser__time(at, &line->time_us);
	if (at)
		at = parse_flow(at, line);
	return at ? parse_columns(at, &line->columns) : NULL;
}

const char *field_parser__data_line(const char *at, struct data_line *line)
{
	line->direction = at[0];
	if ((at[0] != 'i' && at[0] != 'o') || at[1] != ',')
		return NULL;
	if (!(at = parse_middle(at + 2, line)) ||
	    !(at = field_parser__flowid(at, ',', &line->flowid)))
		return NULL;
	return field_parser__number(at, '\n', &line->flowtype);
}

/* Parses the hash of SIFTR 1.2.4: 0x and eight hexadecimal digits. */
static inline const char *parse_hash(const char *at)
{
	if (at[0] != '0' || at[1] != 'x')
		return NULL;
	for (int i = 2; i < 10; i++)
		if (!field_parser__is_hexadecimal(at[i]))
			return NULL;
	return at[10] == ',' ? at + 11 : NULL;
}

/* SIFTR 1.2.4 has signed counts of ticks; no timeout is negative, so unsigned ones are parsed. */
const char *field_parser__data_line_1_2(const char *at, struct data_line *line)
{
	line->direction = at[0];
	if ((at[0] != 'i' && at[0] != 'o') || at[1] != ',')
		return NULL;
	if (!(at = parse_hash(at + 2)) || !(at = parse_middle(at, line)) ||
	    !(at = field_parser__number(at, ',', &line->flowid)))
		return NULL;
	return field_parser__number(at, '\n', &line->flowtype);
}

const char *field_parser__flow_tuple(const char *at)
{
	__u8 family;

	return parse_tuple(at, TUPLE_LIST_ENTRY, &family);
}

const char *field_parser__columns_tuple(const char *at)
{
	__u8 family;

	return parse_tuple(at, TUPLE_COLUMNS, &family);
}
