// SPDX-License-Identifier: BSD-2-Clause
/*
 * Complete and killed runs, runs of other dialects, and the order of times. The golden log is in
 * FreeBSD's dialect, derived by hand (tests/golden/freebsd.md).
 */
#include "../lib/findings.h"

#define GOLDEN	       "tests/golden/freebsd.log"
#define KILLED_IN_LINE "no footer: the run that began in line "

static char *read_golden(const char *path)
{
	char *text = calloc(1, 65536);
	FILE *file = fopen(path, "r");

	assert_non_null(text);
	assert_non_null(file);
	assert_true(fread(text, 1, 65535, file) > 0);
	fclose(file);
	return text;
}

static void freebsds_log_is_good(void **state)
{
	char *text = read_golden(GOLDEN);

	(void)state;
	judge(text, 1);
	free(text);
	assert_good();
	assert_int_equal(findings.result.runs, 2);
	assert_int_equal(findings.result.lines, 10);
	assert_int_equal(findings.result.flows, 4);
	assert_int_equal(findings.result.steps_back.count, 1);
	assert_int_equal(findings.result.steps_back.largest_us, 12000);
	assert_int_equal(findings.result.steps_back.first_line, 9);
	assert_found("11: note: column 26 (flowid): another id than the flow had before "
		     "'3000000003' expected 1000000001 (line 2), or a connection of its own\n"
		     "12: note: pair 13 (flow_list) entry 3: a flow listed again "
		     "'10.1.1.2;49152-10.1.1.3;5201' expected once, as entry 1\n");
}

static void several_runs_may_follow_each_other(void **state)
{
	(void)state;
	judge(LOG LOG LOG, 1);
	assert_good();
	assert_int_equal(findings.result.runs, 3);
	assert_int_equal(findings.result.lines, 9);
	assert_int_equal(findings.result.flows, 6);
}

static void a_killed_run_is_reported(void **state)
{
	(void)state;
	judge(LOG HEADER LINE_1, 1);
	assert_found("7: " KILLED_IN_LINE "6 was killed, or its end is missing '' expected -\n");
	judge(HEADER LINE_1 LOG, 1);
	assert_found("3: " KILLED_IN_LINE "1 was killed, or its end is missing '' expected -\n");
	/* The next run has added the '\n' of the killed run's truncated line. */
	judge(HEADER LINE_1 "i,1700000001.000001,20\n" LOG, 1);
	assert_found("3: wrong number of columns '3' expected 27\n"
		     "4: " KILLED_IN_LINE "1 was killed, or its end is missing '' expected -\n");
	judge(HEADER, 1);
	assert_int_equal(findings.defects, 1);
}

static void lines_outside_a_run_are_reported(void **state)
{
	(void)state;
	judge(LINE_1 LINE_2 LINE_3 FOOTER, 1);
	assert_found("1: a data line where a run should begin '' expected a header\n");
	judge(LOG LINE_1 LINE_3, 1);
	assert_found("6: a data line where a run should begin '' expected a header\n");
	judge(LOG "the end\n", 1);
	assert_found("6: a line of no kind 'the end' expected a header, a data line or a footer\n");
	judge(LOG "\n", 1);
	assert_int_equal(findings.defects, 1);
	judge("", 1);
	assert_found("1: an empty log '' expected a header\n");
	assert_int_equal(findings.result.runs, 0);
}

static void time_may_step_back(void **state)
{
	(void)state;
	judge_edited("1700000001.500000", "1700000000.900001", 1);
	assert_good();
	assert_int_equal(findings.result.steps_back.count, 1);
	assert_int_equal(findings.result.steps_back.largest_us, 100000);
	assert_int_equal(findings.result.steps_back.first_line, 4);
}

#define OLD_RUN                                                                                   \
	"enable_time_secs=1700000000\tenable_time_usecs=000042\tsiftrver=1.2.3\thz=1000\t"        \
	"tcp_rtt_scale=32\tsysname=FreeBSD\tsysver=1301000\tipmode=4\n"                           \
	"o,0x00000000,1700000001.000001,192.0.2.1,5001,192.0.2.2,40000,1,1,0,1,1,7,7,4,1460,640," \
	"1,992,230,33580,0,65700,0,0,0,0,0\n"                                                     \
	"disable_time_secs=1700000010\tdisable_time_usecs=000200\tnum_inbound_tcp_pkts=0\n"

/* The run is reported as one defect, not as one for each of its lines. */
static void a_run_of_another_dialect_is_one_defect(void **state)
{
	static const char found[] = "6: a run that is a log of SIFTR 1.2.3 (FreeBSD 13 and before, "
				    "other columns) '' expected a run of SIFTR 1.3.0\n";

	(void)state;
	judge(LOG OLD_RUN LOG, 1);
	assert_found(found);
	assert_int_equal(findings.result.runs, 3);
	assert_int_equal(findings.result.lines, 6);
	judge(LOG OLD_RUN, 1);
	assert_found(found);
	judge(LOG OLD_RUN OLD_RUN LOG, 1);
	assert_int_equal(findings.defects, 2);
	assert_int_equal(findings.result.runs, 4);
	judge(HEADER LINE_1 OLD_RUN LOG, 1);
	assert_int_equal(findings.defects, 2);
	assert_non_null(strstr(findings.text, "3: " KILLED_IN_LINE "1 was killed"));
}

static void a_log_of_another_dialect_is_not_checked(void **state)
{
	(void)state;
	judge(OLD_RUN LOG, 1);
	assert_found("");
	assert_int_equal(findings.result.dialect.kind, DIALECT_SIFTR_1_2);
	judge("\xef\xbb\xbf" LOG, 1);
	assert_found("");
	assert_int_equal(findings.result.dialect.kind, DIALECT_BYTE_ORDER_MARK);
}

/*
 * FreeBSD registers its hooks before it writes the header, so that lines may come before the
 * header; the footer counts them.
 */
static void lines_before_freebsds_header_belong_to_its_run(void **state)
{
	static const char early[] =
		"2 data lines before the header of their run, as FreeBSD's SIFTR may write them "
		"when it is switched on '' expected -\n";
	char expected[256];

	(void)state;
	snprintf(expected, sizeof(expected), "1: %s", early);
	judge(LINE_1 LINE_2 FREEBSD_HEADER LINE_3 FOOTER, 1);
	assert_found(expected);
	assert_int_equal(findings.result.runs, 1);
	assert_int_equal(findings.result.lines, 3);
	snprintf(expected, sizeof(expected), "6: %s", early);
	judge(LOG LINE_1 LINE_2 FREEBSD_HEADER LINE_3 FOOTER, 1);
	assert_found(expected);
	/* Runs of Linux begin with their header. */
	judge(LINE_1 LOG, 1);
	assert_found("1: a data line where a run should begin '' expected a header\n");
}

static void a_truncated_footer_is_one_defect(void **state)
{
	char *text = edited(LOG LOG, TUPLE_2 "\n", "2001:db8\n");

	(void)state;
	/* The run was killed while writing its flow list; the next run has added the '\n'. */
	judge(text, 1);
	assert_found("5: pair 13 (flow_list) entry 2: the flow list is cut short within a flow "
		     "'2001:db8' expected laddr;lport-faddr;fport,\n");
	free(text);
	judge(HEADER LINE_1 "disable_time_secs=1700000002\tdisable\n" LOG, 1);
	assert_found("3: a footer with too few pairs '' expected 13 pairs\n");
	judge(HEADER LINE_1 "disable_time_secs=1700000002\tdisable", 1);
	assert_found("3: truncated: the log ends within this line '' expected -\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(freebsds_log_is_good),
		cmocka_unit_test(several_runs_may_follow_each_other),
		cmocka_unit_test(a_killed_run_is_reported),
		cmocka_unit_test(lines_outside_a_run_are_reported),
		cmocka_unit_test(time_may_step_back),
		cmocka_unit_test(a_run_of_another_dialect_is_one_defect),
		cmocka_unit_test(a_log_of_another_dialect_is_not_checked),
		cmocka_unit_test(lines_before_freebsds_header_belong_to_its_run),
		cmocka_unit_test(a_truncated_footer_is_one_defect),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
