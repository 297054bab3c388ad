// SPDX-License-Identifier: BSD-2-Clause
/* Logs of siftr2 2.5 are checked by each rule that its published readers rely on. */
#include <siftr/array_size.h>

#include "../lib/findings.h"
#include "../lib/sample_siftr2.h"

static void assert_siftr2(const char *from, const char *to, const char *expected)
{
	char *text = edited(SIFTR2_LOG, from, to);

	judge(text, 0);
	if (*expected ? !strstr(findings.text, expected) : findings.defects != 0)
		fail_msg("'%s' for '%s': expected:\n%sfound:\n%s", to, from, expected,
			 findings.text);
	free(text);
}

static void a_good_log_is_good(void **state)
{
	(void)state;
	judge(SIFTR2_LOG, 0);
	assert_found("");
	assert_int_equal(findings.result.dialect.kind, DIALECT_SIFTR_2);
	assert_int_equal(findings.result.runs, 1);
	assert_int_equal(findings.result.lines, 3);
	assert_int_equal(findings.result.flows, 2);
}

static void what_the_readers_accept_is_good(void **state)
{
	(void)state;
	assert_siftr2("3fffc000,4e20", "3FFFC000,4E20", "");
	assert_siftr2("gen_flowid_cnt=0", "gen_flowid_cnt=3", "");
	assert_siftr2("ring_drops=0", "ring_drops=17", "");
	assert_siftr2("15.0-CURRENT", "15=CURRENT", "");
}

static void each_broken_rule_is_a_defect(void **state)
{
	static const struct {
		const char *from, *to, *found;
	} defects[] = {
		{"global_flow_cnt=2", "global_flow_cnt=3",
		 "5: global_flow_cnt is not the number of listed flows '3' expected 2\n"},
		{"max_str_size=82", "max_str_size=83",
		 "5: another max_str_size than the longest line '83' expected 82\n"},
		{"1,6,14,2,2;", "1,6,14,3,3;",
		 "5: number of lines of a flow in the flow list '3' expected 2\n"},
		{"1,6,14,2,2;", "1,6,14,2,1;",
		 "5: pair 7 (flow_list) entry 2: fewer packets than lines '947fbda1'"},
		{"cubic,1448", "cubic,0",
		 "5: pair 7 (flow_list) entry 2: an id or mss of 0 '947fbda1'"},
		{SIFTR2_FLOW_1, "",
		 "5: pair 7 (flow_list): a flow with lines that is not listed "
		 "'0000002a'"},
		{SIFTR2_FLOW_1, SIFTR2_FLOW_1 SIFTR2_FLOW_1,
		 "5: pair 7 (flow_list) entry 2: a flow listed again '0000002a'"},
		{SIFTR2_FLOW_1 SIFTR2_FLOW_2, SIFTR2_FLOW_2 SIFTR2_FLOW_1,
		 "5: pair 7 (flow_list) entry 2: a flow out of order '0000002a'"},
		{"fd00::2,40000", "10.0.0.1,40000", "5: pair 7 (flow_list) entry 1: not a flow "},
		{",freebsd,newreno", ",freebsd", "5: pair 7 (flow_list) entry 1: not a flow "},
		{"0000002a,o,c,", "0000002a,o,4,",
		 "3: a time before that of the first line '4' expected 5\n"},
		{"0000002a,o", "2a,o", "3: not a line of siftr2 "},
		{"0000002a,o", "0000002a,x", "3: not a line of siftr2 "},
		{",b50,0\n", ",b50\n", "2: not a line of siftr2 "},
		{",b50,0\n", ",b50,0,1\n", "2: not a line of siftr2 "},
		{"siftrver=2.5\t", "siftrver=2.5\tmore=1\t", "1: not a header of siftr2 "},
		{"gen_flowid_cnt=0", "gen_flowid_cnt=0\tmore=1", "5: not a footer of siftr2 "},
		{SIFTR2_FOOTER, "", "4: no footer: the run was killed, or its end is missing"},
		{SIFTR2_FOOTER, SIFTR2_FOOTER SIFTR2_LINE_3, "6: a line after the footer"},
		{SIFTR2_FOOTER, SIFTR2_FOOTER SIFTR2_LOG, "6: a second run in a file"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(defects); i++)
		assert_siftr2(defects[i].from, defects[i].to, defects[i].found);
}

static void every_truncated_log_is_a_defect(void **state)
{
	(void)state;
	for (size_t bytes = strlen(SIFTR2_HEADER); bytes < strlen(SIFTR2_LOG); bytes++) {
		judge_bytes(SIFTR2_LOG, bytes, 0);
		assert_true(findings.defects > 0);
	}
}

/*
 * Makes a binary log of two records of one flow, and the footer of such a log. Returns its bytes.
 */
static size_t make_binary(char *text)
{
	static const char footer[] =
		"\n" SIFTR2_FOOTER_OF("1", "record_size=72") SIFTR2_FLOW_2 "\n";
	static const char header[] = SIFTR2_HEADER_OF("binary");
	size_t bytes = sizeof(header) - 1;

	memcpy(text, header, sizeof(header) - 1);
	/*
	 * Every byte of the records that is not set below is a newline; within a record it ends no
	 * line.
	 */
	memset(text + bytes, '\n', 144);
	for (int i = 0; i < 2; i++)
		memcpy(text + bytes + 72 * i, "\xa1\xbd\x7f\x94\x01\0\0\0\x05\0\0", 12);
	memcpy(text + bytes + 144, footer, sizeof(footer) - 1);
	return bytes + 144 + sizeof(footer) - 1;
}

static void binary_logs_are_checked(void **state)
{
	char text[1024];
	size_t bytes = make_binary(text), begin = strlen(SIFTR2_HEADER_OF("binary"));

	(void)state;
	judge_bytes(text, bytes, 0);
	assert_found("");
	assert_int_equal(findings.result.dialect.kind, DIALECT_SIFTR_2_BINARY);
	assert_int_equal(findings.result.lines, 2);
	text[begin + 4] = 2;
	judge_bytes(text, bytes, 0);
	assert_non_null(strstr(findings.text, "2: a record without a direction"));
	for (size_t cut = begin; cut < bytes; cut++) {
		judge_bytes(text, cut, 0);
		assert_true(findings.defects > 0);
	}
}

/*
 * The published reader in C, review_siftr2_log, keeps less than 4096 bytes of a footer, so that a
 * longer one is noted.
 */
static void a_long_footer_is_noted(void **state)
{
	char *text = malloc(65536);
	size_t bytes;

	(void)state;
	bytes = (size_t)sprintf(text, "%s", SIFTR2_HEADER);
	for (int i = 1; i <= 99; i++)
		bytes += (size_t)sprintf(text + bytes, "%08x,i,5,1,1,1,0,1,1,1,2,3,8,d,1,0,b,0\n",
					 i);
	bytes += (size_t)sprintf(text + bytes, "%s", SIFTR2_FOOTER_OF("99", "max_str_size=43"));
	for (int i = 1; i <= 99; i++)
		bytes += (size_t)sprintf(text + bytes,
					 "%08x,4,10.1.1.2,32291,10.1.1.3,%d,rack,cubic,1448,1,6,14,"
					 "1,2;",
					 i, i);
	text[bytes++] = '\n';
	judge_bytes(text, bytes, 0);
	assert_int_equal(findings.defects, 0);
	assert_int_equal(findings.notes, 1);
	assert_non_null(strstr(findings.text, "101: note: a footer of "));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_log_is_good),
		cmocka_unit_test(what_the_readers_accept_is_good),
		cmocka_unit_test(each_broken_rule_is_a_defect),
		cmocka_unit_test(every_truncated_log_is_a_defect),
		cmocka_unit_test(binary_logs_are_checked),
		cmocka_unit_test(a_long_footer_is_noted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
