// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf convert` of tables with captured fields: they are kept, chosen among, or left out. */
#include <unistd.h>

#include "../lib/command_line.h"
#include "../lib/scratch.h"

#define FLOW   "10.0.0.1,80,10.0.0.2,4000,"
#define NAMES  "time,direction,laddr,lport,faddr,fport,"
#define TABLE  NAMES "flowid,seq,ack,segs_in\n" ROW_1 ROW_2
#define ROW_1  "5.000000,o," FLOW "7,4294967295,,0\n"
#define ROW_2  "6.500000,i," FLOW "7,1,2,3\n"
#define OBJECT "{\"time\":5.000000,\"direction\":\"o\",\"laddr\":\"10.0.0.1\",\"lport\":80,"
#define CHOSEN " --fields flowid,seq,ack,segs_in "

static void assert_run(const char *line, int status, const char *expected)
{
	int got = run_command(line);

	if (got != status)
		fail_msg("%s: exit status %d: %s", line, got, captured_stderr);
	assert_string_equal(captured_stdout, expected);
}

static void fields_survive_every_table(void **state)
{
	(void)state;
	write_file("a.csv", TABLE);
	assert_run("convert --to csv" CHOSEN "a.csv", 0, TABLE);
	assert_run("convert --to jsonl -o a.jsonl a.csv", 0, "");
	assert_run("convert --to csv" CHOSEN "a.jsonl", 0, TABLE);
	/* Without --fields a table has SIFTR's columns and the fields of its source. */
	assert_run("convert --to csv -o b.csv a.jsonl", 0, "");
	assert_run("convert --to csv" CHOSEN "b.csv", 0, TABLE);
}

static void texts_and_large_numbers_survive(void **state)
{
	static const char table[] = NAMES "bytes_sent,cc_name\n5.000000,o," FLOW
					  "18446744073709551615,bbr\n6.500000,i," FLOW ",\n";

	(void)state;
	write_file("a.csv", table);
	assert_run("convert --to jsonl --fields bytes_sent,cc_name -o a.jsonl a.csv", 0, "");
	assert_run("convert --to csv --fields -siftr a.jsonl", 0, table);
	write_file("b.csv", NAMES "cc_name\n5.000000,o," FLOW "a\"b\n");
	assert_int_equal(run_command("convert --to jsonl b.csv"), 1);
	assert_non_null(strstr(captured_stderr, "no valid cc_name"));
}

static void fields_can_be_chosen(void **state)
{
	(void)state;
	write_file("a.csv", TABLE);
	assert_run("convert --to csv --fields segs_in,gso_segs a.csv", 0,
		   NAMES "gso_segs,segs_in\n5.000000,o," FLOW ",0\n6.500000,i," FLOW ",3\n");
	assert_run("convert --to csv --fields -siftr,-seq a.csv", 0,
		   NAMES "ack,segs_in\n5.000000,o," FLOW ",0\n6.500000,i," FLOW "2,3\n");
}

static void assert_refused(const char *line, int status, const char *message)
{
	assert_run(line, status, "");
	assert_non_null(strstr(captured_stderr, message));
}

static void what_cannot_be_written_is_refused(void **state)
{
	(void)state;
	write_file("a.csv", TABLE);
	assert_refused("convert --to csv --fields nonsense a.csv", 2,
		       "--fields takes names of groups and fields, not 'nonsense'");
	assert_refused("convert --to siftr --fields packet a.csv", 2,
		       "the format siftr has no room for --fields: choose csv or jsonl");
	write_file("plain.csv", NAMES "flowid\n5.000000,o," FLOW "7\n");
	assert_int_equal(run_command("convert --to csv plain.csv a.csv"), 4);
	assert_non_null(strstr(captured_stderr, "a.csv has the field seq, which the logs before it "
						"have not: name the fields with --fields"));
}

static void a_value_out_of_range_is_a_defect(void **state)
{
	(void)state;
	write_file("a.csv", NAMES "seq\n5.000000,o," FLOW "4294967296\n");
	assert_int_equal(run_command("convert --to csv a.csv"), 1);
	assert_non_null(strstr(captured_stderr, "no valid seq"));
}

#define FIELDS_TEST(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIELDS_TEST(fields_survive_every_table),
		FIELDS_TEST(texts_and_large_numbers_survive),
		FIELDS_TEST(fields_can_be_chosen),
		FIELDS_TEST(what_cannot_be_written_is_refused),
		FIELDS_TEST(a_value_out_of_range_is_a_defect),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
