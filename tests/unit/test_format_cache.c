// SPDX-License-Identifier: BSD-2-Clause
/*
 * Each cache of formatted columns yields the text of the values it was asked for, whether it has
 * them or not.
 */
#include <arpa/inet.h>

#include <siftr/array_size.h>

#include "format/digits.h"
#include "format/format_cache.h"

#include "../lib/test.h"

#define ROOM 160

static struct format_cache *cache;

static int make_cache(void **state)
{
	(void)state;
	cache = format_cache__new(&format_siftr);
	return cache ? 0 : -1;
}

static int free_cache(void **state)
{
	(void)state;
	format_cache__free(cache);
	return 0;
}

static void assert_text(const char *text, const char *end, const char *expected)
{
	assert_int_equal(end - text, strlen(expected));
	assert_memory_equal(text, expected, strlen(expected));
}

static void assert_second(__u8 direction, __u64 seconds, const char *expected)
{
	char text[ROOM] = "";

	assert_text(text, second_text__copy(text, &cache->second, direction, seconds), expected);
}

static void a_second_is_that_of_the_line_in_either_direction(void **state)
{
	(void)state;
	assert_second(SIFTR_IN, 0, "i,0.");
	assert_second(SIFTR_OUT, 1700000000, "o,1700000000.");
	assert_second(SIFTR_IN, 1700000000, "i,1700000000.");
	assert_second(SIFTR_IN, 1699999999, "i,1699999999.");
	assert_second(SIFTR_OUT, UINT64_MAX, "o,18446744073709551615.");
}

static void assert_columns(const __u32 c[4])
{
	char text[ROOM] = "", expected[ROOM];

	snprintf(expected, sizeof(expected), "%u,%u,%u,%u,", c[0], c[1], c[2], c[3]);
	assert_text(text, column_text__copy(text, &cache->columns, c[0], c[1], c[2], c[3]),
		    expected);
}

static void columns_are_those_asked_for_in_a_new_cache(void **state)
{
	(void)state;
	assert_columns((__u32[4]){0, 0, 0, 0});
	assert_columns((__u32[4]){1, 0, 0, 0});
	assert_columns((__u32[4]){0, 0, 0, 1});
	assert_columns((__u32[4]){UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX});
}

/* More values than entries, so that they replace each other; each is asked for twice. */
static void columns_that_share_an_entry_replace_each_other(void **state)
{
	(void)state;
	for (__u32 round = 0; round < 3; round++)
		for (__u32 i = 0; i < 4 * COLUMN_TEXT_ENTRIES; i++)
			for (int again = 0; again < 2; again++)
				assert_columns((__u32[4]){i % 2, i, 204000 * i, i << 20});
}

static struct siftr_flow_key key_of(int family, const char *laddr, const char *faddr)
{
	struct siftr_flow_key key = {.family = (__u8)family, .lport = 443, .fport = 50000};
	int af = family == 4 ? AF_INET : AF_INET6;

	assert_int_equal(inet_pton(af, laddr, key.laddr), 1);
	assert_int_equal(inet_pton(af, faddr, key.faddr), 1);
	return key;
}

static const struct flow_text *find(const struct siftr_flow_key *key, __u32 id)
{
	const struct row row = {
		.flow = key, .flowid = id, .flow_number = id, .flowtype = ROW_FLOWTYPE};

	return flow_text__find(&cache->flows, &row);
}

static void assert_flow(const struct flow_text *flow, const char *addresses, const char *id)
{
	char text[ROOM] = "";

	assert_non_null(flow);
	assert_text(text, flow_text__copy_addresses(text, flow), addresses);
	assert_text(text, flow_text__copy_id(text, flow), id);
}

static void an_ipv6_flow_is_kept_at_once(void **state)
{
	struct siftr_flow_key key = key_of(6, "fe80::1", "2001:db8::ffff");

	(void)state;
	assert_flow(find(&key, 77), "fe80::1,443,2001:db8::ffff,50000,", "77,191\n");
}

static void an_ipv4_flow_is_kept_when_it_is_missed_twice_in_a_row(void **state)
{
	struct siftr_flow_key one = key_of(4, "10.0.0.1", "10.0.0.2");
	struct siftr_flow_key other = key_of(4, "10.0.0.1", "255.255.255.255");
	__u32 id = UINT32_MAX, other_id = id - FLOW_TEXT_SETS;

	(void)state;
	assert_null(find(&one, id));
	assert_null(find(&other, other_id));
	assert_null(find(&one, id));
	assert_flow(find(&one, id), "10.0.0.1,443,10.0.0.2,50000,", "4294967295,191\n");
	assert_null(find(&other, other_id));
	assert_flow(find(&other, other_id), "10.0.0.1,443,255.255.255.255,50000,",
		    "4294967167,191\n");
	/* A set of the cache has two entries, so that the first flow is still in it. */
	assert_non_null(find(&one, id));
}

static void a_forgotten_id_may_mean_another_flow(void **state)
{
	struct siftr_flow_key one = key_of(6, "::1", "::2"), other = key_of(6, "::1", "::3");

	(void)state;
	assert_flow(find(&one, 5), "::1,443,::2,50000,", "5,191\n");
	format_cache__forget_flows(cache);
	assert_flow(find(&other, 5), "::1,443,::3,50000,", "5,191\n");
}

/* More endpoints than entries, so that they replace each other; each is written twice. */
static void endpoints_that_share_an_entry_replace_each_other(void **state)
{
	struct siftr_flow_key key = key_of(4, "0.0.0.0", "255.255.255.255");

	(void)state;
	for (__u32 i = 0; i < 4 * ENDPOINT_TEXT_ENTRIES; i++) {
		char text[ROOM] = "", expected[ROOM];
		char *end;

		key.laddr[0] = i / 8 * 0x03010111U;
		key.lport = (__u16)(i % 8 * 9361);
		*tuple__write(expected, &key, TUPLE_COLUMNS) = '\0';
		for (int again = 0; again < 2; again++) {
			end = endpoint_text__write_ipv4(text, &cache->endpoints, &key);
			assert_text(text, end, expected);
		}
	}
}

static void an_id_is_written_as_it_is_copied(void **state)
{
	const struct row first = {.flowid = 1, .flowtype = ROW_FLOWTYPE};
	const struct row last = {.flowid = UINT32_MAX, .flowtype = UINT8_MAX};
	char text[ROOM] = "";

	(void)state;
	assert_text(text, flow_text__write_id(text, &first), "1,191\n");
	assert_text(text, flow_text__write_id(text, &last), "4294967295,255\n");
}

static char *copy_number(char *out, __u32 value)
{
	return number_text__copy(out, &cache->numbers, value);
}

static void assert_number(__u32 value)
{
	static char *(*const functions[])(char *, __u32) = {digits__column, digits__steady_column,
							    digits__small_column,
							    digits__hash_column, copy_number};
	char text[ROOM] = "", expected[ROOM];

	snprintf(expected, sizeof(expected), "%u,", value);
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		assert_text(text, functions[i](text, value), expected);
}

/* More numbers than entries, so that they replace each other; each is asked for twice. */
static void numbers_that_share_an_entry_replace_each_other(void **state)
{
	(void)state;
	for (__u32 round = 0; round < 3; round++)
		for (__u32 i = 0; i < 4 * NUMBER_TEXT_ENTRIES; i++)
			for (int again = 0; again < 2; again++)
				assert_number(i * 1000003);
}

static void every_way_to_write_a_column_writes_the_same(void **state)
{
	(void)state;
	for (__u32 value = 0; value < 30000; value++)
		assert_number(value);
	for (__u64 power = 10; power <= 10000000000; power *= 10) {
		assert_number((__u32)(power - 1));
		assert_number((__u32)power);
		assert_number((__u32)(power / 2 + 1));
	}
	assert_number(UINT32_MAX);
}

#define WITH_CACHE(test) cmocka_unit_test_setup_teardown(test, make_cache, free_cache)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CACHE(a_second_is_that_of_the_line_in_either_direction),
		WITH_CACHE(columns_are_those_asked_for_in_a_new_cache),
		WITH_CACHE(columns_that_share_an_entry_replace_each_other),
		WITH_CACHE(an_ipv6_flow_is_kept_at_once),
		WITH_CACHE(an_ipv4_flow_is_kept_when_it_is_missed_twice_in_a_row),
		WITH_CACHE(a_forgotten_id_may_mean_another_flow),
		WITH_CACHE(endpoints_that_share_an_entry_replace_each_other),
		cmocka_unit_test(an_id_is_written_as_it_is_copied),
		WITH_CACHE(numbers_that_share_an_entry_replace_each_other),
		WITH_CACHE(every_way_to_write_a_column_writes_the_same),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
