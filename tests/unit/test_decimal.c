// SPDX-License-Identifier: BSD-2-Clause
/*
 * Numbers and addresses are written as by printf and inet_ntop, and no byte after the text is
 * changed.
 */
#include <arpa/inet.h>

#include <siftr/array_size.h>

#include "format/decimal.h"

#include "../lib/random_numbers.h"
#include "../lib/test.h"

#define ROOM  80
#define GUARD '#'

static void assert_text(const char *got, const char *end, const char *expected)
{
	size_t length = strlen(expected);

	assert_int_equal(end - got, length);
	assert_memory_equal(got, expected, length);
	for (size_t i = length; i < ROOM; i++)
		assert_int_equal(got[i], GUARD);
}

static void assert_u32(__u32 value)
{
	char got[ROOM], expected[ROOM];

	memset(got, GUARD, sizeof(got));
	snprintf(expected, sizeof(expected), "%u", value);
	assert_text(got, decimal__u32(got, value), expected);
}

static void assert_u64(__u64 value)
{
	char got[ROOM], expected[ROOM];

	memset(got, GUARD, sizeof(got));
	snprintf(expected, sizeof(expected), "%llu", value);
	assert_text(got, decimal__u64(got, value), expected);
}

static void assert_ipv6(const unsigned char bytes[16])
{
	char got[ROOM], expected[ROOM];
	__u64 address[2];

	memcpy(address, bytes, sizeof(address));
	memset(got, GUARD, sizeof(got));
	assert_non_null(inet_ntop(AF_INET6, bytes, expected, sizeof(expected)));
	assert_text(got, decimal__ipv6(got, address), expected);
	assert_in_range(strlen(expected), 2, DECIMAL_ADDRESS_MAX);
}

static void u32_is_exact_around_every_change_of_length(void **state)
{
	(void)state;
	for (__u64 power = 1; power <= 1000000000; power *= 10) {
		assert_u32((__u32)power - 1);
		assert_u32((__u32)power);
		assert_u32((__u32)power + 1);
	}
	assert_u32(UINT32_MAX);
	assert_u32(UINT32_MAX - 1);
}

static void u32_is_exact_for_every_small_and_many_random_values(void **state)
{
	(void)state;
	for (__u32 value = 0; value < 20000; value++)
		assert_u32(value);
	for (int i = 0, rounds = random_rounds(200000); i < rounds; i++)
		assert_u32((__u32)(random_u64() >> (32 + random_u64() % 32)));
}

static void u64_is_exact_from_zero_to_its_maximum(void **state)
{
	__u64 power = 1;

	(void)state;
	for (int digits = 1; digits <= 20; digits++, power *= 10) {
		assert_u64(power - 1);
		assert_u64(power);
		assert_u64(power + 1);
	}
	assert_u64(UINT64_MAX);
	for (int i = 0, rounds = random_rounds(200000); i < rounds; i++)
		assert_u64(random_u64() >> random_u64() % 64);
}

static void six_has_six_digits_whatever_the_value(void **state)
{
	char got[ROOM], expected[ROOM];

	(void)state;
	for (__u32 value = 0; value < 1000000; value += value < 20000 ? 1 : 977) {
		memset(got, GUARD, sizeof(got));
		snprintf(expected, sizeof(expected), "%06u", value);
		assert_text(got, decimal__six(got, value), expected);
	}
	memset(got, GUARD, sizeof(got));
	assert_text(got, decimal__six(got, 999999), "999999");
}

static void ipv4_is_a_dotted_quad_for_every_octet(void **state)
{
	char got[ROOM], expected[ROOM];

	(void)state;
	for (unsigned int i = 0; i < 256 * 4; i++) {
		unsigned char bytes[16] = {10, 200, 3, 45};
		__u64 address[2];

		bytes[i % 4] = (unsigned char)(i / 4);
		memcpy(address, bytes, sizeof(address));
		memset(got, GUARD, sizeof(got));
		inet_ntop(AF_INET, bytes, expected, sizeof(expected));
		assert_text(got, decimal__ipv4(got, address), expected);
	}
}

static void ipv6_compresses_every_pattern_of_zero_groups_as_inet_ntop(void **state)
{
	static const unsigned char values[][2] = {
		{0xff, 0xff}, {0, 1}, {0x01, 0}, {0x0a, 0xbc}, {0, 0x1f},
	};

	(void)state;
	for (unsigned int zeros = 0; zeros < 256; zeros++) {
		for (size_t value = 0; value < ARRAY_SIZE(values); value++) {
			unsigned char bytes[16] = {0};

			for (unsigned int group = 0; group < 8; group++)
				if (!(zeros & 1U << group))
					memcpy(bytes + 2 * group, values[value], 2);
			assert_ipv6(bytes);
		}
	}
}

static void ipv6_shows_embedded_ipv4_addresses_as_inet_ntop(void **state)
{
	static const unsigned char mapped[16] = {[10] = 0xff, [11] = 0xff, 192, 168, 0, 1};
	static const unsigned char compatible[16] = {[12] = 10, 0, 0, 255};
	static const unsigned char zero_mapped[16] = {[10] = 0xff, [11] = 0xff};
	static const unsigned char loopback[16] = {[15] = 1};
	static const unsigned char any[16] = {0};
	static const unsigned char two_groups[16] = {[13] = 1, [15] = 2};
	static const unsigned char longest[16] = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
						 "\xff\xff\xff";

	(void)state;
	assert_ipv6(mapped);
	assert_ipv6(compatible);
	assert_ipv6(zero_mapped);
	assert_ipv6(loopback);
	assert_ipv6(any);
	assert_ipv6(two_groups);
	assert_ipv6(longest);
}

static void ipv6_is_inet_ntop_for_random_addresses(void **state)
{
	(void)state;
	for (int i = 0, rounds = random_rounds(200000); i < rounds; i++) {
		__u64 words[2] = {random_u64(), random_u64()};
		unsigned char bytes[16];

		/*
		 * Clears most bits and a third of the bytes, so that short groups and runs of zeros
		 * are frequent.
		 */
		words[0] &= random_u64() & random_u64();
		words[1] &= random_u64() & random_u64();
		memcpy(bytes, words, sizeof(bytes));
		for (int byte = 0; byte < 16; byte++)
			if (random_u64() % 3 == 0)
				bytes[byte] = 0;
		assert_ipv6(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(u32_is_exact_around_every_change_of_length),
		cmocka_unit_test(u32_is_exact_for_every_small_and_many_random_values),
		cmocka_unit_test(u64_is_exact_from_zero_to_its_maximum),
		cmocka_unit_test(six_has_six_digits_whatever_the_value),
		cmocka_unit_test(ipv4_is_a_dotted_quad_for_every_octet),
		cmocka_unit_test(ipv6_compresses_every_pattern_of_zero_groups_as_inet_ntop),
		cmocka_unit_test(ipv6_shows_embedded_ipv4_addresses_as_inet_ntop),
		cmocka_unit_test(ipv6_is_inet_ntop_for_random_addresses),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
