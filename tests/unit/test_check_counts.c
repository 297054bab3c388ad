// SPDX-License-Identifier: BSD-2-Clause
/* The footer's counts are compared with each other and, at each ppl, with the lines. */
#include <siftr/sampling.h>

#include "../lib/findings.h"

static void without_ppl_fewer_lines_are_allowed_and_more_are_a_defect(void **state)
{
	(void)state;
	judge(HEADER LINE_3 FOOTER, 0);
	assert_good();
	assert_int_equal(findings.result.sampled_runs, 1);
	/*
	 * Two of three packets have a line. No ppl explains that: at ppl 2 only one would have a
	 * line.
	 */
	judge_edited(LINE_3, "", 0);
	assert_found("4: number of data lines '2' expected 3, the packets less those skipped, or "
		     "at most 1 at a ppl above 1\n");
	judge(LOG, 0);
	assert_good();
	assert_int_equal(findings.result.sampled_runs, 0);
	judge(HEADER LINE_1 LINE_1 LINE_3 FOOTER, 0);
	assert_found("5: number of outbound data lines '2' expected at most 1, the packets less "
		     "those skipped\n"
		     "5: pair 13 (flow_list) entry 2: a flow without a data line "
		     "'2001:db8::1;22-fe80::a00:27ff:fe4e:66a1;60000' expected the flows of the "
		     "data lines\n");
}

/* With other samplers than ppl any packets may have no line, but no line is without a packet. */
static void of_samplers_only_more_lines_than_packets_are_a_defect(void **state)
{
	(void)state;
	judge_edited(LINE_3, "", SIFTR_NO_PPL);
	assert_good();
	judge(HEADER LINE_3 FOOTER, SIFTR_NO_PPL);
	assert_good();
	judge(HEADER LINE_1 LINE_1 LINE_3 FOOTER, SIFTR_NO_PPL);
	assert_found("5: number of outbound data lines '2' expected at most 1, the packets less "
		     "those skipped\n");
}

static void at_ppl_1_lines_are_packets_less_skipped(void **state)
{
	(void)state;
	judge_edited(LINE_3, "", 1);
	assert_found("4: number of inbound data lines '1' expected 2, the packets less those "
		     "skipped\n");
	judge_edited(LINE_3, LINE_3 LINE_1, 1);
	assert_found("6: number of outbound data lines '2' expected 1, the packets less those "
		     "skipped\n");
	/*
	 * If a line has no valid direction, only the sum of the lines of both directions is
	 * checked.
	 */
	judge_edited("\no,", "\nx,", 1);
	assert_found("2: column 1 (direction): not a direction 'x' expected i or o\n");
}

static void at_ppl_n_lines_are_at_most_one_in_n(void **state)
{
	char expected[] = "5: number of data lines '3' expected at most 1 of 3 packets at ppl 2\n";

	(void)state;
	judge(LOG, 2);
	assert_found(expected);
	judge(HEADER LINE_3 FOOTER, 2);
	assert_good();
	judge(HEADER FOOTER, 4294967295U);
	assert_good();
}

static void at_ppl_n_a_flow_ends_with_fewer_than_n_packets_without_a_line(void **state)
{
	static const char footer[] =
		"disable_time_secs=1\tdisable_time_usecs=000000\tnum_inbound_tcp_pkts=60\t"
		"num_outbound_tcp_pkts=40\ttotal_tcp_pkts=100\tnum_inbound_skipped_pkts_malloc=0\t"
		"num_outbound_skipped_pkts_malloc=0\tnum_inbound_skipped_pkts_tcpcb=0\t"
		"num_outbound_skipped_pkts_tcpcb=0\tnum_inbound_skipped_pkts_inpcb=0\t"
		"num_outbound_skipped_pkts_inpcb=0\ttotal_skipped_tcp_pkts=0\tflow_list=" TUPLE_1
		"\n";
	char text[8192] = HEADER, *freebsd;

	(void)state;
	strcat(strcat(strcat(text, LINE_1), LINE_3), footer);
	judge(text, 34);
	assert_good();
	assert_int_equal(findings.notes, 0);
	/*
	 * 100 packets of one connection have three lines at ppl 33. They have fewer if the flow was
	 * several connections, one after another, as each begins to count anew.
	 */
	judge(text, 33);
	assert_found("4: note: number of data lines '2' expected at least 3 of 100 packets of 1 "
		     "flow at ppl 33\n");
	freebsd = edited(text, "=Linux", "=FreeBSD");
	judge(freebsd, 33);
	free(freebsd);
	assert_int_equal(findings.defects, 1);
}

static void sums_of_the_footer_are_checked(void **state)
{
	(void)state;
	judge_edited("total_tcp_pkts=6", "total_tcp_pkts=7", 1);
	assert_found("5: pair 5 (total_tcp_pkts): not inbound + outbound '7' expected 6\n");
	judge_edited("total_skipped_tcp_pkts=3", "total_skipped_tcp_pkts=4", 1);
	assert_found("5: pair 12 (total_skipped_tcp_pkts): not the sum of pairs 6 to 11 '4' "
		     "expected 3\n");
	judge(HEADER
	      "disable_time_secs=1\tdisable_time_usecs=000000\tnum_inbound_tcp_pkts=0\t"
	      "num_outbound_tcp_pkts=0\ttotal_tcp_pkts=0\tnum_inbound_skipped_pkts_malloc=0\t"
	      "num_outbound_skipped_pkts_malloc=1\tnum_inbound_skipped_pkts_tcpcb=0\t"
	      "num_outbound_skipped_pkts_tcpcb=0\tnum_inbound_skipped_pkts_inpcb=0\t"
	      "num_outbound_skipped_pkts_inpcb=0\ttotal_skipped_tcp_pkts=1\tflow_list=\n",
	      1);
	assert_found("2: pair 4 (num_outbound_tcp_pkts): fewer packets than were skipped '0' "
		     "expected 1\n");
}

#define COUNT_MAX "18446744073709551615"

/* Impossible counts must not look right because a sum overflows 64 bits. */
static void sums_do_not_overflow(void **state)
{
	char *text = edited(LOG, "inbound_skipped_pkts_malloc=0",
			    "inbound_skipped_pkts_malloc=" COUNT_MAX);
	char *more = edited(text, "num_outbound_tcp_pkts=2", "num_outbound_tcp_pkts=" COUNT_MAX);
	char *all = edited(more, "num_inbound_tcp_pkts=4", "num_inbound_tcp_pkts=" COUNT_MAX);
	char *sum = edited(all, "total_tcp_pkts=6", "total_tcp_pkts=" COUNT_MAX);
	char *complete =
		edited(sum, "total_skipped_tcp_pkts=3", "total_skipped_tcp_pkts=" COUNT_MAX);

	(void)state;
	/* The footer counts 4 inbound packets, and of them 2^64 - 1 and 2 as skipped. */
	for (__u32 ppl = 0; ppl < 3; ppl++) {
		judge(text, ppl);
		assert_non_null(strstr(findings.text,
				       "5: pair 12 (total_skipped_tcp_pkts): a sum of more than "
				       "any run can count '3' expected " COUNT_MAX "\n"));
		assert_non_null(strstr(findings.text,
				       "5: pair 3 (num_inbound_tcp_pkts): fewer packets "
				       "than were skipped '4' expected " COUNT_MAX "\n"));
	}
	judge(complete, 2);
	assert_non_null(strstr(findings.text, "pair 5 (total_tcp_pkts): a sum of more than any"));
	assert_non_null(strstr(findings.text, "pair 12 (total_skipped_tcp_pkts): a sum of more"));
	free(text);
	free(more);
	free(all);
	free(sum);
	free(complete);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_ppl_fewer_lines_are_allowed_and_more_are_a_defect),
		cmocka_unit_test(of_samplers_only_more_lines_than_packets_are_a_defect),
		cmocka_unit_test(at_ppl_1_lines_are_packets_less_skipped),
		cmocka_unit_test(at_ppl_n_lines_are_at_most_one_in_n),
		cmocka_unit_test(at_ppl_n_a_flow_ends_with_fewer_than_n_packets_without_a_line),
		cmocka_unit_test(sums_of_the_footer_are_checked),
		cmocka_unit_test(sums_do_not_overflow),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
