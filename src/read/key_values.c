// SPDX-License-Identifier: BSD-2-Clause
/*
 * One parser for header and footer, driven by tables of their pairs. The order of the pairs is
 * checked too, since programs that read SIFTR logs find pairs by position.
 */
#include "read/key_values.h"

#include <stdio.h>
#include <string.h>

#include <siftr/time_units.h>

#include "read/field_parser.h"

/* Longest value of a header: programs that read SIFTR logs store it in eight bytes with a NUL. */
#define VALUE_BYTES_MAX 7
#define HEADER_PAIRS	6

enum kind {
	KIND_SECONDS,
	KIND_MICROSECONDS,
	KIND_VERSION,
	KIND_NAME,
	KIND_NUMBER,
	KIND_IPMODE,
	KIND_COUNT,
};

struct pair {
	const char *key;
	enum kind kind;
};

struct value {
	const char *text;
	size_t bytes;
	__u64 number;
};

static const struct pair header_pairs[HEADER_PAIRS] = {
	{"enable_time_secs", KIND_SECONDS},
	{"enable_time_usecs", KIND_MICROSECONDS},
	{"siftrver", KIND_VERSION},
	{"sysname", KIND_NAME},
	{"sysver", KIND_NUMBER},
	{"ipmode", KIND_IPMODE},
};

static const struct pair footer_pairs[FOOTER_COUNTS] = {
	[FOOTER_SECONDS] = {"disable_time_secs", KIND_SECONDS},
	[FOOTER_MICROSECONDS] = {"disable_time_usecs", KIND_MICROSECONDS},
	[FOOTER_IN_PACKETS] = {"num_inbound_tcp_pkts", KIND_COUNT},
	[FOOTER_OUT_PACKETS] = {"num_outbound_tcp_pkts", KIND_COUNT},
	[FOOTER_PACKETS] = {"total_tcp_pkts", KIND_COUNT},
	[FOOTER_IN_SKIPPED_MALLOC] = {"num_inbound_skipped_pkts_malloc", KIND_COUNT},
	[FOOTER_OUT_SKIPPED_MALLOC] = {"num_outbound_skipped_pkts_malloc", KIND_COUNT},
	[FOOTER_IN_SKIPPED_TCPCB] = {"num_inbound_skipped_pkts_tcpcb", KIND_COUNT},
	[FOOTER_OUT_SKIPPED_TCPCB] = {"num_outbound_skipped_pkts_tcpcb", KIND_COUNT},
	[FOOTER_IN_SKIPPED_INPCB] = {"num_inbound_skipped_pkts_inpcb", KIND_COUNT},
	[FOOTER_OUT_SKIPPED_INPCB] = {"num_outbound_skipped_pkts_inpcb", KIND_COUNT},
	[FOOTER_SKIPPED] = {"total_skipped_tcp_pkts", KIND_COUNT},
};

static const char *const expectations[] = {
	[KIND_SECONDS] = "a whole number of at most 12 digits",
	[KIND_MICROSECONDS] = "six digits",
	[KIND_VERSION] = "1.3.0",
	[KIND_NAME] = "1 to 7 printable characters",
	[KIND_NUMBER] = "a whole number of at most 7 digits",
	[KIND_IPMODE] = "4 or 6",
	[KIND_COUNT] = "a whole number from 0 to 18446744073709551615",
};

static bool is_name(const struct value *value)
{
	for (size_t i = 0; i < value->bytes; i++)
		if (value->text[i] <= ' ' || value->text[i] > '~')
			return false;
	return value->bytes >= 1 && value->bytes <= VALUE_BYTES_MAX;
}

static bool is_six_digits(struct value *value)
{
	__u64 sum = 0;

	for (size_t i = 0; i < value->bytes; i++) {
		if (!field_parser__is_digit(value->text[i]))
			return false;
		sum = sum * 10 + (__u64)(value->text[i] - '0');
	}
	value->number = sum;
	return value->bytes == 6;
}

static bool is_valid(struct value *value, enum kind kind)
{
	__u64 *number = &value->number;

	switch (kind) {
	case KIND_SECONDS:
		return field_parser__is_number(value->text, value->bytes, 999999999999ULL, number);
	case KIND_MICROSECONDS:
		return is_six_digits(value);
	case KIND_VERSION:
		return value->bytes == 5 && !memcmp(value->text, "1.3.0", 5);
	case KIND_NAME:
		return is_name(value);
	case KIND_NUMBER:
		return field_parser__is_number(value->text, value->bytes, 9999999, number);
	case KIND_IPMODE:
		return field_parser__is_number(value->text, value->bytes, 6, number) &&
		       (*number == 4 || *number == 6);
	case KIND_COUNT:
		return field_parser__is_number(value->text, value->bytes, ~0ULL, number);
	}
	return false;
}

/*
 * Checks a pair. If its key is wrong only that is reported, as the value then belongs to another
 * key.
 */
static bool check_pair(struct diagnostic *defect, const struct pair *pair, const char *text,
		       size_t bytes, struct value *value)
{
	const char *equals = memchr(text, '=', bytes);
	size_t key_bytes = equals ? (size_t)(equals - text) : bytes;

	if (!equals || strlen(pair->key) != key_bytes || memcmp(text, pair->key, key_bytes)) {
		defect->what = equals ? "wrong key" : "no key=value";
		defect->got = text;
		defect->got_bytes = key_bytes;
		defect->expected = pair->key;
		return false;
	}
	value->text = equals + 1;
	value->bytes = bytes - key_bytes - 1;
	if (is_valid(value, pair->kind))
		return true;
	defect->what = value->bytes ? "wrong value" : "empty";
	defect->got = value->text;
	defect->got_bytes = value->bytes;
	defect->expected = expectations[pair->kind];
	*value = (struct value){};
	return false;
}

static unsigned int report_count(__u64 line, unsigned int count, unsigned int nr_pairs,
				 const struct diagnostic_sink *sink)
{
	char got[16], expected[16];
	struct diagnostic defect = {
		.line = line, .what = "wrong number of pairs", .got = got, .expected = expected};

	defect.got_bytes = (size_t)snprintf(got, sizeof(got), "%u", count);
	snprintf(expected, sizeof(expected), "%u", nr_pairs);
	diagnostic__defect(sink, &defect);
	return 1;
}

static unsigned int check_pairs(__u64 line, const char *text, size_t bytes,
				const struct pair *pairs, unsigned int nr_pairs,
				struct value *values, const struct diagnostic_sink *sink)
{
	const char *end = text + bytes;
	unsigned int found = 0, count = 0;

	for (;;) {
		const char *tab = memchr(text, '\t', (size_t)(end - text));
		const char *stop = tab ? tab : end;
		struct diagnostic defect = {.line = line, .unit = "pair", .number = count + 1};

		if (count < nr_pairs) {
			defect.name = pairs[count].key;
			if (!check_pair(&defect, &pairs[count], text, (size_t)(stop - text),
					&values[count])) {
				diagnostic__defect(sink, &defect);
				found++;
			}
		}
		count++;
		if (!tab)
			break;
		text = tab + 1;
	}
	if (count != nr_pairs)
		found += report_count(line, count, nr_pairs, sink);
	return found;
}

unsigned int key_values__header(__u64 line, const char *text, size_t bytes,
				struct header_values *header, const struct diagnostic_sink *sink)
{
	struct value values[HEADER_PAIRS] = {};
	unsigned int found =
		check_pairs(line, text, bytes, header_pairs, HEADER_PAIRS, values, sink);

	*header = (struct header_values){
		.time_us = values[0].number * USEC_PER_SEC + values[1].number,
		.sysver = values[4].number,
		.ipmode = (__u8)values[5].number,
	};
	if (values[3].bytes)
		memcpy(header->sysname, values[3].text, values[3].bytes);
	return found;
}

const char *key_values__find_flow_list(const char *text, size_t bytes)
{
	const char *end = text + bytes;

	for (int i = 0; i < FOOTER_COUNTS && text; i++) {
		text = memchr(text, '\t', (size_t)(end - text));
		text = text ? text + 1 : NULL;
	}
	return text;
}

unsigned int key_values__footer(__u64 line, const char *text, size_t bytes,
				__u64 counts[FOOTER_COUNTS], const struct diagnostic_sink *sink)
{
	struct value values[FOOTER_COUNTS] = {};
	unsigned int found =
		check_pairs(line, text, bytes, footer_pairs, FOOTER_COUNTS, values, sink);

	for (int i = 0; i < FOOTER_COUNTS; i++)
		counts[i] = values[i].number;
	return found;
}
