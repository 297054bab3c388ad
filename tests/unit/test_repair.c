// SPDX-License-Identifier: BSD-2-Clause
/* One killed run at the end of a log: its footer is right, and its sources are reported. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <unistd.h>

#include "output/secure_open.h"

#include "../lib/killed_log.h"

#define COUNTS(in, out, total, lost_in, lost_out, skipped_in, skipped_out, skipped)         \
	"num_inbound_tcp_pkts=" in "\tnum_outbound_tcp_pkts=" out "\ttotal_tcp_pkts=" total \
	"\tnum_inbound_skipped_pkts_malloc=" lost_in                                        \
	"\tnum_outbound_skipped_pkts_malloc=" lost_out                                      \
	"\tnum_inbound_skipped_pkts_tcpcb=" skipped_in                                      \
	"\tnum_outbound_skipped_pkts_tcpcb=" skipped_out                                    \
	"\tnum_inbound_skipped_pkts_inpcb=0\tnum_outbound_skipped_pkts_inpcb=0\t"           \
	"total_skipped_tcp_pkts=" skipped "\tflow_list="
#define AT_CHECKPOINT "disable_time_secs=1700000002\tdisable_time_usecs=000007\t"
#define BODY	      HEADER LINE_1 LINE_2 LINE_3

static void the_footer_is_what_the_run_would_have_written(void **state)
{
	(void)state;
	write_file(LOG_NAME, BODY);
	leave_checkpoint(0, 2, 1);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_file(LOG_NAME, BODY AT_CHECKPOINT COUNTS("5", "3", "8", "0", "0", "3", "2", "5")
				      TUPLE_1 TUPLE_2 "\n");
	assert_string_equal(captured_stdout, "a.log:1: footer written: 3 lines, 2 flows, from the "
					     "checkpoint of 1700000002.000007\n");
	assert_string_equal(captured_stderr,
			    "siftr-bpf: a.log:1: not known: packets of the last moment that "
			    "got no line\n");
	assert_false(file_exists(CHECKPOINT));
	assert_repaired();
}

static void records_lost_in_the_rings_are_counted_as_skipped(void **state)
{
	(void)state;
	write_file(LOG_NAME, BODY);
	leave_checkpoint(0, 12, 2);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_file(LOG_NAME, BODY AT_CHECKPOINT COUNTS("15", "4", "19", "10", "1", "3", "2", "16")
				      TUPLE_1 TUPLE_2 "\n");
	assert_non_null(strstr(captured_stderr,
			       "a.log:1: 11 packets had been seen and got no line: counted "
			       "as skipped (malloc)\n"));
	assert_repaired();
}

static void each_line_after_the_checkpoint_is_a_packet(void **state)
{
	(void)state;
	write_file(LOG_NAME, BODY);
	leave_checkpoint(0, 1, 0);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_file(LOG_NAME, BODY AT_CHECKPOINT COUNTS("5", "3", "8", "0", "0", "3", "2", "5")
				      TUPLE_1 TUPLE_2 "\n");
	assert_non_null(strstr(captured_stderr,
			       "a.log:1: 2 packets came after the checkpoint: counted by "
			       "their lines\n"));
	assert_repaired();
}

/*
 * The log has one line, for two packets, from before the checkpoint, and two lines from after it.
 */
static void at_ppl_2_lines_after_the_checkpoint_are_two_packets(void **state)
{
	struct checkpoint_counts counts = counts_of(2, 0);
	struct checkpoint *checkpoint;

	(void)state;
	write_file(LOG_NAME, BODY);
	counts.due[SIFTR_IN] = 1;
	checkpoint = make_checkpoint(0);
	checkpoint__set(checkpoint, (struct siftr_time){1700000002, 7}, &counts);
	checkpoint__close(checkpoint);
	assert_int_equal(repair(LOG_NAME), 0);
	judge(BODY AT_CHECKPOINT COUNTS("8", "3", "11", "0", "0", "3", "2", "5") TUPLE_1 TUPLE_2
	      "\n",
	      0);
	assert_good();
	assert_file(LOG_NAME, BODY AT_CHECKPOINT COUNTS("8", "3", "11", "0", "0", "3", "2", "5")
				      TUPLE_1 TUPLE_2 "\n");
}

static void the_end_is_never_before_the_last_line(void **state)
{
	char *line = edited(LINE_3, "1700000001.500000", "1700000003.000009"), text[4096], *found;

	(void)state;
	snprintf(text, sizeof(text), "%s%s%s", HEADER, line, LINE_2);
	write_file(LOG_NAME, text);
	leave_checkpoint(0, 2, 0);
	assert_int_equal(repair(LOG_NAME), 0);
	found = read_file(LOG_NAME, NULL);
	assert_non_null(strstr(found, "\ndisable_time_secs=1700000003\tdisable_time_usecs=000009"));
	free(found);
	free(line);
	assert_repaired();
}

static void a_truncated_line_is_removed_at_any_length(void **state)
{
	char text[4096];

	(void)state;
	for (size_t bytes = 1; bytes < strlen(LINE_3) - 1; bytes++) {
		snprintf(text, sizeof(text), "%s%.*s", HEADER LINE_1 LINE_2, (int)bytes, LINE_3);
		write_file(LOG_NAME, text);
		leave_checkpoint(0, 2, 1);
		assert_int_equal(repair(LOG_NAME), 0);
		snprintf(text, sizeof(text), "a.log:1: %zu byte%s of a truncated line cut off\n",
			 bytes, bytes == 1 ? "" : "s");
		assert_non_null(strstr(captured_stderr, text));
		assert_file(LOG_NAME, HEADER LINE_1 LINE_2 AT_CHECKPOINT COUNTS("5", "3", "8", "1",
										"0", "3", "2", "6")
					      TUPLE_1 TUPLE_2 "\n");
	}
	assert_repaired();
}

static void a_line_that_lacks_only_its_newline_is_kept(void **state)
{
	(void)state;
	write_file(LOG_NAME, HEADER LINE_1 LINE_2 LINE_3);
	assert_int_equal(truncate(LOG_NAME, strlen(BODY) - 1), 0);
	leave_checkpoint(0, 2, 1);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_file(LOG_NAME, BODY AT_CHECKPOINT COUNTS("5", "3", "8", "0", "0", "3", "2", "5")
				      TUPLE_1 TUPLE_2 "\n");
	assert_null(strstr(captured_stderr, "truncated"));
	assert_repaired();
}

static void a_repair_or_run_killed_within_the_footer_is_repaired(void **state)
{
	static const char footer[] =
		AT_CHECKPOINT COUNTS("5", "3", "8", "0", "0", "3", "2", "5") TUPLE_1 TUPLE_2 "\n";
	char text[4096];

	(void)state;
	for (size_t bytes = 0; bytes < strlen(footer); bytes++) {
		snprintf(text, sizeof(text), "%s%.*s", BODY, (int)bytes, footer);
		write_file(LOG_NAME, text);
		leave_checkpoint(0, 2, 1);
		assert_int_equal(repair(LOG_NAME), 0);
		snprintf(text, sizeof(text), "%s%s", BODY, footer);
		assert_file(LOG_NAME, text);
		assert_false(file_exists(CHECKPOINT));
	}
	assert_repaired();
}

static void the_checkpoint_of_a_complete_run_is_removed(void **state)
{
	(void)state;
	write_file(LOG_NAME, LOG);
	leave_checkpoint(0, 2, 1);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_string_equal(captured_stdout, "a.log: complete, nothing to repair\n");
	assert_false(file_exists(CHECKPOINT));
	assert_file(LOG_NAME, LOG);
}

static void zeros_that_a_power_failure_left_are_removed(void **state)
{
	(void)state;
	write_file(LOG_NAME, BODY);
	leave_checkpoint(0, 2, 1);
	assert_int_equal(truncate(LOG_NAME, strlen(BODY) + 10000), 0);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_non_null(strstr(captured_stderr, "10000 bytes of a truncated line cut off"));
	assert_repaired();
}

static void flows_without_a_line_are_listed_once(void **state)
{
	struct siftr_flow_key one = flow_to("10.0.0.9", 9), again = one, known = {.family = 4};
	struct checkpoint_counts counts = counts_of(2, 1);
	struct checkpoint *checkpoint;

	(void)state;
	write_file(LOG_NAME, BODY);
	again.isn = 77;
	known.lport = 443;
	known.fport = 51234;
	inet_pton(AF_INET, "10.0.0.1", known.laddr);
	inet_pton(AF_INET, "192.168.100.20", known.faddr);
	checkpoint = make_checkpoint(0);
	counts.totals.packets[SIFTR_IN] += 40; /* between lines at ppl 2 */
	checkpoint__add_flow(checkpoint, &one);
	checkpoint__add_flow(checkpoint, &known);
	checkpoint__add_flow(checkpoint, &again);
	checkpoint__set(checkpoint, (struct siftr_time){1700000002, 7}, &counts);
	checkpoint__close(checkpoint);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_file(LOG_NAME, BODY AT_CHECKPOINT COUNTS("45", "3", "48", "0", "0", "3", "2", "5")
				      TUPLE_1 TUPLE_2 "10.0.0.1;80-10.0.0.9;9,\n");
	assert_non_null(strstr(captured_stdout, "3 lines, 3 flows"));
}

static void without_a_checkpoint_the_lines_are_counted_and_that_is_reported(void **state)
{
	(void)state;
	write_file(LOG_NAME, BODY);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_file(LOG_NAME,
		    BODY "disable_time_secs=1700000001\tdisable_time_usecs=500000\t" COUNTS(
			    "2", "1", "3", "0", "0", "0", "0", "0") TUPLE_1 TUPLE_2 "\n");
	assert_string_equal(captured_stdout,
			    "a.log:1: footer written: 3 lines, 2 flows, from the lines alone\n");
	assert_string_equal(captured_stderr,
			    "siftr-bpf: a.log:1: no checkpoint: not known, and counted as "
			    "none: packets and flows without a line\n");
	assert_repaired();
}

static void a_run_without_lines_gets_a_footer(void **state)
{
	(void)state;
	write_file(LOG_NAME, HEADER);
	leave_checkpoint(0, 0, 0);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_file(LOG_NAME,
		    HEADER AT_CHECKPOINT COUNTS("3", "2", "5", "0", "0", "3", "2", "5") "\n");
	assert_repaired();
}

static void a_log_that_is_being_written_is_rejected(void **state)
{
	int fd;

	(void)state;
	write_file(LOG_NAME, BODY "o,17");
	leave_checkpoint(0, 2, 1);
	fd = open(LOG_NAME, O_RDONLY);
	assert_int_equal(secure_open__lock(fd), 0);
	assert_int_equal(repair(LOG_NAME), 4);
	assert_string_equal(captured_stderr,
			    "siftr-bpf: a.log is being written: stop that siftr-bpf first\n");
	assert_string_equal(captured_stdout, "");
	assert_file(LOG_NAME, BODY "o,17");
	assert_true(file_exists(CHECKPOINT));
	close(fd);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_repaired();
}

static void the_log_is_found_under_another_name(void **state)
{
	(void)state;
	write_file(LOG_NAME, BODY);
	leave_checkpoint(0, 2, 1);
	assert_int_equal(rename(LOG_NAME, "b.log"), 0);
	assert_int_equal(repair("b.log"), 0);
	assert_non_null(strstr(captured_stdout, "from the checkpoint of"));
	assert_false(file_exists(CHECKPOINT));
	assert_int_equal(rename("b.log", LOG_NAME), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_footer_is_what_the_run_would_have_written),
		cmocka_unit_test(records_lost_in_the_rings_are_counted_as_skipped),
		cmocka_unit_test(each_line_after_the_checkpoint_is_a_packet),
		cmocka_unit_test(at_ppl_2_lines_after_the_checkpoint_are_two_packets),
		cmocka_unit_test(the_end_is_never_before_the_last_line),
		cmocka_unit_test(a_truncated_line_is_removed_at_any_length),
		cmocka_unit_test(a_line_that_lacks_only_its_newline_is_kept),
		cmocka_unit_test(a_repair_or_run_killed_within_the_footer_is_repaired),
		cmocka_unit_test(the_checkpoint_of_a_complete_run_is_removed),
		cmocka_unit_test(zeros_that_a_power_failure_left_are_removed),
		cmocka_unit_test(flows_without_a_line_are_listed_once),
		cmocka_unit_test(without_a_checkpoint_the_lines_are_counted_and_that_is_reported),
		cmocka_unit_test(a_run_without_lines_gets_a_footer),
		cmocka_unit_test(a_log_that_is_being_written_is_rejected),
		cmocka_unit_test(the_log_is_found_under_another_name),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter_scratch, leave_scratch);
}
