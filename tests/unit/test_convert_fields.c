// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf convert` of tables with captured fields: they are kept, chosen among, or left out. */
#include <unistd.h>

#include <siftr/array_size.h>

#include "convert/field_table.h"

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

#define JSON_NAME(value) OBJECT "\"faddr\":\"10.0.0.2\",\"fport\":4000,\"cc_name\":" value "}\n"
#define CSV_NAME(value)	 NAMES "cc_name\n5.000000,o," FLOW value "\n"

/* The same texts in JSON and in csv, where a value has quotes only if RFC 4180 demands them. */
static const struct {
	const char *json, *csv;
} texts[] = {
	{JSON_NAME("\"bbr\""), CSV_NAME("bbr")},
	{JSON_NAME("\"a b\""), CSV_NAME("a b")},
	{JSON_NAME("\"a,b\""), CSV_NAME("\"a,b\"")},
	{JSON_NAME("\"\\\"a\\\"\""), CSV_NAME("\"\"\"a\"\"\"")},
	{JSON_NAME("\"a\\\\b\""), CSV_NAME("a\\b")},
	{JSON_NAME("\"a\\u0009b\""), CSV_NAME("a\tb")},
	{JSON_NAME("\"\xc3\xa9\xf0\x9f\x98\x80\""), CSV_NAME("\xc3\xa9\xf0\x9f\x98\x80")},
	{JSON_NAME("\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\\\"\""),
	 CSV_NAME("\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"")},
};

static void texts_are_quoted_where_needed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		write_file("a.jsonl", texts[i].json);
		assert_run("convert --to csv --fields cc_name a.jsonl", 0, texts[i].csv);
		write_file("a.csv", texts[i].csv);
		assert_run("convert --to csv --fields cc_name a.csv", 0, texts[i].csv);
		assert_run("convert --to jsonl --fields cc_name a.csv", 0, texts[i].json);
	}
}

/*
 * A csv that siftr-bpf writes has a row in each line, even of a process that has the end of a line
 * in its name. It reads rows of other programs that go on in the next line.
 */
static void no_text_of_a_csv_has_the_end_of_a_line(void **state)
{
	(void)state;
	write_file("a.jsonl", JSON_NAME("\"\\u000a,\\u000d\\u000a\\\"\""));
	assert_run("convert --to csv --fields cc_name a.jsonl", 0, CSV_NAME("\"?,??\"\"\""));
	write_file("a.csv", CSV_NAME("\"a\nb\r\""));
	assert_run("convert --to csv --fields cc_name a.csv", 0, CSV_NAME("a?b?"));
	assert_run("convert --to jsonl --fields cc_name a.csv", 0,
		   JSON_NAME("\"a\\u000ab\\u000d\""));
}

/* Other programs may spell a text in ways in which siftr-bpf does not write it, but reads it. */
static void texts_are_read_however_they_are_quoted(void **state)
{
	static const char quoted[] =
		"\"time\",\"direction\",\"laddr\",\"lport\",\"faddr\",\"fport\",\"my \"\"own\"\"\","
		"\"cc_name\"\n\"5.000000\",\"o\",\"10.0.0.1\",\"80\",\"10.0.0.2\",\"4000\","
		"\"a, \"\"b\"\"\nc\",\"bbr\"\n";

	(void)state;
	write_file("a.jsonl", JSON_NAME("\"\\u0061\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\""));
	assert_run("convert --to jsonl --fields cc_name a.jsonl", 0,
		   JSON_NAME("\"a/\\u0008\\u000c\\u000a\\u000d\\u0009\xc3\xa9\xf0\x9f\x98\x80\""));
	write_file("a.csv", quoted);
	assert_run("convert --to csv --fields cc_name a.csv", 0, CSV_NAME("bbr"));
}

/* csv and JSON are written in UTF-8, but a name that was cut short may end within a character. */
static void what_is_not_utf_8_becomes_a_question_mark(void **state)
{
	(void)state;
	write_file("a.csv", CSV_NAME("\xff\"\xc3"));
	assert_int_equal(run_command("convert --to csv a.csv"), 1);
	write_file("a.csv", CSV_NAME("\xff"
				     "a\xed\xa0\x80\xc3"));
	assert_run("convert --to csv --fields cc_name a.csv", 0, CSV_NAME("?a????"));
	assert_run("convert --to jsonl --fields cc_name a.csv", 0, JSON_NAME("\"?a????\""));
}

static void malformed_quotes_cost_one_row(void **state)
{
	static const char *const values[] = {"\"a", "\"a\"b", "a\"b", "\"a\"\"",
					     "\"0123456789abcdef\""};
	char table[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		snprintf(table, sizeof(table), "%s5.000000,o,%s%s\n6.500000,i,%sok\n",
			 NAMES "cc_name\n", FLOW, values[i], FLOW);
		write_file("a.csv", table);
		assert_run("convert --to csv --fields cc_name a.csv", 1,
			   NAMES "cc_name\n6.500000,i," FLOW "ok\n");
	}
}

static void malformed_strings_cost_one_row(void **state)
{
	static const char *const values[] = {"\\",
					     "\\x",
					     "\\u12",
					     "\\u0000",
					     "\\ud800",
					     "\\ude00x",
					     "\\ud800\\u0041",
					     "\t",
					     "0123456789abcdef"};
	char table[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		snprintf(table, sizeof(table),
			 OBJECT "\"faddr\":\"10.0.0.2\",\"fport\":4000,\"cc_name\":\"%s\"}\n%s",
			 values[i], JSON_NAME("\"ok\""));
		write_file("a.jsonl", table);
		assert_run("convert --to csv --fields cc_name a.jsonl", 1, CSV_NAME("ok"));
	}
}

/*
 * A value for each field: a bound of the groups of digits that are formatted together, or, if that
 * is too large for the field's type, the greatest number of the type.
 */
static unsigned long long value_of(unsigned int field)
{
	static const unsigned long long values[] = {
		0,
		9999,
		10000,
		99999999,
		100000000,
		4294967295,
		4294967296,
		9999999999999999,
		10000000000000000,
		18446744073709551615U,
	};
	unsigned long long max = ~0ULL >> (64 - 8 * field_table[field].bytes);
	unsigned long long value = values[field % ARRAY_SIZE(values)];

	return value < max ? value : max;
}

static void every_field_survives_both_tables(void **state)
{
	char table[16384] = NAMES, row[8192] = "5.000000,o," FLOW, *line = table + strlen(table),
	     *cells = row + strlen(row);

	(void)state;
	for (unsigned int field = 0; field < SIFTR_FIELDS; field++) {
		if (!field_table[field].bytes)
			continue;
		line += sprintf(line, "%s,", field_table[field].name);
		cells += field_table__is_text(&field_table[field])
				 ? sprintf(cells, "text,")
				 : sprintf(cells, "%llu,", value_of(field));
	}
	line[-1] = cells[-1] = '\n';
	strcat(table, row);
	write_file("a.csv", table);
	assert_run("convert --to jsonl --fields -siftr -o a.jsonl a.csv", 0, "");
	assert_run("convert --to csv --fields -siftr a.jsonl", 0, table);
	assert_run("convert --to csv --fields -siftr a.csv", 0, table);
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

static void a_table_with_the_fields_becomes_a_log_of_a_kernel_module(void **state)
{
	static const char table[] =
		NAMES "snd_wnd,srtt,snd_una,snd_nxt,cwnd_segs,current_ssthresh,offered_wnd,"
		      "mss_cache,skb_len,skc_state\n"
		      "5.000000,o," FLOW "500,20000,1,2,10,2147483647,600,1448,7,1\n"
		      "6.500000,i," FLOW "500,,1,2,10,20,600,1448,32,1\n";

	(void)state;
	write_file("a.csv", table);
	assert_run("convert --to ttprobe a.csv", 0,
		   "o,5.000000," FLOW "0,1448,20000,14480,4294967295,500,600,1,1,2,7\n"
		   "i,6.500000," FLOW "1,1448,0,14480,28960,500,600,1,1,2,32\n");
	/* tcp_probe has only received packets. Its time counts from the first row of the table. */
	assert_run("convert --to tcp_probe a.csv", 0,
		   "1.500000000 10.0.0.1:80 10.0.0.2:4000 32 0x2 0x1 10 20 500 0 600\n");
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
	assert_refused("convert --to ttprobe a.csv", 4,
		       "a.csv has no snd_wnd, which ttprobe needs: nothing was converted");
	write_file("b.csv", NAMES "snd_wnd,snd_una,snd_nxt\n5.000000,i," FLOW "5,1,2\n");
	assert_refused("convert --to tcp_probe b.csv", 4,
		       "b.csv has no skb_len, which tcp_probe needs: nothing was converted");
	write_file("c.csv", NAMES "snd_wnd,skb_len,snd_nxt,snd_una,cwnd_segs,offered_wnd,"
				  "current_ssthresh\n5.000000,i," FLOW "5,,2,2,2,2,2\n");
	assert_refused("convert --to tcp_probe c.csv", 1,
		       "c.csv: 1 row left out: no skb_len, which tcp_probe needs");
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
		FIELDS_TEST(texts_are_quoted_where_needed),
		FIELDS_TEST(no_text_of_a_csv_has_the_end_of_a_line),
		FIELDS_TEST(texts_are_read_however_they_are_quoted),
		FIELDS_TEST(what_is_not_utf_8_becomes_a_question_mark),
		FIELDS_TEST(malformed_quotes_cost_one_row),
		FIELDS_TEST(malformed_strings_cost_one_row),
		FIELDS_TEST(every_field_survives_both_tables),
		FIELDS_TEST(fields_can_be_chosen),
		FIELDS_TEST(a_table_with_the_fields_becomes_a_log_of_a_kernel_module),
		FIELDS_TEST(what_cannot_be_written_is_refused),
		FIELDS_TEST(a_value_out_of_range_is_a_defect),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
