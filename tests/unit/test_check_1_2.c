// SPDX-License-Identifier: BSD-2-Clause
/*
 * SIFTR 1.2.4 is checked as strictly as 1.3.0, by its own columns, its own pairs of header and
 * footer, and its own rule of which packets of a flow have a line.
 */
#include <siftr/array_size.h>

#include "../lib/findings.h"

#define HEADER_1_2                                                                         \
	"enable_time_secs=1764193655\tenable_time_usecs=000123\tsiftrver=1.2.4\thz=1000\t" \
	"tcp_rtt_scale=32\tsysname=FreeBSD\tsysver=1203000\tipmode=6\n"
#define LINE_V4                                                                                 \
	"i,0x00000000,1764193655.100000,10.1.1.2,32291,10.1.1.3,5001,1073725440,14480,0,65536," \
	"66560,7,9,4,1448,640,1,1017,230,33304,208,66608,0,2896,0,305419896,63\n"
#define LINE_V6                                                                            \
	"o,0x0a1b2c3d,1764193655.200000,fd00:0:0:0:0:0:0:2,32291,fd00:0:0:0:0:0:0:3,5001," \
	"1073725440,15928,0,65536,66560,7,9,4,1448,672,1,1017,230,33304,208,66608,0,2896,0,0,0\n"
#define FOOTER_OF(in, mtx, tcpcb, out, total, skipped, list)                                \
	"disable_time_secs=1764193664\tdisable_time_usecs=654321\tnum_inbound_tcp_pkts=" in \
	"\tnum_outbound_tcp_pkts=" out "\ttotal_tcp_pkts=" total                            \
	"\tnum_inbound_skipped_pkts_malloc=0\tnum_outbound_skipped_pkts_malloc=0\t"         \
	"num_inbound_skipped_pkts_mtx=" mtx "\tnum_outbound_skipped_pkts_mtx=0\t"           \
	"num_inbound_skipped_pkts_tcpcb=" tcpcb "\tnum_outbound_skipped_pkts_tcpcb=0\t"     \
	"num_inbound_skipped_pkts_inpcb=0\tnum_outbound_skipped_pkts_inpcb=0\t"             \
	"total_skipped_tcp_pkts=" skipped "\tflow_list=" list "\n"
#define TUPLE_V4   "10.1.1.2;32291-10.1.1.3;5001,"
#define TUPLE_V6   "fd00:0:0:0:0:0:0:2;32291-fd00:0:0:0:0:0:0:3;5001,"
#define FOOTER_1_2 FOOTER_OF("4", "2", "1", "1", "5", "3", TUPLE_V4 TUPLE_V6)
#define LOG_1_2	   HEADER_1_2 LINE_V4 LINE_V6 FOOTER_1_2

static void a_good_log_is_good(void **state)
{
	(void)state;
	judge(LOG_1_2, 0);
	assert_found("");
	assert_int_equal(findings.result.dialect.kind, DIALECT_SIFTR_1_2);
	assert_int_equal(findings.result.lines, 2);
	assert_int_equal(findings.result.flows, 2);
	judge(LOG_1_2, 1);
	assert_found("");
}

static void runs_of_both_versions_may_follow_each_other(void **state)
{
	(void)state;
	judge(LOG_1_2 LOG LOG_1_2, 0);
	assert_found("");
	assert_int_equal(findings.result.runs, 3);
	judge(LOG LOG_1_2, 0);
	assert_found("");
	assert_int_equal(findings.result.lines, 5);
}

/*
 * FreeBSD writes 0 as the id of every flow that has none, so that flows are told apart by their
 * addresses.
 */
static void flows_without_an_id_are_told_apart(void **state)
{
	char *other = edited(LINE_V6, "0:3,5001", "0:4,5001");
	char text[4096];

	(void)state;
	snprintf(text, sizeof(text), "%s%s%s%s%s", HEADER_1_2, LINE_V4, LINE_V6, other,
		 FOOTER_OF("1", "0", "0", "2", "3", "0",
			   TUPLE_V4 TUPLE_V6 "fd00:0:0:0:0:0:0:2;32291-fd00:0:0:0:0:0:0:4;5001,"));
	free(other);
	judge(text, 1);
	assert_found("");
}

static void each_defect_is_named_by_the_columns_of_1_2(void **state)
{
	static const struct {
		const char *from, *to, *found;
	} defects[] = {
		{"0x00000000,", "0x0000,",
		 "2: column 2 (hash): not a hash '0x0000' expected 0x and eight hexadecimal digits\n"},
		{",14480,0,", ",14480,-1,",
		 "2: column 10 (bwnd): not a whole number '-1' expected a whole number from 0 to "
		 "4294967295\n"},
		{",66560,7,9,4,", ",66560,7,15,4,",
		 "2: column 14 (rcv_scale): out of range '15' expected a whole number from 0 to 14\n"},
		{",63\n", "\n", "2: wrong number of columns '27' expected 28\n"},
		{"hz=1000", "hz=0",
		 "1: pair 4 (hz): wrong value '0' expected a whole number from 1 to 9999999\n"},
		{"inbound_skipped_pkts_mtx=2", "inbound_skipped_pkts_mtx=3",
		 "4: pair 14 (total_skipped_tcp_pkts): "},
		{"fd00:0:0:0:0:0:0:3;5001,\n", "fd00:0:0:0:0:0:0:3,5001,\n",
		 "4: pair 15 (flow_list) entry 2: not a flow "},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(defects); i++) {
		char *text = edited(LOG_1_2, defects[i].from, defects[i].to);

		judge(text, 0);
		free(text);
		if (!findings.defects || !strstr(findings.text, defects[i].found))
			fail_msg("%s: found:\n%s", defects[i].to, findings.text);
	}
}

/* At ppl 2 the first, the third and the fifth of five packets of a flow have a line. */
static void packet_1_of_a_flow_has_a_line(void **state)
{
	char *text = edited(HEADER_1_2 LINE_V4 LINE_V4 LINE_V4 FOOTER_OF("5", "0", "0", "0", "5",
									 "0", TUPLE_V4),
			    "", "");

	(void)state;
	judge(text, 2);
	assert_found("");
	judge(text, 0);
	assert_found("");
	judge(text, 3);
	assert_found("5: number of data lines '3' expected at most 2 of 5 packets of 1 flow at ppl "
		     "3\n");
	judge(text, 1);
	assert_int_equal(findings.defects, 1);
	free(text);
	judge(HEADER_1_2 LINE_V4 FOOTER_OF("5", "0", "0", "0", "5", "0", TUPLE_V4), 4);
	assert_found("3: number of data lines '1' expected at least 2 of 5 packets at ppl 4\n");
}

static void killed_and_truncated_logs_are_defects(void **state)
{
	(void)state;
	judge(HEADER_1_2 LINE_V4, 0);
	assert_int_equal(findings.defects, 1);
	for (size_t bytes = strlen(HEADER_1_2); bytes < strlen(LOG_1_2); bytes += 7) {
		judge_bytes(LOG_1_2, bytes, 0);
		assert_true(findings.defects > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_log_is_good),
		cmocka_unit_test(runs_of_both_versions_may_follow_each_other),
		cmocka_unit_test(flows_without_an_id_are_told_apart),
		cmocka_unit_test(each_defect_is_named_by_the_columns_of_1_2),
		cmocka_unit_test(packet_1_of_a_flow_has_a_line),
		cmocka_unit_test(killed_and_truncated_logs_are_defects),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
