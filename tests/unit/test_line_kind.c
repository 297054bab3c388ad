// SPDX-License-Identifier: BSD-2-Clause
/* Tables that are recognised by their first line, and what is said that they lack. */
#include <siftr/array_size.h>

#include "read/line_kind.h"

#include "../lib/test.h"

static const struct sample {
	enum dialect_kind kind;
	const char *text;
} samples[] = {
	{DIALECT_CSV, "\"time\",\"faddr\",\"direction\",\"laddr\"\n1,"},
	{DIALECT_TABLE, "time,directions,laddr2\n1.000000,i,"},
	{DIALECT_CSV, "direction,laddr,time\n"},
	{DIALECT_CSV, ",lport,\"laddr\",direction,time\n"},
	{DIALECT_TABLE, "direction,laddr\n"},
	{DIALECT_TABLE, "name,age,city\nann,4,Rome\n"},
	{DIALECT_TABLE, ",\"name\",\"age\"\n0,ann,4\n"},
	{DIALECT_UNKNOWN, "Dear reader,\nyes\n"},
	{DIALECT_UNKNOWN, "Well, no\n"},
	{DIALECT_UNKNOWN, "name,age,city"},
	{DIALECT_UNKNOWN, "direction of the wind\n"},
	{DIALECT_UNKNOWN, "1 2 3 4 \n"},
	{DIALECT_JSONL, "{\"laddr\": \"::1\", \"direction\": \"o\", \"time\": 1}\n"},
	{DIALECT_TABLE, "{\"direction\":\"i\",\"time\":1.000000}\n"},
	{DIALECT_TABLE, "{\"snd_cwnd\":1}"},
};

static size_t first_line(const char *text)
{
	const char *end = strchr(text, '\n');

	return end ? (size_t)(end + 1 - text) : strlen(text);
}

static void tables_are_told_from_other_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		enum dialect_kind kind =
			line_kind__of(samples[i].text, first_line(samples[i].text));

		if (kind != samples[i].kind)
			fail_msg("%s was taken for %u, not %u", samples[i].text, kind,
				 samples[i].kind);
	}
}

static unsigned int lacking(const char *text)
{
	return line_kind__lacking(text, strlen(text));
}

/* Bits in the order time, direction, laddr, lport, faddr, fport. */
static void columns_that_are_missing_are_found(void **state)
{
	(void)state;
	assert_int_equal(lacking("time,direction,laddr,lport,faddr,fport\n"), 0);
	assert_int_equal(lacking("fport,faddr,\"lport\",laddr,direction,time\r\n"), 0);
	assert_int_equal(lacking("time,lport,faddr,fport\n"), 6);
	assert_int_equal(lacking("times,direction,laddr,lport2,faddr,fport\n"), 9);
	assert_int_equal(lacking("{\"time\":1,\"direction\":\"i\",\"laddr\":\"::1\"}"), 56);
	assert_int_equal(lacking(""), 63);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_told_from_other_text),
		cmocka_unit_test(columns_that_are_missing_are_found),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
