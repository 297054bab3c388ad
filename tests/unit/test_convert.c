// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf convert` between the logs of SIFTR: what is written, messages, exit codes. */
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <siftr/array_size.h>

#include "../lib/command_line.h"
#include "../lib/findings.h"
#include "../lib/scratch.h"

/*
 * A log of SIFTR 1.2.4. In its first line srtt is 20 ms and rto 230 ms, in the units that the
 * header states by hz and tcp_rtt_scale.
 */
#define LOG_1_2                                                                                  \
	"enable_time_secs=1764193655\tenable_time_usecs=000123\tsiftrver=1.2.4\thz=1000\t"       \
	"tcp_rtt_scale=32\tsysname=FreeBSD\tsysver=1203000\tipmode=6\n"                          \
	"i,0x00000000,1764193655.100000,fd00:0:0:0:0:0:0:2,32291,fd00:0:0:0:0:0:0:3,5001,"       \
	"1073725440,14480,0,65536,66560,7,9,4,1448,640,1,1017,230,33304,208,66608,0,2896,0,"     \
	"305419896,63\n"                                                                         \
	"o,0x0a1b2c3d,1764193655.200000,10.1.1.2,32291,10.1.1.3,5001,2896,4344,0,65536,66560,0," \
	"0,5,1448,0,0,1017,1000,33304,208,66608,0,2896,3,0,0\n"                                  \
	"disable_time_secs=1764193664\tdisable_time_usecs=654321\tnum_inbound_tcp_pkts=3\t"      \
	"num_outbound_tcp_pkts=2\ttotal_tcp_pkts=5\tnum_inbound_skipped_pkts_malloc=1\t"         \
	"num_outbound_skipped_pkts_malloc=0\tnum_inbound_skipped_pkts_mtx=1\t"                   \
	"num_outbound_skipped_pkts_mtx=0\tnum_inbound_skipped_pkts_tcpcb=0\t"                    \
	"num_outbound_skipped_pkts_tcpcb=1\tnum_inbound_skipped_pkts_inpcb=0\t"                  \
	"num_outbound_skipped_pkts_inpcb=0\ttotal_skipped_tcp_pkts=3\t"                          \
	"flow_list=fd00:0:0:0:0:0:0:2;32291-fd00:0:0:0:0:0:0:3;5001,10.1.1.2;32291-10.1.1.3;"    \
	"5001,\n"
/* LOG_1_2 as SIFTR 1.3.0. Its second flow has no id, and gets 2, its number in the log. */
#define LOG_1_2_AS_1_3                                                                           \
	"enable_time_secs=1764193655\tenable_time_usecs=000123\tsiftrver=1.3.0\t"                \
	"sysname=FreeBSD\tsysver=1203000\tipmode=6\n"                                            \
	"i,1764193655.100000,fd00::2,32291,fd00::3,5001,1073725440,14480,0,65536,66560,7,9,4,"   \
	"1448,20000,1,1017,230000,33304,208,66608,0,2896,0,305419896,63\n"                       \
	"o,1764193655.200000,10.1.1.2,32291,10.1.1.3,5001,2896,4344,0,65536,66560,0,0,5,1448,0," \
	"0,1017,1000000,33304,208,66608,0,2896,3,2,0\n"                                          \
	"disable_time_secs=1764193664\tdisable_time_usecs=654321\tnum_inbound_tcp_pkts=3\t"      \
	"num_outbound_tcp_pkts=2\ttotal_tcp_pkts=5\tnum_inbound_skipped_pkts_malloc=2\t"         \
	"num_outbound_skipped_pkts_malloc=0\tnum_inbound_skipped_pkts_tcpcb=0\t"                 \
	"num_outbound_skipped_pkts_tcpcb=1\tnum_inbound_skipped_pkts_inpcb=0\t"                  \
	"num_outbound_skipped_pkts_inpcb=0\ttotal_skipped_tcp_pkts=3\tflow_list=fd00::2;"        \
	"32291-fd00::3;5001,10.1.1.2;32291-10.1.1.3;5001,\n"

static void assert_converted(const char *text, const char *expected)
{
	write_file("a.log", text);
	assert_int_equal(run_command("convert --to siftr a.log"), 0);
	assert_string_equal(captured_stdout, expected);
	assert_string_equal(captured_stderr, "");
}

static void a_log_of_1_3_is_the_same_again(void **state)
{
	(void)state;
	assert_converted(LOG, LOG);
	assert_converted(LOG LOG, LOG LOG);
	/*
	 * FreeBSD may write lines before the header, and two flows may share a flowid: both are
	 * kept.
	 */
	assert_converted(LINE_1 FREEBSD_HEADER FOOTER, LINE_1 FREEBSD_HEADER FOOTER);
	assert_converted(HEADER "o,1700000000.001000,10.0.0.1,443,192.168.100.20,51234,1,1,1,1,1,7,"
				"9,4,1,1,1,1,1,1,1,1,1,1,0,9,191\n"
				"o,1700000000.001000,10.0.0.1,443,192.168.100.20,51235,1,1,1,1,1,7,"
				"9,4,1,1,1,1,1,1,1,1,1,1,0,9,2\n" FOOTER,
			 HEADER "o,1700000000.001000,10.0.0.1,443,192.168.100.20,51234,1,1,1,1,1,7,"
				"9,4,1,1,1,1,1,1,1,1,1,1,0,9,191\n"
				"o,1700000000.001000,10.0.0.1,443,192.168.100.20,51235,1,1,1,1,1,7,"
				"9,4,1,1,1,1,1,1,1,1,1,1,0,9,2\n" FOOTER);
}

static void a_log_of_1_2_has_the_units_of_1_3(void **state)
{
	(void)state;
	assert_converted(LOG_1_2, LOG_1_2_AS_1_3);
	judge(LOG_1_2_AS_1_3, 0);
	assert_good();
}

static void several_logs_become_one(void **state)
{
	gzFile packed = gzopen("b.log", "w");

	(void)state;
	assert_int_equal(gzwrite(packed, LOG_1_2, strlen(LOG_1_2)), strlen(LOG_1_2));
	gzclose(packed);
	write_file("a.log", LOG);
	assert_int_equal(run_command("convert --to siftr -o all.log a.log b.log a.log"), 0);
	assert_string_equal(captured_stderr, "");
	assert_string_equal(captured_stdout, "");
	assert_file("all.log", LOG LOG_1_2_AS_1_3 LOG);
}

static void many_lines_and_flows_are_the_same_again(void **state)
{
	FILE *file = fopen("a.log", "w");
	size_t bytes, converted;
	char *text, *result;

	(void)state;
	fputs(HEADER, file);
	for (int i = 0; i < 20000; i++)
		fprintf(file,
			"%c,1700000000.%06d,%s%x,443,fe80::%x,%d,1,%d,1,1,1,7,9,4,1,1,1,1,1,1,1,1,"
			"1,1,0,%d,191\n",
			"io"[i % 2], i, i % 3 ? "2001:db8::" : "fd00::", i % 7000 + 1, i % 7000 + 2,
			1 + i % 7000, i, 1 + i % 7000);
	fputs(FOOTER, file);
	fclose(file);
	assert_int_equal(run_command("convert --to siftr -o b.log a.log"), 0);
	text = read_file("a.log", &bytes);
	result = read_file("b.log", &converted);
	assert_int_equal(bytes, converted);
	assert_memory_equal(text, result, bytes);
	free(text);
	free(result);
}

static void a_compressed_log_is_the_same_again(void **state)
{
	(void)state;
	write_file("a.log", LOG LOG);
	assert_int_equal(run_command("convert --to siftr --compress zstd -o b.zst a.log"), 0);
	assert_int_equal(run_command("check b.zst"), 0);
	assert_string_equal(captured_stdout, "b.zst: zstd: 2 runs, 6 lines, 4 flows: good\n");
	assert_int_equal(run_command("convert --to siftr --compress none b.zst"), 0);
	assert_string_equal(captured_stdout, LOG LOG);
	assert_int_equal(run_command("repair b.zst"), 0);
	assert_string_equal(captured_stdout, "b.zst: its frames are complete, nothing to repair\n");
}

static void what_there_is_of_a_killed_run_is_converted(void **state)
{
	(void)state;
	write_file("a.log", HEADER LINE_1 LINE_2);
	assert_int_equal(run_command("convert --to siftr a.log"), 1);
	assert_string_equal(captured_stdout, HEADER LINE_1 LINE_2);
	assert_string_equal(captured_stderr,
			    "siftr-bpf: a.log: the run that began in line 1 has no footer: "
			    "converted as far as it goes\n");
	write_file("a.log", HEADER LINE_1 "o,1700000");
	assert_int_equal(run_command("convert --to siftr a.log"), 1);
	assert_string_equal(captured_stdout, HEADER LINE_1);
	assert_non_null(strstr(captured_stderr, "a.log:3: truncated: "));
	write_file("a.log", LOG HEADER LINE_1 LOG);
	assert_int_equal(run_command("convert --to siftr a.log"), 1);
	assert_string_equal(captured_stdout, LOG HEADER LINE_1 LOG);
	assert_non_null(strstr(captured_stderr, "the run that began in line 6 has no footer"));
}

static void defects_are_named_and_left_out(void **state)
{
	(void)state;
	write_file("a.log", HEADER LINE_1 "what?\n" LINE_2 LINE_3 FOOTER);
	assert_int_equal(run_command("convert --to siftr a.log"), 1);
	assert_string_equal(captured_stdout, LOG);
	assert_non_null(strstr(captured_stderr, "a.log:3: a line of no kind, got 'what?'"));
	assert_non_null(strstr(captured_stderr, "a.log: lines with defects were left out"));
}

static void files_that_are_no_logs_exit_4(void **state)
{
	(void)state;
	write_file("a.log", "what?\n");
	write_file("b.log", LOG);
	assert_int_equal(run_command("convert --to siftr a.log b.log"), 4);
	assert_string_equal(captured_stdout, LOG);
	assert_non_null(strstr(captured_stderr, "a.log is not a SIFTR log"));
	write_file("a.log", "BZh91AY&SY");
	assert_int_equal(run_command("convert --to siftr a.log"), 4);
	assert_string_equal(captured_stderr,
			    "siftr-bpf: a.log is compressed (bzip2): use bzcat a.log | siftr-bpf "
			    "convert --to FORMAT -\n");
	assert_int_equal(run_command("convert --to siftr /nonexistent"), 4);
}

static void a_file_that_exists_is_not_overwritten(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	write_file("b.log", "mine\n");
	assert_int_equal(run_command("convert --to siftr -o b.log a.log"), 4);
	assert_string_equal(captured_stderr, "siftr-bpf: b.log exists already: name another file "
					     "for the converted log\n");
	assert_file("b.log", "mine\n");
	assert_int_equal(run_command("convert --to siftr -o a.log a.log"), 4);
	assert_file("a.log", LOG);
	assert_int_equal(symlink("c.log", "link"), 0);
	assert_int_equal(run_command("convert --to siftr -o link a.log"), 4);
	assert_false(file_exists("c.log"));
	assert_int_equal(run_command("convert --to siftr -o /dev/full a.log"), 1);
	assert_non_null(strstr(captured_stderr, "cannot write /dev/full: No space left"));
}

static void bad_usage_exits_2(void **state)
{
	static const char *const bad[][2] = {
		{"convert a.log", "convert needs --to FORMAT"},
		{"convert --to siftr", "at least one FILE"},
		{"convert --to what a.log", "--to takes siftr, siftr-1.2, "},
		{"convert --to siftr --ppl 2 a.log", "--ppl is not an option of convert"},
		{"check --to siftr a.log", "--to is not an option of check"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(run_command(bad[i][0]), 2);
		if (!strstr(captured_stderr, bad[i][1]))
			fail_msg("'%s' was answered with: %s", bad[i][0], captured_stderr);
	}
}

#define CONVERT_TEST(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONVERT_TEST(a_log_of_1_3_is_the_same_again),
		CONVERT_TEST(a_log_of_1_2_has_the_units_of_1_3),
		CONVERT_TEST(several_logs_become_one),
		CONVERT_TEST(many_lines_and_flows_are_the_same_again),
		CONVERT_TEST(a_compressed_log_is_the_same_again),
		CONVERT_TEST(what_there_is_of_a_killed_run_is_converted),
		CONVERT_TEST(defects_are_named_and_left_out),
		CONVERT_TEST(files_that_are_no_logs_exit_4),
		CONVERT_TEST(a_file_that_exists_is_not_overwritten),
		CONVERT_TEST(bad_usage_exits_2),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
