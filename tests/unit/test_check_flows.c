// SPDX-License-Identifier: BSD-2-Clause
/* The flows of the data lines agree with the footer's flow list and with the flowids. */
#include "../lib/findings.h"

#define ANOTHER(local)                                                                             \
	"i,1700000001.500000," local ",443,192.168.100.20,51234,0,0,0,0,0,7,9,4,1460,0,1,0,0,0,0," \
	"0,0,0,0,305419896,191\n"

static void flow_list_has_exactly_the_flows_of_the_lines(void **state)
{
	static const char missing[] =
		"5: pair 13 (flow_list): the flow of line 3 is missing '' expected "
		"2001:db8::1;22-fe80::a00:27ff:fe4e:66a1;60000,\n";

	(void)state;
	judge_edited(TUPLE_2, "", 1);
	assert_found(missing);
	judge_edited(TUPLE_2, "", 0);
	assert_found(missing);
	judge_edited(TUPLE_2, TUPLE_2 "10.0.0.1;443-192.168.100.20;51235,", 1);
	assert_found("5: pair 13 (flow_list) entry 3: a flow without a data line "
		     "'10.0.0.1;443-192.168.100.20;51235' expected the flows of the data lines\n");
	judge_edited(TUPLE_2, TUPLE_2 TUPLE_1, 1);
	assert_found("5: pair 13 (flow_list) entry 3: a flow listed again "
		     "'10.0.0.1;443-192.168.100.20;51234' expected once, as entry 1\n");
}

/* A flow of the list has no line if all its packets were lost, or if they were fewer than ppl. */
static void a_flow_may_be_listed_without_a_line(void **state)
{
	char *text = edited(HEADER LINE_1 LINE_3 FOOTER, "inbound_skipped_pkts_malloc=0",
			    "inbound_skipped_pkts_malloc=1");
	char *complete = edited(text, "total_skipped_tcp_pkts=3", "total_skipped_tcp_pkts=4");

	(void)state;
	judge(complete, 1);
	assert_good();
	free(complete);
	free(text);
	judge(HEADER LINE_3 FOOTER, 2);
	assert_good();
	judge(HEADER LINE_3 FOOTER, 0);
	assert_good();
}

static void two_flows_must_not_share_a_flowid(void **state)
{
	(void)state;
	judge_edited(",2,1,191", ",2,305419896,191", 1);
	assert_found("3: column 26 (flowid): the id of another flow '305419896' expected one that "
		     "10.0.0.1,443,192.168.100.20,51234 (line 2) does not have\n");
	/* A flow with two flowids is reported once, however many lines it has. */
	judge(HEADER LINE_1 "i,1700000001.500000,10.0.0.9,443,192.168.100.20,51234,0,0,0,0,0,7,9,"
			    "4,1460,0,1,0,0,0,0,0,0,0,0,305419896,191\n"
			    "i,1700000001.500000,10.0.0.9,443,192.168.100.20,51234,0,0,0,0,0,7,9,"
			    "4,1460,0,1,0,0,0,0,0,0,0,0,305419896,191\n",
	      0);
	assert_int_equal(findings.defects, 2);
}

static void a_flow_may_have_two_flowids(void **state)
{
	(void)state;
	judge(HEADER LINE_1 LINE_2
	      "i,1700000001.500000,10.0.0.1,443,192.168.100.20,51234,0,0,0,0,0,7,9,4,1460,0,1,0,0,"
	      "0,0,0,0,0,0,77,191\n" FOOTER,
	      1);
	assert_good();
	assert_found("4: note: column 26 (flowid): another id than the flow had before '77' "
		     "expected 305419896 (line 2), or a connection of its own\n");
}

static void ipv6_addresses_have_the_usual_notation(void **state)
{
	(void)state;
	judge_edited("2001:db8::1,", "2001:DB8:0:0::1,", 1);
	assert_non_null(strstr(findings.text, "3: column 3 (local address): unusual notation "
					      "'2001:DB8:0:0::1' expected 2001:db8::1\n"));
	judge_edited("ipmode=6", "ipmode=4", 1);
	assert_found("3: column 3 (local address): IPv6 in a log of ipmode 4 '2001:db8::1' "
		     "expected an IPv4 address\n");
}

/* Without a flow hash of the network card, FreeBSD uses its queue's number as flowid. */
static void many_flows_with_one_flowid_are_two_reports(void **state)
{
	char *text = edited(FREEBSD_HEADER LINE_1 ANOTHER("10.0.0.8") ANOTHER("10.0.0.9") FOOTER,
			    TUPLE_2, "");

	(void)state;
	judge(text, 0);
	assert_found("3: column 26 (flowid): several flows have this id, as those of network cards "
		     "without a flow hash (vtnet) do '305419896' expected one that "
		     "10.0.0.1,443,192.168.100.20,51234 (line 2) does not have\n"
		     "3: 1 more flow with the id of another flow '' expected -\n");
	free(text);
}

static void many_flows_missing_in_the_list_are_two_reports(void **state)
{
	char *text = edited(HEADER LINE_1 LINE_2 ANOTHER("10.0.0.9") FOOTER, TUPLE_1 TUPLE_2, "");

	(void)state;
	judge(text, 1);
	assert_non_null(strstr(findings.text, "5: pair 13 (flow_list): the flow of line 2 is "
					      "missing '' expected " TUPLE_1 "\n"
					      "5: 2 more flows with data lines, missing as well "));
	free(text);
}

/*
 * The log has more flows than the table has slots at first, and more bytes than the buffer of the
 * reader holds.
 */
static void many_flows_are_distinguished(void **state)
{
	size_t room = 8 << 20, bytes = 0;
	char *text = malloc(room);

	(void)state;
	assert_non_null(text);
	bytes += sprintf(text, "%s", HEADER);
	for (unsigned int i = 0; i < 20000; i++)
		bytes +=
			sprintf(text + bytes,
				"o,1700000000.001000,10.0.%u.%u,443,192.168.100.20,51234,0,0,0,0,0,"
				"7,9,4,1460,0,1,0,0,0,0,0,0,0,0,%u,191\n",
				i / 256, i % 256, i * 7919 + 1);
	bytes += sprintf(text + bytes,
			 "disable_time_secs=1\tdisable_time_usecs=000000\tnum_inbound_tcp_pkts=0\t"
			 "num_outbound_tcp_pkts=20000\ttotal_tcp_pkts=20000\t"
			 "num_inbound_skipped_pkts_malloc=0\tnum_outbound_skipped_pkts_malloc=0\t"
			 "num_inbound_skipped_pkts_tcpcb=0\tnum_outbound_skipped_pkts_tcpcb=0\t"
			 "num_inbound_skipped_pkts_inpcb=0\tnum_outbound_skipped_pkts_inpcb=0\t"
			 "total_skipped_tcp_pkts=0\tflow_list=");
	for (unsigned int i = 20000; i-- > 0;)
		if (i != 12345)
			bytes += sprintf(text + bytes, "10.0.%u.%u;443-192.168.100.20;51234,",
					 i / 256, i % 256);
	text[bytes++] = '\n';
	judge_bytes(text, bytes, 1);
	free(text);
	assert_int_equal(findings.result.flows, 20000);
	assert_found("20002: pair 13 (flow_list): the flow of line 12347 is missing '' expected "
		     "10.0.48.57;443-192.168.100.20;51234,\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flow_list_has_exactly_the_flows_of_the_lines),
		cmocka_unit_test(a_flow_may_be_listed_without_a_line),
		cmocka_unit_test(two_flows_must_not_share_a_flowid),
		cmocka_unit_test(a_flow_may_have_two_flowids),
		cmocka_unit_test(ipv6_addresses_have_the_usual_notation),
		cmocka_unit_test(many_flows_with_one_flowid_are_two_reports),
		cmocka_unit_test(many_flows_missing_in_the_list_are_two_reports),
		cmocka_unit_test(many_flows_are_distinguished),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
