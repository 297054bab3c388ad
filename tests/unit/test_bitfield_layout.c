// SPDX-License-Identifier: BSD-2-Clause
/* Bitfields are read by one load only where the kernel has them at the expected offsets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <bpf/btf.h>
#include <linux/types.h>

#include <siftr/array_size.h>
#include <siftr/settings.h>

#include "capture/bitfield_layout.h"

struct field {
	const char *name;
	int first_bit, nr_bits;
};

static const struct field usual[] = {
	{"saw_tstamp", 128, 1}, {"tstamp_ok", 129, 1},	{"dsack", 130, 1},
	{"wscale_ok", 131, 1},	{"sack_ok", 132, 3},	{"smc_ok", 135, 1},
	{"snd_wscale", 136, 4}, {"rcv_wscale", 140, 4},
};

#define NR_FIELDS ARRAY_SIZE(usual)

/*
 * The layouts known for a simulated kernel whose struct `type` has these bitfields in integers of
 * `bytes`.
 */
static unsigned int known(const char *type, const struct field *fields, size_t nr_fields, int bytes)
{
	struct btf *btf = btf__new_empty();
	unsigned int layouts;
	int unit;

	assert_non_null(btf);
	unit = btf__add_int(btf, "unit", bytes, 0);
	assert_true(unit > 0);
	assert_true(btf__add_struct(btf, type, 24) > 0);
	for (size_t i = 0; i < nr_fields; i++)
		assert_int_equal(btf__add_field(btf, fields[i].name, unit, fields[i].first_bit,
						fields[i].nr_bits),
				 0);
	layouts = bitfield_layout__known(btf);
	btf__free(btf);
	return layouts;
}

static void options_at_the_expected_offsets_are_one_load(void **state)
{
	(void)state;
	assert_int_equal(known("tcp_options_received", usual, NR_FIELDS, 2), SIFTR_LAYOUT_RX_OPT);
}

static void an_option_elsewhere_wider_or_gone_is_noticed(void **state)
{
	struct field fields[NR_FIELDS];

	(void)state;
	memcpy(fields, usual, sizeof(fields));
	fields[6].first_bit = 144;
	assert_int_equal(known("tcp_options_received", fields, NR_FIELDS, 2), 0);
	memcpy(fields, usual, sizeof(fields));
	fields[1].nr_bits = 2;
	assert_int_equal(known("tcp_options_received", fields, NR_FIELDS, 2), 0);
	assert_int_equal(known("tcp_options_received", usual, NR_FIELDS - 1, 2), 0);
	assert_int_equal(known("tcp_options_received", usual, NR_FIELDS, 4), 0);
	assert_int_equal(known("another_struct", usual, NR_FIELDS, 2), 0);
}

static void nonagle_and_fast_open_are_one_load_only_side_by_side(void **state)
{
	const struct field near[] = {{"nonagle", 8, 4}, {"syn_fastopen", 27, 1}};
	const struct field far[] = {{"nonagle", 8, 4}, {"syn_fastopen", 91, 1}};
	const struct field expected[] = {{"nonagle", 8, 0}, {"syn_fastopen", 27, 1}};

	(void)state;
	assert_int_equal(known("tcp_sock", near, 2, 1), SIFTR_LAYOUT_NONAGLE);
	assert_int_equal(known("tcp_sock", far, 2, 1), 0);
	assert_int_equal(known("tcp_sock", expected, 2, 1), 0);
}

static void without_type_information_nothing_is_assumed(void **state)
{
	(void)state;
	assert_int_equal(bitfield_layout__known(NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_at_the_expected_offsets_are_one_load),
		cmocka_unit_test(an_option_elsewhere_wider_or_gone_is_noticed),
		cmocka_unit_test(nonagle_and_fast_open_are_one_load_only_side_by_side),
		cmocka_unit_test(without_type_information_nothing_is_assumed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
