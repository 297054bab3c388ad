// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf convert` to and from csv and jsonl, and what is lost between the formats. */
#include <unistd.h>

#include <siftr/array_size.h>

#include "../lib/command_line.h"
#include "../lib/findings.h"
#include "../lib/sample_siftr2.h"
#include "../lib/scratch.h"

#define NAMES                                                                                  \
	"time,direction,laddr,lport,faddr,fport,snd_ssthresh,snd_cwnd,t_flags2,snd_wnd,"       \
	"rcv_wnd,snd_scale,rcv_scale,conn_state,max_seg_size,srtt,sack_enabled,t_flags,rto,"   \
	"snd_buf_hiwater,snd_buf_cc,rcv_buf_hiwater,rcv_buf_cc,sent_inflight_bytes,t_segqlen," \
	"flowid,flowtype\n"
/*
 * LINE_1 to LINE_3 of sample_log.h as rows of a table. The flow of the second has no RTT yet: its
 * srtt is empty instead of 0.
 */
#define ROW_1                                                                                    \
	"1700000000.001000,o,10.0.0.1,443,192.168.100.20,51234,1073725440,14480,34,65535,63740," \
	"7,9,4,1460,25000,1,996,204000,87040,4344,131072,100,2896,0,305419896,191\n"
#define ROW_2                                                                                    \
	"1700000001.000001,i,2001:db8::1,22,fe80::a00:27ff:fe4e:66a1,60000,4284,5712,0,28800,0," \
	"0,14,10,1428,,0,4294967295,1000000,16384,1100,2304,13,1101,2,1,191\n"
#define ROW_3                                                                                    \
	"1700000001.500000,i,10.0.0.1,443,192.168.100.20,51234,1073725440,14480,34,65535,63740," \
	"7,9,4,1460,25000,1,996,204000,87040,4344,131072,100,2896,0,305419896,191\n"

/* A table has no header and footer: these are made of its rows. */
#define MADE_HEADER                                                                                \
	"enable_time_secs=1700000000\tenable_time_usecs=001000\tsiftrver=1.3.0\tsysname=unknown\t" \
	"sysver=0\tipmode=6\n"
#define MADE_FOOTER                                                                               \
	"disable_time_secs=1700000001\tdisable_time_usecs=500000\tnum_inbound_tcp_pkts=2\t"       \
	"num_outbound_tcp_pkts=1\ttotal_tcp_pkts=3\tnum_inbound_skipped_pkts_malloc=0\t"          \
	"num_outbound_skipped_pkts_malloc=0\tnum_inbound_skipped_pkts_tcpcb=0\t"                  \
	"num_outbound_skipped_pkts_tcpcb=0\tnum_inbound_skipped_pkts_inpcb=0\t"                   \
	"num_outbound_skipped_pkts_inpcb=0\ttotal_skipped_tcp_pkts=0\tflow_list=" TUPLE_1 TUPLE_2 \
	"\n"

static void assert_run(const char *line, int status, const char *expected)
{
	int got = run_command(line);

	if (got != status)
		fail_msg("exit status %d: %s", got, captured_stderr);
	assert_string_equal(captured_stdout, expected);
}

static void a_log_becomes_a_table(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	assert_run("convert --to csv a.log", 0, NAMES ROW_1 ROW_2 ROW_3);
	assert_run("convert --to csv a.log a.log", 0, NAMES ROW_1 ROW_2 ROW_3 ROW_1 ROW_2 ROW_3);
	write_file("a.log", LOG LOG);
	assert_run("convert --to csv a.log", 0, NAMES ROW_1 ROW_2 ROW_3 ROW_1 ROW_2 ROW_3);
}

static void a_table_becomes_a_log(void **state)
{
	static const char *const formats[] = {"csv", "jsonl"};
	char line[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		write_file("a.log", LOG);
		snprintf(line, sizeof(line), "convert --to %s -o table a.log", formats[i]);
		assert_run(line, 0, "");
		assert_run("convert --to siftr table", 0,
			   MADE_HEADER LINE_1 LINE_2 LINE_3 MADE_FOOTER);
		assert_run("convert --to csv table", 0, NAMES ROW_1 ROW_2 ROW_3);
		unlink("table");
	}
	judge(MADE_HEADER LINE_1 LINE_2 LINE_3 MADE_FOOTER, 1);
	assert_good();
}

/*
 * Other programs may write the columns in another order, more columns, quotes, blanks, or fewer
 * digits of a fraction.
 */
static void tables_of_other_programs_are_read(void **state)
{
	(void)state;
	write_file("a.csv", "time,mine,direction,laddr,lport,faddr,fport,snd_cwnd\n"
			    "5.25,x,i,10.0.0.1,1,10.0.0.2,2,14480\n");
	assert_run("convert --to csv a.csv", 0,
		   NAMES "5.250000,i,10.0.0.1,1,10.0.0.2,2,,14480,,,,,,,,,,,,,,,,,,,\n");
	write_file(
		"a.jsonl",
		"{\"time\":5, \"snd_cwnd\" : \"14480\",\"rto\":null,\"mine\":true,\"laddr\":"
		"\"10.0.0.1\",\"lport\":1,\"faddr\":\"10.0.0.2\",\"fport\":2,\"direction\":\"i\"}\n");
	assert_run("convert --to csv a.jsonl", 0,
		   NAMES "5.000000,i,10.0.0.1,1,10.0.0.2,2,,14480,,,,,,,,,,,,,,,,,,,\n");
}

static void what_a_format_needs_and_a_table_lacks_is_named(void **state)
{
	(void)state;
	write_file("a.csv", "time,direction,laddr,lport,faddr,fport,snd_cwnd\n"
			    "5.25,i,10.0.0.1,1,10.0.0.2,2,14480\n");
	assert_run("convert --to siftr a.csv", 4, "");
	assert_string_equal(captured_stderr, "siftr-bpf: a.csv has no snd_ssthresh, which siftr "
					     "needs: nothing was converted\n");
	write_file("a.csv", NAMES ROW_1 "1700000001.000001,i,2001:db8::1,22,"
					"fe80::a00:27ff:fe4e:66a1,60000,4284,,0,28800,0,0,14,10,"
					"1428,,0,1,1,1,1,2,13,1,2,1,191\n" ROW_3);
	assert_int_equal(run_command("convert --to siftr a.csv"), 1);
	assert_string_equal(captured_stderr, "siftr-bpf: a.csv: 1 row left out: no snd_cwnd, "
					     "which siftr needs\n");
	assert_non_null(strstr(captured_stdout, LINE_1 LINE_3));
	write_file("a.log", SIFTR2_LOG);
	assert_run("convert --to siftr a.log", 4, "");
	assert_string_equal(captured_stderr, "siftr-bpf: a.log has no conn_state, which siftr "
					     "needs: nothing was converted\n");
}

static void siftr2_becomes_a_table(void **state)
{
	(void)state;
	write_file("a.log", SIFTR2_LOG);
	assert_int_equal(run_command("convert --to csv a.log"), 0);
	/* Without --fields the table has, after the columns, all fields that siftr2 has. */
	assert_non_null(strstr(captured_stdout, ",2491399585,,70000,cubic,0\n"));
	assert_non_null(strstr(captured_stdout, ",flowid,flowtype,payload_len,cc_name,pipe\n"));
	assert_run("convert --to csv --fields siftr a.log", 0,
		   NAMES
		   "1764193655.005123,i,10.1.1.2,32291,10.1.1.3,5001,1073725440,14480,2,65536,"
		   "66560,6,14,,1448,20000,1,482,230000,33304,208,66608,0,,0,2491399585,\n"
		   "1764193655.012123,o,fd00::2,40000,fd00::3,443,1073725440,15928,2,65536,66560,"
		   "7,9,,1440,20001,0,482,230000,33304,208,66608,0,,0,42,\n"
		   "1764193655.019123,o,10.1.1.2,32291,10.1.1.3,5001,2896,17376,34,4294967295,0,6,"
		   "14,,1448,20002,1,996,1000000,33304,208,66608,1,,7,2491399585,\n");
}

/*
 * Conversion to SIFTR 1.2.4 and back rounds: 1.2.4 has no t_flags2, and counts srtt in units of
 * 31.25 us and rto in milliseconds.
 */
static void the_way_by_1_2_rounds(void **state)
{
	char *text = edited(LOG, ",34,", ",0,"), *exact = edited(text, ",34,", ",0,"), *odd;

	(void)state;
	write_file("a.log", exact);
	assert_run("convert --to siftr-1.2 -o b.log a.log", 0, "");
	assert_run("convert --to siftr b.log", 0, exact);
	unlink("b.log");
	odd = edited(exact, ",25000,1,996,204000,", ",25030,1,996,204999,");
	write_file("a.log", odd);
	assert_run("convert --to siftr-1.2 -o b.log a.log", 0, "");
	assert_run("convert --to siftr b.log", 0, exact);
	free(text);
	free(exact);
	free(odd);
}

static void lines_that_are_no_rows_are_named(void **state)
{
	static const char *const bad[][2] = {
		{"1.0,i,10.0.0.1,1,10.0.0.2\n", "a.csv:2: another number of values"},
		{"1.0,i,10.0.0.1,1,10.0.0.2,2,3,4\n", "a.csv:2: another number of values"},
		{"1.0000000,i,10.0.0.1,1,10.0.0.2,2,3\n", "a.csv:2: no valid time"},
		{"x,i,10.0.0.1,1,10.0.0.2,2,3\n", "a.csv:2: no valid time"},
		{"1.0,x,10.0.0.1,1,10.0.0.2,2,3\n", "a.csv:2: no valid direction"},
		{"1.0,i,10.0.0.1,1,fe80::1,2,3\n", "a.csv:2: no valid laddr"},
		{"1.0,i,10.0.0.1,65536,10.0.0.2,2,3\n", "a.csv:2: no valid laddr"},
		{"1.0,i,10.0.0.1,1,10.0.0.2,2,4294967296\n", "a.csv:2: no valid snd_cwnd"},
		{"1.0,i,10.0.0.1,1,10.0.0.2,2,1.5\n", "a.csv:2: no valid snd_cwnd"},
		{"1.0,i,10.0.0.1,1,10.0.0.2,2", "a.csv:2: truncated: "},
		{"\n", "a.csv:2: another number of values"},
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(text, sizeof(text), "time,direction,laddr,lport,faddr,fport,snd_cwnd\n%s",
			 bad[i][0]);
		write_file("a.csv", text);
		assert_int_equal(run_command("convert --to csv a.csv"), 1);
		if (!strstr(captured_stderr, bad[i][1]))
			fail_msg("'%s' was answered with: %s", bad[i][0], captured_stderr);
	}
	write_file("a.csv", "time,laddr,lport,faddr,fport,snd_cwnd\n");
	assert_run("convert --to csv a.csv", 4, "");
	assert_non_null(strstr(captured_stderr, "a.csv:1: not the names of columns"));
	write_file("a.csv", "{\"time\":1.0,\"direction\":[]}\n{\"time\":1.0\n");
	assert_int_equal(run_command("convert --to csv a.csv"), 1);
	assert_non_null(strstr(captured_stderr, "a.csv:1: not an object of values"));
	assert_non_null(strstr(captured_stderr, "a.csv:2: not an object of values"));
}

static void check_does_not_check_tables(void **state)
{
	(void)state;
	write_file("a.csv", NAMES ROW_1);
	assert_run("check a.csv", 4, "");
	assert_non_null(strstr(captured_stderr, "a.csv is a table (csv): only logs of SIFTR "));
	assert_int_equal(run_command("repair a.csv"), 4);
	assert_file("a.csv", NAMES ROW_1);
}

#define TABLE_TEST(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

/*
 * Writes `mark`, a byte order mark or nothing, and then `text` with "\r\n" for each '\n' to the
 * file.
 */
static void write_windows_file(const char *name, const char *mark, const char *text)
{
	FILE *file = fopen(name, "w");

	fputs(mark, file);
	for (; *text; text++) {
		if (*text == '\n')
			fputc('\r', file);
		fputc(*text, file);
	}
	fclose(file);
}

static void files_of_windows_are_converted_but_not_repaired(void **state)
{
	static const char *const marks[] = {"", "\xef\xbb\xbf"};
	char *before, *after;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		write_windows_file("a.log", marks[i], LOG);
		assert_run("convert --to siftr a.log", 0, LOG);
		write_windows_file("a.csv", marks[i], NAMES ROW_1 ROW_2 ROW_3);
		assert_run("convert --to csv a.csv", 0, NAMES ROW_1 ROW_2 ROW_3);
		write_file("b.log", LOG);
		for (int to = 0; to < 2; to++) {
			static const char *const formats_to[] = {"jsonl", "siftr-1.2"};
			char line[64], *text;

			snprintf(line, sizeof(line), "convert --to %s b.log", formats_to[to]);
			assert_int_equal(run_command(line), 0);
			text = strdup(captured_stdout);
			write_windows_file("c", marks[i], text);
			snprintf(line, sizeof(line), "convert --to %s c", formats_to[to]);
			assert_run(line, 0, text);
			free(text);
		}
		before = read_file("a.log", NULL);
		assert_int_equal(run_command("repair a.log"), 4);
		after = read_file("a.log", NULL);
		assert_string_equal(before, after);
		free(before);
		free(after);
		assert_int_equal(run_command("check a.log"), 4);
		assert_non_null(strstr(captured_stderr, i ? "begins with a byte order mark"
							  : "has CR LF line ends"));
	}
}

static void siftr2_of_windows_is_converted_as_without_returns(void **state)
{
	static const char *const marks[] = {"", "\xef\xbb\xbf"};
	char *expected;

	(void)state;
	write_file("a.log", SIFTR2_LOG);
	assert_int_equal(run_command("convert --to csv a.log"), 0);
	expected = strdup(captured_stdout);
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		write_windows_file("a.log", marks[i], SIFTR2_LOG);
		assert_run("convert --to csv a.log", 0, expected);
		assert_run("check a.log", 4, "");
	}
	free(expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TABLE_TEST(a_log_becomes_a_table),
		TABLE_TEST(a_table_becomes_a_log),
		TABLE_TEST(tables_of_other_programs_are_read),
		TABLE_TEST(what_a_format_needs_and_a_table_lacks_is_named),
		TABLE_TEST(siftr2_becomes_a_table),
		TABLE_TEST(the_way_by_1_2_rounds),
		TABLE_TEST(lines_that_are_no_rows_are_named),
		TABLE_TEST(check_does_not_check_tables),
		TABLE_TEST(files_of_windows_are_converted_but_not_repaired),
		TABLE_TEST(siftr2_of_windows_is_converted_as_without_returns),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
