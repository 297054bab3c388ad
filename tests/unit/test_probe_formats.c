// SPDX-License-Identifier: BSD-2-Clause
/*
 * For any row the formats of the kernel modules ttprobe and tcp_probe write what the modules print
 * with their format strings, but for a window above 32 bits, and within the format's line_max.
 */
#include <arpa/inet.h>

#include <siftr/array_size.h>

#include "format/format.h"
#include "format/format_cache.h"
#include "format/format_needs.h"
#include "format/hexadecimal.h"

#include "../lib/random_numbers.h"
#include "../lib/random_row.h"
#include "../lib/test.h"

#define ROOM	 1024
#define GUARD	 '#'
#define BEGUN_US 1700000000000042ULL

static __u64 field_of(const struct row *row, __u32 field)
{
	return row_fields__value(row->fields, field);
}

static __u32 window_of(const struct row *row, __u32 field)
{
	__u64 bytes = field_of(row, field) * field_of(row, SIFTR_FIELD_mss_cache);

	return bytes > UINT32_MAX ? UINT32_MAX : (__u32)bytes;
}

static void spell_all_groups(const struct siftr_flow_key *flow, const __u64 address[2], char *text)
{
	const unsigned char *bytes = (const unsigned char *)address;
	int at = 0;

	if (flow->family == 4) {
		spell_address(flow, address, text);
		return;
	}
	for (int i = 0; i < 16; i += 2)
		at += sprintf(text + at, "%s%04X", i ? ":" : "", bytes[i] << 8 | bytes[i + 1]);
}

static int print_ttprobe(char *text, const struct row *row, __u32 number)
{
	char laddr[INET6_ADDRSTRLEN], faddr[INET6_ADDRSTRLEN];

	spell_all_groups(row->flow, row->flow->laddr, laddr);
	spell_all_groups(row->flow, row->flow->faddr, faddr);
	return sprintf(text,
		       "%c,%llu.%06u,%s,%u,%s,%u,%u,%llu,%u,%u,%u,%u,%llu,%llu,%llu,%llu,%llu\n",
		       row->direction == SIFTR_IN ? 'i' : 'o', row->time.seconds,
		       row->time.microseconds, laddr, row->flow->lport, faddr, row->flow->fport,
		       number, field_of(row, SIFTR_FIELD_mss_cache), row->columns.srtt,
		       window_of(row, SIFTR_FIELD_cwnd_segs),
		       window_of(row, SIFTR_FIELD_current_ssthresh), row->columns.snd_wnd,
		       field_of(row, SIFTR_FIELD_offered_wnd), field_of(row, SIFTR_FIELD_skc_state),
		       field_of(row, SIFTR_FIELD_snd_una), field_of(row, SIFTR_FIELD_snd_nxt),
		       field_of(row, SIFTR_FIELD_skb_len));
}

static int print_tcp_probe(char *text, const struct row *row, __u32 number)
{
	__u64 us = row->time.seconds * 1000000 + row->time.microseconds;
	const char *left = row->flow->family == 6 ? "[" : "", *right = *left ? "]" : "";
	char laddr[INET6_ADDRSTRLEN], faddr[INET6_ADDRSTRLEN];

	(void)number;
	if (row->direction == SIFTR_OUT)
		return 0;
	us = us < BEGUN_US ? 0 : us - BEGUN_US;
	spell_address(row->flow, row->flow->laddr, laddr);
	spell_address(row->flow, row->flow->faddr, faddr);
	return sprintf(
		text,
		"%llu.%06llu000 %s%s%s:%u %s%s%s:%u %llu 0x%llx 0x%llx %llu %llu %u %u %llu\n",
		us / 1000000, us % 1000000, left, laddr, right, row->flow->lport, left, faddr,
		right, row->flow->fport, field_of(row, SIFTR_FIELD_skb_len),
		field_of(row, SIFTR_FIELD_snd_nxt), field_of(row, SIFTR_FIELD_snd_una),
		field_of(row, SIFTR_FIELD_cwnd_segs), field_of(row, SIFTR_FIELD_current_ssthresh),
		row->columns.snd_wnd, row->columns.srtt, field_of(row, SIFTR_FIELD_offered_wnd));
}

static const struct {
	const struct format *format;
	int (*print)(char *text, const struct row *row, __u32 number);
} cases[] = {
	{&format_ttprobe, print_ttprobe},
	{&format_tcp_probe, print_tcp_probe},
};

static struct format_cache *begin(size_t number)
{
	struct format_cache *cache = format_cache__new(cases[number].format);

	assert_non_null(cache);
	format_cache__begin_run(cache, (struct siftr_time){BEGUN_US / 1000000,
							   (__u32)(BEGUN_US % 1000000)});
	return cache;
}

static void fill(struct row *row, struct row_fields *fields)
{
	row->direction = random_u64() % 2;
	row->time = (struct siftr_time){BEGUN_US / 1000000 - 2 + random_digits() % 100000,
					(__u32)(random_u64() % 1000000)};
	for (int column = 0; column < ROW_flowid; column++)
		((__u32 *)&row->columns)[column] = random_digits();
	for (__u32 field = SIFTR_FIRST_probe; field <= SIFTR_FIELD_skc_state; field++)
		row_fields__set(fields, field, random_u64() % 8 ? random_digits() : 0);
}

static void assert_as_printed(size_t number, struct format_cache *cache, const struct row *row)
{
	const struct format *format = cases[number].format;
	char expected[ROOM], got[ROOM];
	size_t bytes, printed = (size_t)cases[number].print(expected, row, cache->nr_rows);

	memset(got, GUARD, sizeof(got));
	bytes = (size_t)format->rows(got, cache, row, 1) - (size_t)got;
	assert_int_equal(bytes, printed);
	assert_memory_equal(got, expected, bytes);
	for (size_t i = format->line_max; i < sizeof(got); i++)
		assert_int_equal(got[i], GUARD);
}

static void random_rows_are_what_the_modules_print(void **state)
{
	(void)state;
	for (size_t number = 0; number < ARRAY_SIZE(cases); number++) {
		struct format_cache *cache = begin(number);

		for (__u32 i = 0, rounds = random_rounds(10000); i < rounds; i++) {
			struct siftr_flow_key flow = random_flow();
			struct row_fields fields = {};
			struct row row = {.flow = &flow, .fields = &fields, .flow_number = i + 1};

			/* Formats the same flow until its text is certainly cached. */
			for (int again = 0; again < 4; again++) {
				fill(&row, &fields);
				assert_as_printed(number, cache, &row);
			}
		}
		format_cache__free(cache);
	}
}

static void the_longest_row_fits_the_space_that_its_format_asks_for(void **state)
{
	struct siftr_flow_key flow = {.family = 6, .lport = 65535, .fport = 65535};
	struct row_fields fields = {};
	struct row row = {.flow = &flow,
			  .fields = &fields,
			  .flow_number = 1,
			  .time = {1700000000ULL + UINT32_MAX, 999999}};

	(void)state;
	memset(flow.laddr, 0xff, sizeof(flow.laddr));
	memset(flow.faddr, 0xff, sizeof(flow.faddr));
	memset(&row.columns, 0xff, sizeof(row.columns));
	memset(fields.present, 0xff, sizeof(fields.present));
	for (size_t i = 0; i < ARRAY_SIZE(fields.values); i++)
		fields.values[i] = UINT32_MAX;
	for (size_t number = 0; number < ARRAY_SIZE(cases); number++) {
		struct format_cache *cache = begin(number);

		cache->nr_rows = UINT32_MAX - 1;
		assert_as_printed(number, cache, &row);
		assert_as_printed(number, cache, &row);
		format_cache__free(cache);
	}
}

static void without_a_header_the_time_counts_from_the_first_row(void **state)
{
	struct format_cache *cache = format_cache__new(&format_tcp_probe);
	struct siftr_flow_key flow = random_flow();
	struct row row = {.flow = &flow, .flow_number = 1, .time = {7, 500000}};
	char text[ROOM] = "";

	(void)state;
	format_tcp_probe.rows(text, cache, &row, 1);
	assert_memory_equal(text, "0.000000000 ", 12);
	row.time = (struct siftr_time){9, 400000};
	format_tcp_probe.rows(text, cache, &row, 1);
	assert_memory_equal(text, "1.900000000 ", 12);
	format_cache__free(cache);
}

static void a_row_lacks_what_the_format_needs_until_it_has_all(void **state)
{
	struct row_fields fields = {};
	struct row row = {.fields = NULL, .absent = ROW_BIT(ROW_srtt)};

	(void)state;
	assert_true(format_needs__are_met(&format_csv, &row));
	assert_false(format_needs__are_met(&format_ttprobe, &row));
	assert_string_equal(format_needs__missing_in(&format_ttprobe, &row), "mss_cache");
	row.fields = &fields;
	for (const __u16 *field = format_ttprobe.fields; *field != FORMAT_FIELDS_END; field++) {
		assert_false(format_needs__are_met(&format_ttprobe, &row));
		row_fields__set(&fields, *field, 1);
	}
	assert_true(format_needs__are_met(&format_ttprobe, &row));
	row.absent = ROW_BIT(ROW_snd_wnd);
	assert_string_equal(format_needs__missing_in(&format_ttprobe, &row), "snd_wnd");
}

static void hexadecimal_numbers_are_what_printf_writes(void **state)
{
	(void)state;
	for (__u32 i = 0, rounds = random_rounds(100000); i < rounds; i++) {
		__u32 value = i < 70000 ? i : random_digits();
		char got[HEXADECIMAL_ROOM + 1] = "", expected[HEXADECIMAL_ROOM + 1];

		assert_int_equal(hexadecimal__u32(got, value) - got,
				 sprintf(expected, "%x", value));
		assert_memory_equal(got, expected, strlen(expected));
		sprintf(expected, "%08x", value);
		assert_ptr_equal(hexadecimal__eight(got, value), got + 8);
		assert_string_equal(got, expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_rows_are_what_the_modules_print),
		cmocka_unit_test(the_longest_row_fits_the_space_that_its_format_asks_for),
		cmocka_unit_test(without_a_header_the_time_counts_from_the_first_row),
		cmocka_unit_test(a_row_lacks_what_the_format_needs_until_it_has_all),
		cmocka_unit_test(hexadecimal_numbers_are_what_printf_writes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
