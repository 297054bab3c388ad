// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf fields` lists what --fields takes, each name once and with what the table then has:
 * the columns of SIFTR as the group siftr, and the fields of the groups.
 */
#include <stdbool.h>

#include <siftr/array_size.h>

#include "commands/commands.h"
#include "convert/field_table.h"
#include "format/column_table.h"
#include "format/selection.h"

#include "../lib/captured_output.h"
#include "../lib/test.h"

#define NAME_MAX_BYTES 64
#define LISTED_MAX     256

static struct listed {
	char name[NAME_MAX_BYTES], group[NAME_MAX_BYTES], type[NAME_MAX_BYTES],
		unit[NAME_MAX_BYTES];
} listed[LISTED_MAX];

static size_t nr_listed;

static int read_list(void **state)
{
	const struct options options = {.command = COMMAND_FIELDS, .json = true};
	int status;

	(void)state;
	capture_begin();
	status = command_fields(&options);
	capture_end();
	for (char *line = strtok(captured_stdout, "\n"); line && nr_listed < LISTED_MAX;
	     line = strtok(NULL, "\n")) {
		struct listed *to = &listed[nr_listed++];

		line = strstr(line, "{\"");
		if (!line ||
		    sscanf(line,
			   "{\"name\":\"%63[^\"]\",\"group\":\"%63[^\"]\",\"type\":\"%63[^\"]\","
			   "\"unit\":\"%63[^\"]\"",
			   to->name, to->group, to->type, to->unit) < 3)
			return -1;
	}
	return status || !nr_listed;
}

/* What --fields selects by `list`, which it must take. */
static struct selection select_by(const char *list)
{
	struct selection selection;

	selection__columns_and(&selection, NULL);
	assert_int_equal(selection__parse(&selection, list), 0);
	return selection;
}

static size_t selected(const struct selection *selection)
{
	return (size_t)__builtin_popcount(selection->columns) + selection->nr_fields;
}

static void each_listed_name_selects_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < nr_listed; i++) {
		struct selection selection = select_by(listed[i].name);

		assert_int_equal(selected(&selection), 1);
	}
}

static void no_name_is_listed_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < nr_listed; i++)
		for (size_t other = 0; other < i; other++)
			assert_string_not_equal(listed[i].name, listed[other].name);
}

/* As the names are unique, as many as a group selects are all of it. */
static void each_group_selects_what_is_listed_of_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < nr_listed; i++) {
		struct selection group = select_by(listed[i].group), rest;
		char list[2 * NAME_MAX_BYTES + 2];
		size_t members = 0;

		for (size_t other = 0; other < nr_listed; other++)
			members += !strcmp(listed[i].group, listed[other].group);
		assert_int_equal(selected(&group), members);
		snprintf(list, sizeof(list), "%s,-%s", listed[i].group, listed[i].name);
		rest = select_by(list);
		assert_int_equal(selected(&rest), members - 1);
	}
}

static void everything_that_can_be_selected_is_listed(void **state)
{
	size_t fields = 0;

	(void)state;
	for (int field = 0; field < SIFTR_FIELDS; field++)
		fields += field_table[field].bytes != 0;
	assert_int_equal(nr_listed, ROW_COLUMNS + fields);
}

static void assert_listed(const char *name, const char *type, const char *unit)
{
	size_t i = 0;

	while (i < nr_listed && strcmp(listed[i].name, name) != 0)
		i++;
	assert_true(i < nr_listed);
	assert_string_equal(listed[i].type, type);
	assert_string_equal(listed[i].unit, unit);
}

/* The kernel keeps the window in segments, the timeout in jiffies. */
static void units_are_those_of_the_table(void **state)
{
	(void)state;
	assert_listed("snd_cwnd", "u32", "bytes");
	assert_listed("snd_ssthresh", "u32", "bytes");
	assert_listed("rto", "u32", "us");
	assert_listed("srtt", "u32", "us");
	assert_listed("cwnd_segs", "u32", "segments");
	assert_listed("flowtype", "u8", "");
}

#define READ(pointer, member)		 pointer->member
#define COMPUTED(expression, members...) members
#define TEXT(read...)			 TEXT_EXPANDED(read)
#define TEXT_EXPANDED(read...)		 #read

/* The kernel's members that a record has, those of each field with ", " between them. */
static const char *const record[] = {
#define FIELD(name, type, unit, read, help) TEXT(read),
#include <siftr/fields.def>
#undef FIELD
};

/* The member after this one in a list of them; NULL if there is none. */
static const char *next_member(const char *member)
{
	member = strchr(member, ',');
	return member ? member + 2 : NULL;
}

/* Whether `member` is the member `of` or a part of it: tp->rx_opt.sack_ok is one of tp->rx_opt. */
static bool is_part(const char *member, const char *of)
{
	size_t bytes = strcspn(of, ",");

	return !strncmp(member, of, bytes) && strchr(",.", member[bytes]);
}

static bool is_in_the_record(const char *member)
{
	for (size_t i = 0; i < ARRAY_SIZE(record); i++)
		for (const char *of = record[i]; of; of = next_member(of))
			if (is_part(member, of))
				return true;
	return false;
}

static bool is_in_a_column(const char *of)
{
	for (int column = 0; column < ROW_flowid; column++)
		for (const char *member = column_table[column].member; member;
		     member = next_member(member))
			if (is_part(member, of))
				return true;
	return false;
}

/* The columns are made of the record alone, and nothing of it is captured in vain. */
static void columns_name_all_members_of_the_record(void **state)
{
	(void)state;
	for (int column = 0; column < ROW_flowid; column++)
		for (const char *member = column_table[column].member; member;
		     member = next_member(member))
			assert_true(is_in_the_record(member));
	for (size_t i = 0; i < ARRAY_SIZE(record); i++)
		for (const char *of = record[i]; of; of = next_member(of))
			assert_true(is_in_a_column(of));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_listed_name_selects_one),
		cmocka_unit_test(no_name_is_listed_twice),
		cmocka_unit_test(each_group_selects_what_is_listed_of_it),
		cmocka_unit_test(everything_that_can_be_selected_is_listed),
		cmocka_unit_test(units_are_those_of_the_table),
		cmocka_unit_test(columns_name_all_members_of_the_record),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, read_list, NULL);
}
