// SPDX-License-Identifier: BSD-2-Clause
/* A 4-tuple's text differs between data lines and the flow list in its separators only. */
#include <arpa/inet.h>

#include <siftr/array_size.h>

#include "format/tuple.h"

#include "../lib/test.h"

static const struct example {
	int family;
	const char *laddr, *faddr;
	__u16 lport, fport;
	const char *columns, *list_entry;
} examples[] = {
	{4, "1.2.3.4", "255.255.255.255", 0, 65535, "1.2.3.4,0,255.255.255.255,65535,",
	 "1.2.3.4;0-255.255.255.255;65535,"},
	{6, "::", "fe80::1", 22, 50000, "::,22,fe80::1,50000,", "::;22-fe80::1;50000,"},
	{6, "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8", 1, 2, "::ffff:1.2.3.4,1,1:2:3:4:5:6:7:8,2,",
	 "::ffff:1.2.3.4;1-1:2:3:4:5:6:7:8;2,"},
};

static void assert_text(const char *text, const char *end, const char *expected)
{
	assert_int_equal(end - text, strlen(expected));
	assert_memory_equal(text, expected, strlen(expected));
}

static struct siftr_flow_key key_of(const struct example *example)
{
	struct siftr_flow_key key = {
		.family = (__u8)example->family, .lport = example->lport, .fport = example->fport};
	int af = example->family == 4 ? AF_INET : AF_INET6;

	assert_int_equal(inet_pton(af, example->laddr, key.laddr), 1);
	assert_int_equal(inet_pton(af, example->faddr, key.faddr), 1);
	return key;
}

static void a_key_is_written_with_either_separators(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(examples); i++) {
		struct siftr_flow_key key = key_of(&examples[i]);
		char text[TUPLE_ROOM];

		assert_text(text, tuple__write(text, &key, TUPLE_COLUMNS), examples[i].columns);
		assert_text(text, tuple__write(text, &key, TUPLE_LIST_ENTRY),
			    examples[i].list_entry);
	}
}

static void separators_are_exchanged_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(examples); i++) {
		const char *columns = examples[i].columns, *list_entry = examples[i].list_entry;
		size_t bytes = strlen(columns) - 1;
		char text[TUPLE_ROOM];

		assert_text(text, tuple__separate(text, columns, bytes, TUPLE_LIST_ENTRY),
			    list_entry);
		assert_text(text, tuple__separate(text, list_entry, bytes, TUPLE_COLUMNS), columns);
	}
}

static void the_spelling_of_addresses_is_kept(void **state)
{
	static const char freebsd[] = "fe80:0:0:0:0:0:0:1,1,fe80:0:0:0:0:0:0:2,2";
	char text[TUPLE_ROOM];

	(void)state;
	assert_text(text, tuple__separate(text, freebsd, strlen(freebsd), TUPLE_LIST_ENTRY),
		    "fe80:0:0:0:0:0:0:1;1-fe80:0:0:0:0:0:0:2;2,");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_written_with_either_separators),
		cmocka_unit_test(separators_are_exchanged_both_ways),
		cmocka_unit_test(the_spelling_of_addresses_is_kept),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
