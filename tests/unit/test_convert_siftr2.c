// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf convert --to siftr2` keeps each rule that the published readers of siftr2 rely on, and
 * writes a log of siftr2 as it was, but for packets that had no line.
 */
#include <stdio.h>
#include <unistd.h>

#include "../lib/command_line.h"
#include "../lib/sample_siftr2.h"
#include "../lib/scratch.h"

#define NAMES                                                                             \
	"time,direction,laddr,lport,faddr,fport,snd_ssthresh,snd_cwnd,snd_wnd,rcv_wnd,"   \
	"snd_scale,rcv_scale,max_seg_size,srtt,sack_enabled,t_flags,rto,snd_buf_hiwater," \
	"snd_buf_cc,rcv_buf_hiwater,rcv_buf_cc,t_segqlen,flowid,payload_len,pipe,cc_name\n"
#define FLOW	       ",o,10.0.0.1,80,10.0.0.2,4000,"
#define OTHER	       ",i,10.0.0.1,80,10.0.0.3,4000,"
#define STATE	       "1,2,3,4,7,9,"
#define REST	       ",5,1,6,7,8,9,10,11,0,"
#define ROW(time, mss) time FLOW STATE mss REST "42,100,200,cubic\n"
#define LINE(ms)       "0000002a,o," ms ",2,1,5,64,3,4,6,0,7,8,9,a,b,c8,0\n"

static void convert(const char *table, int status)
{
	int got;

	unlink("a.log");
	write_file("a.csv", table);
	got = run_command("convert --to siftr2 -o a.log a.csv");
	if (got != status)
		fail_msg("exit status %d: %s", got, captured_stderr);
}

static void assert_check_is_good(void)
{
	char *log = read_file("a.log", NULL);

	if (run_command("check a.log"))
		fail_msg("check of\n%s\nsays %s", log, captured_stderr);
	free(log);
}

/* Converts the table and compares what follows the header of the log with `expected`. */
static void assert_log(const char *table, const char *expected)
{
	char *log;

	convert(table, 0);
	log = read_file("a.log", NULL);
	assert_string_equal(strchr(log, '\n') + 1, expected);
	free(log);
	assert_check_is_good();
}

#define FOOTER(time, flows, longest)                                                    \
	"disable_time_secs=" time "\tdisable_time_usecs=000000\tglobal_flow_cnt=" flows \
	"\tring_drops=0\tmax_str_size=" longest "\tgen_flowid_cnt=0\tflow_list="
#define LISTED(mss, lines) \
	"0000002a,4,10.0.0.1,80,10.0.0.2,4000,linux,cubic," mss ",1,7,9," lines "," lines ";"

static void a_table_becomes_a_log(void **state)
{
	(void)state;
	assert_log(NAMES ROW("5.000000", "1448"),
		   LINE("0") FOOTER("5", "1", "45") LISTED("1448", "1") "\n");
}

static void no_line_is_earlier_than_the_first(void **state)
{
	(void)state;
	char *log;

	convert(NAMES ROW("5.700000", "1448") ROW("5.690000", "1448") ROW("6.000000", "1448"), 1);
	assert_string_equal(captured_stderr,
			    "siftr-bpf: a.csv: 1 row is earlier than the run's beginning or first "
			    "row, which siftr2 cannot say: the time written is not theirs; sort "
			    "a table by time first\n");
	log = read_file("a.log", NULL);
	assert_string_equal(strchr(log, '\n') + 1,
			    LINE("0") LINE("0") LINE("12c") FOOTER("6", "1", "47")
				    LISTED("1448", "3") "\n");
	free(log);
	assert_check_is_good();
}

static void the_time_saturates(void **state)
{
	(void)state;
	assert_log(NAMES ROW("5.000000", "1448") ROW("5000005.000000", "1448"),
		   LINE("0") LINE("ffffffff") FOOTER("5000005", "1", "52")
			   LISTED("1448", "2") "\n");
}

static void an_mss_is_never_zero(void **state)
{
	(void)state;
	assert_log(NAMES ROW("5.000000", "0"),
		   LINE("0") FOOTER("5", "1", "45") LISTED("536", "1") "\n");
}

/* Logs of FreeBSD have several flows with one id, and 0 for a flow whose id is not known. */
static void ids_are_unique_and_not_zero(void **state)
{
	char *log;

	(void)state;
	convert(NAMES ROW("5.000000", "1448") "5.100000" OTHER STATE "1448" REST "42,0,200,reno\n"
					      "5.200000" OTHER STATE "1448" REST "0,0,200,reno\n"
					      "5.300000" OTHER STATE "1448" REST "42,0,200,reno\n",
		0);
	log = read_file("a.log", NULL);
	assert_non_null(strstr(log, "\n0000002a,o,0,"));
	assert_non_null(strstr(log, "\n0000002b,i,64,"));
	assert_non_null(strstr(log, "\n00000001,i,c8,"));
	assert_non_null(strstr(log, "\n0000002b,i,12c,"));
	/* The flow list begins with the flows that have the fewest lines. */
	assert_non_null(strstr(log, "\tglobal_flow_cnt=3\t"));
	assert_non_null(strstr(log, "\tgen_flowid_cnt=2\tflow_list=0000002a,"));
	assert_non_null(strstr(log, ",1,1;00000001,4,"));
	assert_non_null(strstr(log, ",1,1;0000002b,4,"));
	assert_non_null(strstr(log, ",2,2;\n"));
	free(log);
	assert_check_is_good();
}

static void a_log_of_siftr2_comes_out_as_it_went_in(void **state)
{
	char *log, *from;

	(void)state;
	write_file("a.log", SIFTR2_LOG);
	assert_int_equal(run_command("convert --to siftr2 -o b.log a.log"), 0);
	log = read_file("b.log", NULL);
	/* The flow's count of packets is 1, not 4: those that ppl left out have no lines. */
	from = strstr(log, "0,7,9,1,1;");
	assert_non_null(from);
	from[8] = '4';
	assert_string_equal(log, SIFTR2_LOG);
	free(log);
	unlink("b.log");
}

/* Returns the sample log, which the caller frees, with other counts in its footer. */
static char *log_with_drops(void)
{
	char *log = strdup(SIFTR2_LOG), *with = NULL, *footer = strstr(log, "ring_drops=0\t");

	assert_non_null(footer);
	*footer = '\0';
	footer += strlen("ring_drops=0\t");
	assert_true(asprintf(&with, "%sring_drops=17\t%s", log, footer) > 0);
	free(log);
	footer = strstr(with, "gen_flowid_cnt=0");
	assert_non_null(footer);
	footer[strlen("gen_flowid_cnt=")] = '1';
	return with;
}

static void packets_that_siftr2_could_not_log_stay_counted(void **state)
{
	char *log = log_with_drops();

	(void)state;
	write_file("a.log", log);
	free(log);
	assert_int_equal(run_command("convert --to siftr2 a.log"), 0);
	/* The ids are those of the log: none is made. */
	assert_non_null(
		strstr(captured_stdout, "\tring_drops=17\tmax_str_size=82\tgen_flowid_cnt=0\t"));
}

static void text_and_binary_turn_into_each_other(void **state)
{
	char *log;
	size_t bytes;

	(void)state;
	write_file("a.log", SIFTR2_LOG);
	assert_int_equal(run_command("convert --to siftr2 -o b.log a.log"), 0);
	assert_int_equal(run_command("convert --to siftr2-binary -o c.log b.log"), 0);
	assert_int_equal(run_command("check c.log"), 0);
	log = read_file("c.log", &bytes);
	/* The log is its header, three records of 72 bytes, a newline and the footer. */
	assert_memory_equal(log, SIFTR2_HEADER_OF("binary"), strlen(SIFTR2_HEADER_OF("binary")));
	assert_memory_equal(log + strlen(SIFTR2_HEADER_OF("binary")) + 3 * 72,
			    "\ndisable_time_secs=", 19);
	free(log);
	log = read_file("b.log", NULL);
	assert_int_equal(run_command("convert --to siftr2 c.log"), 0);
	assert_string_equal(captured_stdout, log);
	free(log);
	assert_int_equal(run_command("convert --to siftr2-binary --compress zstd -o c.zst c.log"),
			 0);
	assert_int_equal(run_command("check c.zst"), 0);
	assert_int_equal(run_command("convert --to siftr2 c.zst"), 0);
	log = read_file("b.log", NULL);
	assert_string_equal(captured_stdout, log);
	free(log);
}

static void a_footer_too_long_for_a_reader_is_reported(void **state)
{
	char *table = NULL;
	size_t bytes;
	FILE *file = open_memstream(&table, &bytes);

	(void)state;
	fputs(NAMES, file);
	for (unsigned int flow = 1; flow <= 70; flow++)
		fprintf(file,
			"5.%06u,o,10.0.0.1,80,10.0.0.2,%u," STATE "1448" REST "%u,100,200,cubic\n",
			flow, flow, flow);
	fclose(file);
	convert(table, 0);
	assert_non_null(strstr(captured_stderr, "the footer of a.log has "));
	assert_non_null(strstr(captured_stderr, " bytes, for 70 flows: review_siftr2_log reads "
						"only 4095"));
	assert_check_is_good();
	free(table);
}

static void a_second_run_is_refused(void **state)
{
	(void)state;
	write_file("a.csv", NAMES ROW("5.000000", "1448"));
	write_file("b.csv", NAMES ROW("6.000000", "1448"));
	unlink("a.log");
	assert_int_equal(run_command("convert --to siftr2 -o a.log a.csv b.csv"), 1);
	assert_non_null(strstr(captured_stderr, "b.csv: a run begins in line "));
	assert_non_null(strstr(captured_stderr, "the format siftr2 has one run a file"));
	assert_check_is_good();
}

static void what_has_no_payload_is_refused(void **state)
{
	(void)state;
	write_file("a.csv", "time,direction,laddr,lport,faddr,fport,snd_cwnd\n5.000000" FLOW "1\n");
	assert_int_equal(run_command("convert --to siftr2 a.csv"), 4);
	assert_non_null(strstr(captured_stderr, "a.csv has no snd_ssthresh, which siftr2 needs"));
}

static void a_log_without_footer_is_refused_in_one_sentence(void **state)
{
	(void)state;
	write_file("a.log", SIFTR2_HEADER SIFTR2_LINE_1 SIFTR2_LINE_2);
	unlink("b.log");
	assert_int_equal(run_command("convert --to siftr2 -o b.log a.log"), 4);
	assert_string_equal(captured_stderr, "siftr-bpf: a.log has no complete footer, which says "
					     "what its flows are: nothing was converted\n");
	assert_int_equal(run_command("convert --to csv a.log"), 4);
	assert_string_equal(captured_stdout, "");
}

#define SIFTR2_TEST(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SIFTR2_TEST(a_table_becomes_a_log),
		SIFTR2_TEST(no_line_is_earlier_than_the_first),
		SIFTR2_TEST(the_time_saturates),
		SIFTR2_TEST(an_mss_is_never_zero),
		SIFTR2_TEST(ids_are_unique_and_not_zero),
		SIFTR2_TEST(a_log_of_siftr2_comes_out_as_it_went_in),
		SIFTR2_TEST(packets_that_siftr2_could_not_log_stay_counted),
		SIFTR2_TEST(text_and_binary_turn_into_each_other),
		SIFTR2_TEST(a_footer_too_long_for_a_reader_is_reported),
		SIFTR2_TEST(a_second_run_is_refused),
		SIFTR2_TEST(what_has_no_payload_is_refused),
		SIFTR2_TEST(a_log_without_footer_is_refused_in_one_sentence),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
