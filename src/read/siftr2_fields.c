// SPDX-License-Identifier: BSD-2-Clause
#include "read/siftr2_fields.h"

#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "format/siftr2_text.h"
#include "read/field_parser.h"

#define FLOW_FIELDS 14

_Static_assert(sizeof(struct siftr2_record) == SIFTR2_RECORD_BYTES &&
		       SIFTR2_RECORD_BYTES == SIFTR2_TEXT_RECORD_BYTES,
	       "a record has the layout of a binary log");

static int hexadecimal_digit(char byte)
{
	if (field_parser__is_digit(byte))
		return byte - '0';
	byte |= 0x20;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Parses one to eight digits and the delimiter, and returns the end, or NULL. */
static const char *hexadecimal(const char *at, char delimiter, __u32 *value)
{
	const char *begin = at;
	int digit;

	for (*value = 0; at - begin < 8 && (digit = hexadecimal_digit(*at)) >= 0; at++)
		*value = *value << 4 | (__u32)digit;
	return at > begin && *at == delimiter ? at + 1 : NULL;
}

const char *siftr2_fields__record(const char *at, struct siftr2_record *record)
{
	__u32 *values = &record->flowid;
	const char *begin = at;

	at = hexadecimal(at, ',', &values[0]);
	if (!at || at - begin != 9 || (*at != 'i' && *at != 'o') || at[1] != ',')
		return NULL;
	record->direction = *at == 'o' ? SIFTR_OUT : SIFTR_IN;
	at += 2;
	for (int i = 2; i < SIFTR2_LINES_COLUMNS && at; i++)
		at = hexadecimal(at, i == SIFTR2_LINES_COLUMNS - 1 ? '\n' : ',', &values[i]);
	return at;
}

bool siftr2_fields__binary_record(const char *at, struct siftr2_record *record)
{
	__u32 *values = &record->flowid, word;

	for (int i = 0; i < SIFTR2_LINES_COLUMNS; i++) {
		memcpy(&word, at + 4 * i, sizeof(word));
		values[i] = le32toh(word);
	}
	return record->direction <= 1;
}

struct part {
	const char *text;
	size_t bytes;
};

/* Takes what precedes `delimiter`, or the end, from the beginning of `rest`. */
static struct part take(struct part *rest, char delimiter)
{
	const char *end = rest->bytes ? memchr(rest->text, delimiter, rest->bytes) : NULL;
	struct part part = {rest->text, end ? (size_t)(end - rest->text) : rest->bytes};
	size_t used = part.bytes + (end != NULL);

	rest->text += used;
	rest->bytes -= used;
	return part;
}

static bool is_text(struct part part, const char *text)
{
	return part.bytes == strlen(text) && !memcmp(part.text, text, part.bytes);
}

/* Takes a pair "key=value" and the TAB after it. Returns the value; text NULL: another key. */
static struct part take_value(struct part *rest, const char *key)
{
	struct part pair = take(rest, '\t'), name = take(&pair, '=');

	return is_text(name, key) ? pair : (struct part){NULL, 0};
}

static bool take_number(struct part *rest, const char *key, __u64 max, __u64 *number)
{
	struct part value = take_value(rest, key);

	return value.text && field_parser__is_number(value.text, value.bytes, max, number);
}

/* Takes two pairs, seconds and microseconds of six digits. */
static bool take_time(struct part *rest, const char *seconds_key, const char *fraction_key,
		      __u64 *time_us)
{
	__u64 seconds, fraction = 0;
	struct part value;

	if (!take_number(rest, seconds_key, 999999999999ULL, &seconds))
		return false;
	value = take_value(rest, fraction_key);
	for (size_t i = 0; i < value.bytes; i++) {
		if (!field_parser__is_digit(value.text[i]) || i >= 6)
			return false;
		fraction = fraction * 10 + (__u64)(value.text[i] - '0');
	}
	*time_us = seconds * USEC_PER_SEC + fraction;
	return value.bytes == 6;
}

/* Copies a text to `room`, with a NUL; false if it does not fit or is not printable. */
static bool copy(struct part part, char *room, size_t room_bytes)
{
	memset(room, 0, room_bytes);
	for (size_t i = 0; i < part.bytes; i++)
		if (part.text[i] < ' ' || part.text[i] > '~')
			return false;
	if (part.bytes >= room_bytes)
		return false;
	memcpy(room, part.text, part.bytes);
	return true;
}

bool siftr2_fields__header(const char *text, size_t bytes, struct siftr2_header *header)
{
	struct part rest = {text, bytes}, value;

	if (!take_time(&rest, "enable_time_secs", "enable_time_usecs", &header->time_us))
		return false;
	value = take_value(&rest, "siftrver");
	if (!value.text || !is_text(value, "2.5"))
		return false;
	value = take_value(&rest, "rec_fmt");
	header->binary = value.text && is_text(value, "binary");
	if (!value.text || (!header->binary && !is_text(value, "txt")))
		return false;
	value = take_value(&rest, "sysver");
	return value.text && copy(value, header->sysver, sizeof(header->sysver)) && !rest.bytes;
}

const char *siftr2_fields__footer(const char *text, size_t bytes, bool binary,
				  struct siftr2_footer *footer)
{
	static const char key[] = "flow_list=";
	struct part rest = {text, bytes};

	if (!take_time(&rest, "disable_time_secs", "disable_time_usecs", &footer->time_us) ||
	    !take_number(&rest, "global_flow_cnt", ~0U, &footer->nr_flows) ||
	    !take_number(&rest, "ring_drops", ~0ULL, &footer->ring_drops) ||
	    !take_number(&rest, binary ? "record_size" : "max_str_size", ~0U, &footer->longest) ||
	    !take_number(&rest, "gen_flowid_cnt", ~0ULL, &footer->generated_ids) ||
	    rest.bytes < strlen(key) || memcmp(rest.text, key, strlen(key)) != 0)
		return NULL;
	return rest.text + strlen(key);
}

static bool parse_address(struct part part, __u8 family, __u64 address[2])
{
	char text[INET6_ADDRSTRLEN];

	return copy(part, text, sizeof(text)) &&
	       inet_pton(family == 6 ? AF_INET6 : AF_INET, text, address) == 1;
}

static bool parse_number(struct part part, __u64 max, __u64 *number)
{
	return field_parser__is_number(part.text, part.bytes, max, number);
}

static bool parse_endpoints(const struct part fields[FLOW_FIELDS], struct siftr_flow_key *key)
{
	__u64 family, lport, fport;

	memset(key, 0, sizeof(*key));
	if (!parse_number(fields[1], 6, &family) || (family != 4 && family != 6) ||
	    !parse_number(fields[3], 65535, &lport) || !parse_number(fields[5], 65535, &fport))
		return false;
	key->family = (__u8)family;
	key->lport = (__u16)lport;
	key->fport = (__u16)fport;
	return parse_address(fields[2], key->family, key->laddr) &&
	       parse_address(fields[4], key->family, key->faddr);
}

bool siftr2_fields__flow(const char *text, size_t bytes, struct siftr2_flow *flow)
{
	struct part rest = {text, bytes}, fields[FLOW_FIELDS] = {};
	char id[SIFTR2_NAME_BYTES];
	__u64 numbers[4];

	for (int i = 0; i < FLOW_FIELDS; i++)
		fields[i] = take(&rest, ',');
	if (rest.bytes || !copy(fields[0], id, sizeof(id)) || fields[0].bytes != 8 ||
	    !hexadecimal(id, '\0', &flow->flowid) || !parse_endpoints(fields, &flow->key) ||
	    !copy(fields[6], flow->stack, sizeof(flow->stack)) ||
	    !copy(fields[7], flow->congestion, sizeof(flow->congestion)))
		return false;
	for (int i = 0; i < 4; i++)
		if (!parse_number(fields[8 + i], i == 0 ? ~0U : i == 1 ? 1 : 14, &numbers[i]))
			return false;
	flow->max_seg_size = (__u32)numbers[0];
	flow->sack_enabled = (__u32)numbers[1];
	flow->snd_scale = (__u32)numbers[2];
	flow->rcv_scale = (__u32)numbers[3];
	return parse_number(fields[12], ~0ULL, &flow->nr_records) &&
	       parse_number(fields[13], ~0ULL, &flow->nr_packets);
}
