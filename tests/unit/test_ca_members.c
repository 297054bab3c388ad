// SPDX-License-Identifier: BSD-2-Clause
/*
 * The private state of a congestion control is decoded as the type information says, and only if
 * the connection has that congestion control.
 */
#include <bpf/btf.h>

#include <siftr/array_size.h>

#include "capture/ca_members.h"
#include "capture/group_layout.h"
#include "convert/row_fields.h"

#include "../lib/test.h"

struct captured {
	struct siftr_record record;
	struct siftr_cc_group cc;
};

static int add_int(struct btf *btf, const char *name, int bytes)
{
	int id = btf__add_int(btf, name, (size_t)bytes, 0);

	assert_true(id > 0);
	return id;
}

static void add_field(struct btf *btf, const char *name, int type, __u32 first, __u32 count)
{
	assert_int_equal(btf__add_field(btf, name, type, first, count), 0);
}

/* Types with a struct bbr whose member bw is a typedef of a struct with an array of structs. */
static struct btf *bbr_types(void)
{
	struct btf *btf = btf__new_empty();
	int u32, sample, samples, minmax, alias;

	assert_non_null(btf);
	u32 = add_int(btf, "u32", 4);
	sample = btf__add_struct(btf, "minmax_sample", 8);
	add_field(btf, "t", u32, 0, 0);
	add_field(btf, "v", u32, 32, 0);
	samples = btf__add_array(btf, u32, sample, 3);
	minmax = btf__add_struct(btf, "minmax", 24);
	add_field(btf, "s", samples, 0, 0);
	alias = btf__add_typedef(btf, "bandwidth", minmax);
	btf__add_struct(btf, "bbr", 104);
	add_field(btf, "min_rtt_us", u32, 0, 0);
	add_field(btf, "bw", alias, 96, 0);
	add_field(btf, "mode", u32, 320, 3);
	add_field(btf, "pacing_gain", u32, 480, 10);
	add_field(btf, "cwnd_gain", u32, 490, 10);
	add_field(btf, "prior_cwnd", u32, 832, 0); /* beyond the words that are captured */
	add_field(btf, "cycle_idx", u32, 512, 0);  /* wider than the field in the table */
	return btf;
}

static void read_captured(struct captured *captured, const struct ca_member members[SIFTR_FIELDS],
			  struct row_fields *fields)
{
	struct row_fields_layout layout;
	__u16 offsets[SIFTR_GROUPS];

	group_layout__place(SIFTR_GROUP_BIT(cc), offsets);
	row_fields__lay_out(&layout, offsets, 4000000, members);
	captured->cc.known = 1;
	row_fields__read(&layout, &captured->record, fields);
}

static void find_bbr(struct ca_member members[SIFTR_FIELDS])
{
	struct btf *btf = bbr_types();

	memset(members, 0, SIFTR_FIELDS * sizeof(*members));
	ca_members__find(btf, "bbr", members);
	btf__free(btf);
}

static void members_are_decoded_by_name(void **state)
{
	struct captured captured = {.cc.cc_name = {0x726262}}; /* "bbr" */
	struct ca_member members[SIFTR_FIELDS];
	struct row_fields fields;

	(void)state;
	captured.cc.ca_priv[0] = 41000;
	captured.cc.ca_priv[2] = 0xfedcba98;		     /* t at bit 96, v at 128 */
	captured.cc.ca_priv[5] = 0xfffffffa;		     /* mode 2 */
	captured.cc.ca_priv[7] = (739ULL | 512 << 10) << 32; /* both gains */
	find_bbr(members);
	read_captured(&captured, members, &fields);
	assert_int_equal(fields.values[SIFTR_FIELD_bbr_min_rtt_us], 41000);
	assert_int_equal(fields.values[SIFTR_FIELD_bbr_bw], 0xfedcba98);
	assert_int_equal(fields.values[SIFTR_FIELD_bbr_mode], 2);
	assert_int_equal(fields.values[SIFTR_FIELD_bbr_pacing_gain], 739);
	assert_int_equal(fields.values[SIFTR_FIELD_bbr_cwnd_gain], 512);
	assert_true(row_fields__has(&fields, SIFTR_FIELD_bbr_mode));
}

static void a_member_that_is_elsewhere_or_wider_is_absent(void **state)
{
	struct captured captured = {.cc.cc_name = {0x726262}};
	static const __u32 absent[] = {SIFTR_FIELD_bbr_prior_cwnd, SIFTR_FIELD_bbr_cycle_idx,
				       SIFTR_FIELD_bbr_full_bw, SIFTR_FIELD_cubic_cnt};
	struct ca_member members[SIFTR_FIELDS];
	struct row_fields fields;

	(void)state;
	find_bbr(members);
	read_captured(&captured, members, &fields);
	for (size_t i = 0; i < ARRAY_SIZE(absent); i++)
		assert_false(row_fields__has(&fields, absent[i]));
}

static void a_value_that_says_none_is_absent(void **state)
{
	struct captured captured = {.cc.cc_name = {0x726262}, .cc.ca_priv = {~0U}};
	struct ca_member members[SIFTR_FIELDS];
	struct row_fields fields;

	(void)state;
	find_bbr(members);
	read_captured(&captured, members, &fields);
	assert_false(row_fields__has(&fields, SIFTR_FIELD_bbr_min_rtt_us));
	assert_false(row_fields__has(&fields, SIFTR_FIELD_bbr_bw));
	assert_true(row_fields__has(&fields, SIFTR_FIELD_bbr_mode));
	assert_int_equal(fields.values[SIFTR_FIELD_bbr_mode], 0);
}

static void another_congestion_control_has_no_such_state(void **state)
{
	static const __u64 names[] = {0x6362757263, 0x3272626200726262, 0x32726262, 0x6262, 0};
	struct ca_member members[SIFTR_FIELDS];
	struct row_fields fields;

	(void)state;
	find_bbr(members);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct captured captured = {.cc.cc_name = {names[i]}, .cc.ca_priv = {1, 1, 1}};

		read_captured(&captured, members, &fields);
		assert_true(row_fields__has(&fields, SIFTR_FIELD_cc_name));
		assert_int_equal(row_fields__has(&fields, SIFTR_FIELD_bbr_min_rtt_us), i == 1);
	}
	read_captured(&(struct captured){.cc.cc_name = {0x726262}}, NULL, &fields);
	assert_false(row_fields__has(&fields, SIFTR_FIELD_bbr_min_rtt_us));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_decoded_by_name),
		cmocka_unit_test(a_member_that_is_elsewhere_or_wider_is_absent),
		cmocka_unit_test(a_value_that_says_none_is_absent),
		cmocka_unit_test(another_congestion_control_has_no_such_state),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
