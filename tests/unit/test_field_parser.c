// SPDX-License-Identifier: BSD-2-Clause
/* The field parser accepts addresses as inet_pton() does, and numbers as printf() writes them. */
#include <arpa/inet.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "read/field_parser.h"

#include "../lib/random_numbers.h"
#include "../lib/test.h"

#define ROUNDS 400000

static __u32 random_below(__u32 limit)
{
	return (__u32)(random_u64() >> 11) % limit;
}

/* Makes a text of parts of IPv4 and IPv6 addresses, which may be an address or not. */
static void random_address(char *text)
{
	static const char *const pieces[] = {":",	"::", "0",   "1",   "ffff", "db8", "a00",
					     "12345",	".",  "255", "256", "10",   "01",  "g",
					     "1.2.3.4", "F",  ":0",  ":1",  ":2",   ":3"};
	__u32 count = 1 + random_below(10);

	*text = '\0';
	while (count--)
		strcat(text, pieces[random_below(ARRAY_SIZE(pieces))]);
}

static void addresses_are_accepted_as_by_inet_pton(void **state)
{
	unsigned int good[2] = {0, 0};
	struct in6_addr address;

	(void)state;
	for (int i = 0, rounds = random_rounds(ROUNDS); i < rounds; i++) {
		char text[128] = "", bare[128];
		const char *end;
		__u8 family;
		bool ipv4, ipv6;

		random_address(text);
		strcpy(bare, text);
		strcat(text, ",");
		end = field_parser__address(text, ',', &family);
		ipv4 = inet_pton(AF_INET, bare, &address) == 1;
		ipv6 = inet_pton(AF_INET6, bare, &address) == 1;
		if ((end != NULL) != (ipv4 || ipv6) ||
		    (end && (end != text + strlen(text) || family != (ipv4 ? 4 : 6))))
			fail_msg("'%s'", bare);
		if (end)
			good[family == 6]++;
	}
	assert_true(good[0] > (unsigned int)random_rounds(ROUNDS) / 4000);
	assert_true(good[1] > (unsigned int)random_rounds(ROUNDS) / 400);
}

static void numbers_are_decimal_and_fit_32_bits(void **state)
{
	(void)state;
	for (int i = 0, rounds = random_rounds(ROUNDS); i < rounds; i++) {
		__u64 value = (__u64)random_below(~0U) << 32 | random_below(~0U);
		char text[64] = "";
		__u64 parsed = 0;
		__u32 number;
		bool fits;

		value >>= random_below(64);
		fits = value <= 0xffffffffU;
		snprintf(text, sizeof(text), "%llu,", value);
		assert_int_equal(field_parser__number(text, ',', &number) != NULL, fits);
		assert_true(!fits || number == value);
		assert_int_equal(field_parser__small_number(text, ',', &number) != NULL, fits);
		assert_true(!fits || number == value);
		assert_int_equal(field_parser__port(text, ',') != NULL, value <= 65535);
		assert_true(field_parser__is_number(text, strlen(text) - 1, value, &parsed));
		assert_true(parsed == value);
		assert_false(value &&
			     field_parser__is_number(text, strlen(text) - 1, value - 1, &parsed));
		memmove(text + 1, text, strlen(text) + 1);
		text[0] = '0';
		assert_null(field_parser__number(text, ',', &number));
		assert_null(field_parser__port(text, ','));
	}
}

static void each_byte_is_a_digit_or_ends_the_number(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++)
		for (unsigned int place = 0; place < 8; place++) {
			char text[16] = "11111111";
			bool digit = byte >= '0' && byte <= '9';

			text[place] = (char)byte;
			assert_int_equal(field_parser__count_digits(field_parser__load(text)),
					 digit ? 8 : place);
		}
}

static void times_are_parsed_to_microseconds(void **state)
{
	char text[64] = "";
	__u64 time_us;

	(void)state;
	for (int i = 0, rounds = random_rounds(ROUNDS); i < rounds; i++) {
		__u64 seconds = random_below(~0U), microseconds = random_below(USEC_PER_SEC);

		seconds >>= random_below(32);
		snprintf(text, sizeof(text), "%llu.%06llu,", seconds, microseconds);
		assert_ptr_equal(field_parser__time(text, &time_us), text + strlen(text));
		assert_true(time_us == seconds * USEC_PER_SEC + microseconds);
	}
	strcpy(text, "999999999999.999999,");
	assert_non_null(field_parser__time(text, &time_us));
	assert_true(time_us == 999999999999999999ULL);
	strcpy(text, "1000000000000.000000,");
	assert_null(field_parser__time(text, &time_us));
}

static void flowids_are_parsed_and_never_0(void **state)
{
	char text[32];
	__u32 flowid;

	(void)state;
	strcpy(text, "4294967295,");
	assert_non_null(field_parser__flowid(text, ',', &flowid));
	assert_int_equal(flowid, 4294967295U);
	strcpy(text, "4294967296,");
	assert_null(field_parser__flowid(text, ',', &flowid));
	strcpy(text, "0,");
	assert_null(field_parser__flowid(text, ',', &flowid));
	strcpy(text, "99999999999999999999999,");
	assert_null(field_parser__flowid(text, ',', &flowid));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_accepted_as_by_inet_pton),
		cmocka_unit_test(numbers_are_decimal_and_fit_32_bits),
		cmocka_unit_test(each_byte_is_a_digit_or_ends_the_number),
		cmocka_unit_test(times_are_parsed_to_microseconds),
		cmocka_unit_test(flowids_are_parsed_and_never_0),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
