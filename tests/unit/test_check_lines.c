// SPDX-License-Identifier: BSD-2-Clause
/* The syntax of a log's lines: each defect is reported with its line and column or pair. */
#include <siftr/array_size.h>

#include "../lib/findings.h"

struct text_edit {
	const char *from, *to, *found;
};

static void try_edits(const struct text_edit *edits, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *text = edited(LOG, edits[i].from, edits[i].to);

		judge(text, 1);
		free(text);
		if (strncmp(findings.text, edits[i].found, strlen(edits[i].found)) != 0)
			fail_msg("'%s' for '%s': expected\n%s\nfound\n%s", edits[i].to,
				 edits[i].from, edits[i].found, findings.text);
	}
}

#define TRY(edits) try_edits(edits, ARRAY_SIZE(edits))
#define ANY_NUMBER "a whole number from 0 to 4294967295"

static void a_good_log_is_good(void **state)
{
	(void)state;
	judge(LOG, 1);
	assert_good();
	assert_int_equal(findings.result.runs, 1);
	assert_int_equal(findings.result.lines, 3);
	assert_int_equal(findings.result.flows, 2);
	assert_int_equal(findings.notes, 0);
}

static const struct text_edit bad_columns[] = {
	{"\no,", "\nx,", "2: column 1 (direction): not a direction 'x' expected i or o\n"},
	{"\no,", "\n,", "2: column 1 (direction): empty '' expected i or o\n"},
	{"000.001000", "000.01000", "2: column 2 (time): not a time '1700000000.01000' "},
	{"000.001000", "000", "2: column 2 (time): not a time '1700000000' "},
	{"1700000000.0", "01700000000.0", "2: column 2 (time): not a time '01700000000."},
	{"1700000000.0", "-1.0", "2: column 2 (time): not a time '-1.001000' expected "},
	{"10.0.0.1,", "10.0.0.256,", "2: column 3 (local address): not an address '10.0"},
	{"10.0.0.1,", "10.0.0.01,", "2: column 3 (local address): not an address '10.0."},
	{"10.0.0.1,", "::1,", "2: column 5 (foreign address): not of the local address's"},
	{",443,", ",65536,", "2: column 4 (local port): out of range '65536' expected a "},
	{",443,", ",0443,", "2: column 4 (local port): leading zero '0443' expected a who"},
	{"192.168.100.20", "host", "2: column 5 (foreign address): not an address 'host'"},
	{",51234,", ",,", "2: column 6 (foreign port): empty '' expected a whole number f"},
	{"1073725440", "4294967296", "2: column 7 (snd_ssthresh): out of range '42949672"},
	{",14480,", ",-1,", "2: column 8 (snd_cwnd): not a whole number '-1' expected " ANY_NUMBER},
	{",34,", ",0x22,", "2: column 9 (t_flags2): not a whole number '0x22' expected "},
	{",65535,", ", 5,", "2: column 10 (snd_wnd): not a whole number ' 5' expected "},
	{",63740,", ",00,", "2: column 11 (rcv_wnd): leading zero '00' expected "},
	{",7,9,", ",15,9,",
	 "2: column 12 (snd_scale): out of range '15' expected a whole "
	 "number from 0 to 14\n"},
	{",7,9,", ",7,255,", "2: column 13 (rcv_scale): out of range '255' expected "},
	{",9,4,", ",9,3,",
	 "2: column 14 (conn_state): out of range '3' expected a whole "
	 "number from 4 to 10\n"},
	{",9,4,", ",9,11,", "2: column 14 (conn_state): out of range '11' expected "},
	{",1460,", ",1e3,", "2: column 15 (max_seg_size): not a whole number '1e3' "},
	{",25000,", ",25.5,", "2: column 16 (srtt): not a whole number '25.5' expected "},
	{",1,996", ",2,996", "2: column 17 (sack_enabled): out of range '2' expected a "},
	{",996,", ",99999999999,", "2: column 18 (t_flags): out of range '99999999999' "},
	{",204000,", ",,", "2: column 19 (rto): empty '' expected " ANY_NUMBER "\n"},
	{",87040,", ",x,", "2: column 20 (snd_buf_hiwater): not a whole number 'x' "},
	{",4344,", ",+1,", "2: column 21 (snd_buf_cc): not a whole number '+1' expected "},
	{",131072,", ",x,", "2: column 22 (rcv_buf_hiwater): not a whole number 'x' "},
	{",100,", ",x,", "2: column 23 (rcv_buf_cc): not a whole number 'x' expected "},
	{",2896,", ",x,", "2: column 24 (sent_inflight_bytes): not a whole number 'x' "},
	{",0,3054", ",x,3054", "2: column 25 (t_segqlen): not a whole number 'x' "},
	{"305419896", "0",
	 "2: column 26 (flowid): out of range '0' expected a whole "
	 "number from 1 to 4294967295\n"},
	{",191\n", ",191\r\n", "2: column 27 (flowtype): not a whole number '191\r' "},
	{",191\n", ",\n", "2: column 27 (flowtype): empty '' expected " ANY_NUMBER "\n"},
	{",191\n", "\n", "2: wrong number of columns '26' expected 27\n"},
	{",191\n", ",191,\n", "2: wrong number of columns '28' expected 27\n"},
};

static void each_malformed_column_is_reported(void **state)
{
	(void)state;
	TRY(bad_columns);
}

static void all_malformed_columns_of_a_line_are_reported(void **state)
{
	char *text = edited(LOG, ",7,9,4,", ",17,,1,");

	(void)state;
	judge(text, 1);
	free(text);
	assert_found("2: column 12 (snd_scale): out of range '17' expected a whole number from 0 "
		     "to 14\n"
		     "2: column 13 (rcv_scale): empty '' expected a whole number from 0 to 14\n"
		     "2: column 14 (conn_state): out of range '1' expected a whole number from 4 "
		     "to 10\n");
}

static void the_limits_of_each_range_are_accepted(void **state)
{
	static const struct text_edit edits[] = {
		{"1700000000.001000", "0.000000", ""},
		{"1700000000.001000", "253402300800.999999", ""},
		{"1073725440", "4294967295", ""},
		{",7,9,4,", ",14,0,10,", ""},
		{",305419896,191\ni,", ",4294967295,4294967295\ni,", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(edits); i++) {
		char *text = edited(LOG, edits[i].from, edits[i].to);

		judge(text, 1);
		free(text);
		assert_good();
	}
}

static void each_malformed_pair_of_a_header_is_reported(void **state)
{
	static const struct text_edit edits[] = {
		{"enable_time_secs=1700000000", "enable_time_secs=x",
		 "1: pair 1 (enable_time_secs): wrong value 'x' expected a whole number of at "},
		{"usecs=000042", "usecs=42", "1: pair 2 (enable_time_usecs): wrong value '42' "},
		{"=1.3.0", "=", "1: pair 3 (siftrver): empty '' expected 1.3.0\n"},
		{"=Linux", "=GNU/Linux", "1: pair 4 (sysname): wrong value 'GNU/Linux' expected "},
		{"=Linux", "=", "1: pair 4 (sysname): empty '' expected 1 to 7 printable "},
		{"=6001000", "=60010000", "1: pair 5 (sysver): wrong value '60010000' expected "},
		{"ipmode=6", "ipmode=5", "1: pair 6 (ipmode): wrong value '5' expected 4 or 6\n"},
		{"ipmode=6", "ipmode", "1: pair 6 (ipmode): no key=value 'ipmode' expected "},
		{"\tsiftrver", " siftrver",
		 "1: pair 2 (enable_time_usecs): wrong value '000042 siftrver=1.3.0' expected "},
		{"sysname=", "system=", "1: pair 4 (sysname): wrong key 'system' expected sysname"},
		{"\tipmode=6", "", "1: wrong number of pairs '5' expected 6\n"},
		{"ipmode=6", "ipmode=6\thz=1000", "1: wrong number of pairs '7' expected 6\n"},
	};

	(void)state;
	TRY(edits);
}

static void each_malformed_pair_of_a_footer_is_reported(void **state)
{
	static const struct text_edit edits[] = {
		{"disable_time_usecs=000000", "disable_time_usecs=0",
		 "5: pair 2 (disable_time_usecs): wrong value '0' expected six digits\n"},
		{"num_inbound_tcp_pkts=4", "num_inbound_tcp_pkts=-4",
		 "5: pair 3 (num_inbound_tcp_pkts): wrong value '-4' expected "},
		{"num_outbound_tcp_pkts=2", "num_outbound_tcp_pkts=18446744073709551616",
		 "5: pair 4 (num_outbound_tcp_pkts): wrong value '18446744073709551616' "},
		{"num_inbound_skipped_pkts_tcpcb", "num_inbound_skipped_pkts_mtx",
		 "5: pair 8 (num_inbound_skipped_pkts_tcpcb): wrong key "},
		{"\tflow_list=", "\tflows=", "5: pair 13 (flow_list): wrong key 'flows' "},
		{"\tflow_list=", "\t", "5: pair 13 (flow_list): wrong key '10.0.0.1;443-192"},
		{"\ttotal_tcp_pkts=6", "", "5: a footer with too few pairs '' expected 13 pairs\n"},
		{"10.0.0.1;443-", "10.0.0.1;443,",
		 "5: pair 13 (flow_list) entry 1: not a flow '10.0.0.1;443' expected "
		 "laddr;lport-faddr;fport,\n"},
		{"60000,\n", "60000\n",
		 "5: pair 13 (flow_list) entry 2: the flow list is cut short within a flow "
		 "'2001:db8:"},
		{"60000,\n", "60000,,\n", "5: pair 13 (flow_list) entry 3: not a flow '' "},
		{"-fe80::a00:27ff", "-10.0.0.2;1,1",
		 "5: pair 13 (flow_list) entry 2: not a flow '2001:db8::1;22-10.0.0.2;1' "},
	};

	(void)state;
	TRY(edits);
}

static void an_unknown_line_is_reported(void **state)
{
	static const struct text_edit edits[] = {
		{"\ni,", "\n\ni,",
		 "3: a blank line '' expected a header, a data line or a footer\n"},
		{"\ni,", "\n# a comment\ni,", "3: a line of no kind '# a comment' expected "},
		{"\no,", "\n o,", "2: column 1 (direction): not a direction ' o' expected i or o"},
		{"\ndisable", "\nDisable", "5: a line of no kind 'Disable_time_secs=1700000002\t"},
	};

	(void)state;
	TRY(edits);
}

static void arbitrary_bytes_are_accepted_as_input(void **state)
{
	static char text[3 * INT16_MAX] = HEADER;
	const size_t header = strlen(HEADER);

	(void)state;
	memset(text + header, 'x', sizeof(text) - header);
	text[sizeof(text) - 1] = '\n';
	judge_bytes(text, sizeof(text), 0);
	assert_found("2: a line of no kind, longer than any '' expected a header, a data line or "
		     "a footer\n"
		     "2: no footer: the run that began in line 1 was killed, or its end is "
		     "missing '' expected -\n");
	judge_bytes(HEADER "i\0\n", header + 3, 0);
	assert_int_equal(findings.defects, 2);
	judge_bytes(HEADER "i,\0\n", sizeof(HEADER) + 3, 0);
	assert_int_equal(findings.defects, 2);
}

static void a_truncated_last_line_is_reported(void **state)
{
	size_t header = strlen(HEADER), line = strlen(LINE_1), footer = strlen(FOOTER_START);
	char expected[256];

	(void)state;
	for (size_t cut = 1; cut < header; cut++) {
		judge_bytes(LOG, cut, 1);
		assert_found("1: truncated: the log ends within this line '' expected -\n");
	}
	for (size_t cut = 1; cut < line; cut++) {
		judge_bytes(LOG, header + cut, 1);
		assert_found("2: truncated: the log ends within this line '' expected -\n"
			     "2: no footer: the run that began in line 1 was killed, or its end is "
			     "missing '' expected -\n");
		assert_int_equal(findings.result.lines, 0);
	}
	/*
	 * A footer that is truncated within its flow list is only reported as truncated, as its
	 * counts are complete.
	 */
	for (size_t cut = 0; cut < strlen(TUPLE_1 TUPLE_2) + 1; cut++) {
		judge_bytes(LOG, strlen(HEADER LINE_1 LINE_2 LINE_3) + footer + cut, 1);
		assert_found("5: truncated: the log ends within this line '' expected -\n");
	}
	snprintf(expected, sizeof(expected),
		 "3: no footer: the run that began in line 1 was "
		 "killed, or its end is missing '' expected -\n");
	judge_bytes(LOG, strlen(HEADER LINE_1 LINE_2), 1);
	assert_found(expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_log_is_good),
		cmocka_unit_test(each_malformed_column_is_reported),
		cmocka_unit_test(all_malformed_columns_of_a_line_are_reported),
		cmocka_unit_test(the_limits_of_each_range_are_accepted),
		cmocka_unit_test(each_malformed_pair_of_a_header_is_reported),
		cmocka_unit_test(each_malformed_pair_of_a_footer_is_reported),
		cmocka_unit_test(an_unknown_line_is_reported),
		cmocka_unit_test(arbitrary_bytes_are_accepted_as_input),
		cmocka_unit_test(a_truncated_last_line_is_reported),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
