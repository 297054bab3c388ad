// SPDX-License-Identifier: BSD-2-Clause
/*
 * What `siftr-bpf convert` reads that is longer than usual or in another order, and times that a
 * format cannot write.
 */
#include <siftr/array_size.h>

#include "format/format.h"
#include "format/selection.h"
#include "read/buffered_reader.h"

#include "../lib/command_line.h"
#include "../lib/findings.h"
#include "../lib/sample_siftr2.h"
#include "../lib/scratch.h"

#define NAMES "time,direction,laddr,lport,faddr,fport,"
#define FLOW  "10.0.0.1,80,10.0.0.2,4000,"

static void assert_run(const char *line, int status, const char *expected)
{
	int got = run_command(line);

	if (got != status)
		fail_msg("%s: exit status %d: %s", line, got, captured_stderr);
	assert_string_equal(captured_stdout, expected);
}

/* FreeBSD's names of a stack have up to 31 characters; the reader and the log have room for 63. */
static void a_long_name_of_a_stack_is_kept(void **state)
{
	char *log = edited(SIFTR2_LOG, ",rack,", ",rack_with_a_name_of_31_letters,");

	(void)state;
	write_file("a.log", log);
	assert_int_equal(run_command("check a.log"), 0);
	assert_int_equal(run_command("convert --to siftr2 a.log"), 0);
	assert_string_equal(captured_stderr, "");
	assert_non_null(strstr(captured_stdout, ",rack_with_a_name_of_31_letters,cubic,1448,"));
	free(log);
	log = edited(SIFTR2_LOG, ",rack,",
		     ",aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg,");
	write_file("a.log", log);
	free(log);
	assert_int_equal(run_command("convert --to siftr2 a.log"), 0);
	assert_non_null(strstr(captured_stdout, "eeffffffffffggg,cubic,1448,"));
}

static void times_before_the_first_row_are_reported(void **state)
{
	static const char table[] = NAMES
		"snd_wnd,srtt,snd_una,snd_nxt,cwnd_segs,current_ssthresh,offered_wnd,skb_len\n"
		"5.000000,i," FLOW "500,,1,2,10,20,600,32\n"
		"3.000000,i," FLOW "500,,1,2,10,20,600,32\n"
		"4.999999,i," FLOW "500,,1,2,10,20,600,32\n";

	(void)state;
	write_file("a.csv", table);
	assert_run("convert --to tcp_probe a.csv", 1,
		   "0.000000000 10.0.0.1:80 10.0.0.2:4000 32 0x2 0x1 10 20 500 0 600\n"
		   "0.000000000 10.0.0.1:80 10.0.0.2:4000 32 0x2 0x1 10 20 500 0 600\n"
		   "0.000000000 10.0.0.1:80 10.0.0.2:4000 32 0x2 0x1 10 20 500 0 600\n");
	assert_string_equal(captured_stderr,
			    "siftr-bpf: a.csv: 2 rows are earlier than the run's beginning or "
			    "first row, which tcp_probe cannot say: the time written is not "
			    "theirs; sort a table by time first\n");
}

/* Members in another order, as of programs that sort the names. */
static void a_row_of_jsonl_need_not_begin_with_the_time(void **state)
{
	(void)state;
	write_file("a.jsonl", "{\"direction\":\"i\",\"faddr\":\"10.0.0.2\",\"fport\":2,"
			      "\"laddr\":\"10.0.0.1\",\"lport\":1,\"srtt\":7,\"time\":5.000001}\n");
	assert_run("convert --to csv --fields srtt a.jsonl", 0,
		   "time,direction,laddr,lport,faddr,fport,srtt\n"
		   "5.000001,i,10.0.0.1,1,10.0.0.2,2,7\n");
}

/* The widest row of every format that convert reads fits the window in which a line is looked for.
 */
static void the_longest_lines_are_read(void **state)
{
	static const struct format *const tables[] = {&format_csv, &format_jsonl};
	static struct selection all;
	static char row[READER_WINDOW_BYTES];
	__u64 present[ROW_FIELDS_MAX / 64];

	(void)state;
	memset(present, 0xff, sizeof(present));
	selection__columns_and(&all, present);
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		struct format format = *tables[i];

		format.select(&format, &all);
		assert_true(format.line_max < READER_WINDOW_BYTES);
		assert_true(format__header_max(&format) < READER_WINDOW_BYTES);
	}
	snprintf(row, sizeof(row),
		 "{\"time\":5.000001,\"direction\":\"i\",\"laddr\":\"10.0.0.1\",\"lport\":1,"
		 "\"faddr\":\"10.0.0.2\",\"fport\":2,\"other\":\"%016000d\",\"srtt\":7}\n",
		 0);
	write_file("a.jsonl", row);
	assert_run("convert --to csv --fields srtt a.jsonl", 0,
		   "time,direction,laddr,lport,faddr,fport,srtt\n"
		   "5.000001,i,10.0.0.1,1,10.0.0.2,2,7\n");
}

#define LIMITS_TEST(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIMITS_TEST(a_long_name_of_a_stack_is_kept),
		LIMITS_TEST(times_before_the_first_row_are_reported),
		LIMITS_TEST(a_row_of_jsonl_need_not_begin_with_the_time),
		LIMITS_TEST(the_longest_lines_are_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
