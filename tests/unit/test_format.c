// SPDX-License-Identifier: BSD-2-Clause
/*
 * For any values the formatter writes what printf and inet_ntop write, within the reserved space.
 */
#include <arpa/inet.h>

#include <siftr/array_size.h>

#include "format/format.h"
#include "format/format_cache.h"
#include "format/sysver.h"
#include "format/tuple.h"

#include "../lib/random_numbers.h"
#include "../lib/random_row.h"
#include "../lib/test.h"

#define GOLDEN "tests/golden/two-flows.log"
#define GUARD  '#'
/* The value of format_siftr.line_max, as a constant for arrays. */
#define LINE_MAX_BYTES 512
#define NR_COLUMNS     (sizeof(struct siftr_columns) / sizeof(__u32))

static struct siftr_flow_key flow_of(int family, const char *laddr, __u16 lport, const char *faddr,
				     __u16 fport)
{
	struct siftr_flow_key key = {.family = (__u8)family, .lport = lport, .fport = fport};
	int af = family == 4 ? AF_INET : AF_INET6;

	assert_int_equal(inet_pton(af, laddr, key.laddr), 1);
	assert_int_equal(inet_pton(af, faddr, key.faddr), 1);
	return key;
}

static int print_row(char *out, size_t room, const struct row *row)
{
	const __u32 *columns = (const __u32 *)&row->columns;
	int af = row->flow->family == 4 ? AF_INET : AF_INET6;
	char laddr[INET6_ADDRSTRLEN], faddr[INET6_ADDRSTRLEN];
	int length;

	inet_ntop(af, row->flow->laddr, laddr, sizeof(laddr));
	inet_ntop(af, row->flow->faddr, faddr, sizeof(faddr));
	length = snprintf(out, room, "%c,%llu.%06u,%s,%hu,%s,%hu",
			  row->direction == SIFTR_IN ? 'i' : 'o', row->time.seconds,
			  row->time.microseconds, laddr, row->flow->lport, faddr, row->flow->fport);
	for (size_t i = 0; i < NR_COLUMNS; i++)
		length += snprintf(out + length, room - (size_t)length, ",%u", columns[i]);
	return length + snprintf(out + length, room - (size_t)length, ",%u,%u\n", row->flowid,
				 row->flowtype);
}

static void assert_row_as_printed(struct format_cache *cache, const struct row *row)
{
	char got[LINE_MAX_BYTES + 64], expected[LINE_MAX_BYTES + 64];
	int length = print_row(expected, sizeof(expected), row);
	char *end;

	memset(got, GUARD, sizeof(got));
	end = format_siftr.rows(got, cache, row, 1);
	assert_int_equal(end - got, length);
	assert_memory_equal(got, expected, length);
	/* The formatter may write after the line, but not after the reserved space. */
	for (size_t i = format_siftr.line_max; i < sizeof(got); i++)
		assert_int_equal(got[i], GUARD);
}

static struct siftr_flow_key random_key(void)
{
	struct siftr_flow_key flow = {.family = random_u64() % 2 ? 4 : 6,
				      .lport = (__u16)random_digits(),
				      .fport = (__u16)random_digits()};

	flow.laddr[0] = random_u64();
	flow.faddr[0] = random_u64() & random_u64();
	if (flow.family == 4) {
		memset((char *)flow.laddr + 4, 0, 12);
		memset((char *)flow.faddr + 4, 0, 12);
	} else {
		flow.laddr[1] = random_u64();
		flow.faddr[1] = random_u64() & random_u64();
	}
	return flow;
}

/*
 * A flow id of any length, different for each number of up to 20 bits, so that no two flows share
 * one.
 */
static __u32 flow_id(__u32 number)
{
	return number + 1 + (number % 7 ? (__u32)(number % 4000) << 20 : 0);
}

static void random_lines_are_what_printf_and_inet_ntop_write(void **state)
{
	struct format_cache *cache = format_cache__new(&format_siftr);

	(void)state;
	for (int i = 0, rounds = random_rounds(100000); i < rounds; i++) {
		struct siftr_flow_key flow = random_key();
		struct row row = {
			.flow = &flow,
			.flowid = flow_id(i),
			.flow_number = i + 1,
			.flowtype = (__u8)random_u64(),
			.direction = random_u64() % 2,
			.time = {random_u64() % 8 ? random_digits() : random_u64(),
				 (__u32)(random_u64() % 1000000)},
		};

		for (size_t column = 0; column < NR_COLUMNS; column++)
			((__u32 *)&row.columns)[column] = random_digits();
		assert_row_as_printed(cache, &row);
		/* Format the same flow until its text is certainly cached. */
		for (int again = 0; again < 3; again++) {
			row.columns.snd_cwnd = random_digits();
			assert_row_as_printed(cache, &row);
		}
	}
	format_cache__free(cache);
}

static void columns_that_come_back_are_not_mistaken_for_others(void **state)
{
	static const __u32 values[] = {0, 1, 7, 992, 994, 1448, 204000, UINT32_MAX};
	struct format_cache *cache = format_cache__new(&format_siftr);
	struct siftr_flow_key flow = flow_of(4, "10.0.0.1", 1, "10.0.0.2", 2);

	(void)state;
	for (int i = 0, rounds = random_rounds(100000); i < rounds; i++) {
		struct row row = {.flow = &flow, .flowid = 7, .flow_number = 7};

		for (size_t column = 0; column < NR_COLUMNS; column++)
			((__u32 *)&row.columns)[column] = values[random_u64() % 8];
		assert_row_as_printed(cache, &row);
	}
	format_cache__free(cache);
}

static void several_lines_follow_each_other(void **state)
{
	struct format_cache *cache = format_cache__new(&format_siftr);
	char got[4 * LINE_MAX_BYTES], expected[4 * LINE_MAX_BYTES];
	struct siftr_flow_key flow = flow_of(6, "::1", 1, "fe80::2", 2);
	struct row rows[4];
	int length = 0;

	(void)state;
	for (__u32 i = 0; i < 4; i++) {
		rows[i] = (struct row){
			.flow = &flow, .flowid = 9, .flow_number = 9, .direction = i % 2};
		for (size_t column = 0; column < NR_COLUMNS; column++)
			((__u32 *)&rows[i].columns)[column] = random_digits();
		length += print_row(expected + length, LINE_MAX_BYTES, &rows[i]);
	}
	assert_int_equal(format_siftr.rows(got, cache, rows, 4) - got, length);
	assert_memory_equal(got, expected, length);
	assert_ptr_equal(format_siftr.rows(got, cache, rows, 0), got);
	format_cache__free(cache);
}

static void the_longest_and_the_shortest_line_fit_their_room(void **state)
{
	struct format_cache *cache = format_cache__new(&format_siftr);
	struct siftr_flow_key flow = {.family = 6, .lport = 65535, .fport = 65535};
	struct row row = {.flow = &flow,
			  .flowid = UINT32_MAX,
			  .flow_number = 1,
			  .flowtype = UINT8_MAX,
			  .time = {UINT64_MAX, 999999}};

	(void)state;
	memset(flow.laddr, 0xff, sizeof(flow.laddr));
	memset(flow.faddr, 0xff, sizeof(flow.faddr));
	memset(&row.columns, 0xff, sizeof(row.columns));
	assert_row_as_printed(cache, &row);
	flow = (struct siftr_flow_key){.family = 4};
	row = (struct row){.flow = &flow, .flowid = 1, .flow_number = 2};
	assert_row_as_printed(cache, &row);
	format_cache__free(cache);
}

static void flows_that_share_a_cache_entry_keep_their_own_addresses(void **state)
{
	struct siftr_flow_key flows[4] = {flow_of(4, "10.0.0.1", 1, "10.0.0.2", 2),
					  flow_of(6, "::1", 1, "::2", 2),
					  flow_of(4, "10.0.0.1", 1, "10.0.0.2", 3),
					  flow_of(6, "::1", 1, "::2", 3)};
	struct format_cache *cache = format_cache__new(&format_siftr);

	(void)state;
	for (int i = 0; i < 3000; i++) {
		__u32 which = random_u64() % 4;
		struct row row = {.flow = &flows[which],
				  .flowid = 7 + (which << 16),
				  .flow_number = 7 + (which << 16)};

		assert_row_as_printed(cache, &row);
	}
	format_cache__free(cache);
	format_cache__free(NULL);
}

static void a_footer_of_huge_counts_fits_its_room(void **state)
{
	char got[FORMAT_FOOTER_MAX + 1];
	struct format_totals totals;
	size_t length;
	char *end;

	(void)state;
	memset(&totals, 0x0f, sizeof(totals));
	memset(got, GUARD, sizeof(got));
	end = format_siftr.footer(got, (struct siftr_time){UINT64_MAX, 999999}, &totals);
	length = (size_t)end - (size_t)got;
	assert_in_range(length, 1, FORMAT_FOOTER_MAX);
	assert_memory_equal(end - 10, "flow_list=", 10);
	assert_int_equal(got[FORMAT_FOOTER_MAX], GUARD);
}

static void a_tuple_of_the_longest_addresses_fits_its_room(void **state)
{
	struct siftr_flow_key flow = {.family = 6, .lport = 65535, .fport = 65535};
	const char *expected = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff;65535-"
			       "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff;65535,";
	char got[TUPLE_ROOM];

	(void)state;
	memset(flow.laddr, 0xff, sizeof(flow.laddr));
	memset(flow.faddr, 0xff, sizeof(flow.faddr));
	assert_int_equal(tuple__write(got, &flow, TUPLE_LIST_ENTRY) - got, strlen(expected));
	assert_memory_equal(got, expected, strlen(expected));
}

static void sysver_is_a_number_of_at_most_seven_digits(void **state)
{
	static const struct {
		const char *release;
		__u32 sysver;
	} cases[] = {
		{"6.12.107", 6012107},
		{"6.1.0-50-cloud-amd64", 6001000},
		{"5.10.262+", 5010262},
		{"7.2-rc1", 7002000},
		{"6.12", 6012000},
		{"6.12.", 6012000},
		{"6.12.x", 6012000},
		{"4.9.1234", 4009999},
		{"4.99999999999999.1", 4999001},
		{"6.1.2.3", 6001002},
		{"10.0.1", 9999999},
		{"6", 0},
		{"", 0},
		{"Linux", 0},
		{"6.", 0},
		{"-1.2.3", 0},
		{" 6.1", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(sysver__parse(cases[i].release), cases[i].sysver);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_lines_are_what_printf_and_inet_ntop_write),
		cmocka_unit_test(columns_that_come_back_are_not_mistaken_for_others),
		cmocka_unit_test(several_lines_follow_each_other),
		cmocka_unit_test(the_longest_and_the_shortest_line_fit_their_room),
		cmocka_unit_test(flows_that_share_a_cache_entry_keep_their_own_addresses),
		cmocka_unit_test(a_footer_of_huge_counts_fits_its_room),
		cmocka_unit_test(a_tuple_of_the_longest_addresses_fits_its_room),
		cmocka_unit_test(sysver_is_a_number_of_at_most_seven_digits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
