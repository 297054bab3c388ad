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
#include "read/pair_table.h"

/* Longest value of a header: programs that read SIFTR logs store it in eight bytes with a NUL. */
#define VALUE_BYTES_MAX 7
#define VERSION_1_2	"\tsiftrver=1.2.4\t"

struct value {
	const char *text;
	size_t bytes;
	__u64 number;
};

static const char *const expectations[] = {
	[PAIR_SECONDS] = "a whole number of at most 12 digits",
	[PAIR_MICROSECONDS] = "six digits",
	[PAIR_VERSION] = "1.3.0",
	[PAIR_VERSION_1_2] = "1.2.4",
	[PAIR_POSITIVE] = "a whole number from 1 to 9999999",
	[PAIR_NAME] = "1 to 7 printable characters",
	[PAIR_NUMBER] = "a whole number of at most 7 digits",
	[PAIR_IPMODE] = "4 or 6",
	[PAIR_COUNT] = "a whole number from 0 to 18446744073709551615",
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

static bool is_valid(struct value *value, enum pair_kind kind)
{
	__u64 *number = &value->number;

	switch (kind) {
	case PAIR_SECONDS:
		return field_parser__is_number(value->text, value->bytes, 999999999999ULL, number);
	case PAIR_MICROSECONDS:
		return is_six_digits(value);
	case PAIR_VERSION:
		return value->bytes == 5 && !memcmp(value->text, "1.3.0", 5);
	case PAIR_VERSION_1_2:
		return value->bytes == 5 && !memcmp(value->text, "1.2.4", 5);
	case PAIR_POSITIVE:
		return field_parser__is_number(value->text, value->bytes, 9999999, number) &&
		       *number > 0;
	case PAIR_NAME:
		return is_name(value);
	case PAIR_NUMBER:
		return field_parser__is_number(value->text, value->bytes, 9999999, number);
	case PAIR_IPMODE:
		return field_parser__is_number(value->text, value->bytes, 6, number) &&
		       (*number == 4 || *number == 6);
	case PAIR_COUNT:
		return field_parser__is_number(value->text, value->bytes, ~0ULL, number);
	}
	return false;
}

/*
 * Checks a pair. If its key is wrong only that is reported, since the value then belongs to another
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
				const struct pair_table *table, struct value *values,
				const struct diagnostic_sink *sink)
{
	const char *end = text + bytes;
	unsigned int found = 0, count = 0;

	for (;;) {
		const char *tab = memchr(text, '\t', (size_t)(end - text));
		const char *stop = tab ? tab : end;
		struct diagnostic defect = {.line = line, .unit = "pair", .number = count + 1};

		if (count < table->nr_pairs) {
			defect.name = table->pairs[count].key;
			if (!check_pair(&defect, &table->pairs[count], text, (size_t)(stop - text),
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
	if (count != table->nr_pairs)
		found += report_count(line, count, table->nr_pairs, sink);
	return found;
}

bool key_values__is_1_2(const char *text, size_t bytes)
{
	return memmem(text, bytes, VERSION_1_2, strlen(VERSION_1_2));
}

unsigned int key_values__header(__u64 line, const char *text, size_t bytes,
				struct header_values *header, const struct diagnostic_sink *sink)
{
	const struct pair_table *table = &pair_table__header[header->version];
	struct value values[PAIR_TABLE_MAX] = {}, of[HEADER_RTT_SCALE + 1] = {};
	unsigned int found = check_pairs(line, text, bytes, table, values, sink);

	for (unsigned int i = 0; i < table->nr_pairs; i++)
		of[table->pairs[i].place] = values[i];
	*header = (struct header_values){
		.version = header->version,
		.hz = (__u32)of[HEADER_HZ].number,
		.rtt_scale = (__u32)of[HEADER_RTT_SCALE].number,
		.time_us =
			of[HEADER_SECONDS].number * USEC_PER_SEC + of[HEADER_MICROSECONDS].number,
		.sysver = of[HEADER_NUMBER].number,
		.ipmode = (__u8)of[HEADER_IPMODE].number,
	};
	if (of[HEADER_NAME].bytes)
		memcpy(header->sysname, of[HEADER_NAME].text, of[HEADER_NAME].bytes);
	return found;
}

const char *key_values__find_flow_list(enum siftr_version version, const char *text, size_t bytes)
{
	const char *end = text + bytes;

	for (unsigned int i = 0; i < pair_table__footer[version].nr_pairs && text; i++) {
		text = memchr(text, '\t', (size_t)(end - text));
		text = text ? text + 1 : NULL;
	}
	return text;
}

unsigned int key_values__flow_list_pair(enum siftr_version version)
{
	return pair_table__footer[version].nr_pairs + 1;
}

unsigned int key_values__footer(__u64 line, enum siftr_version version, const char *text,
				size_t bytes, __u64 counts[FOOTER_COUNTS],
				const struct diagnostic_sink *sink)
{
	const struct pair_table *table = &pair_table__footer[version];
	struct value values[PAIR_TABLE_MAX] = {};
	unsigned int found = check_pairs(line, text, bytes, table, values, sink);

	memset(counts, 0, FOOTER_COUNTS * sizeof(*counts));
	for (unsigned int i = 0; i < table->nr_pairs; i++) {
		__u64 *count = &counts[table->pairs[i].place];

		/* A sum of two counts saturates, so that `check` finds it impossible. */
		if (__builtin_add_overflow(*count, values[i].number, count))
			*count = ~0ULL;
	}
	return found;
}
