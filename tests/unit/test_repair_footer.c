// SPDX-License-Identifier: BSD-2-Clause
/*
 * Runs that were killed while writing their footer: whatever follows them, the counts that the
 * footer has are kept, and a checkpoint is removed only when its run has a footer.
 */
#include <unistd.h>

#include <siftr/array_size.h>

#include "../lib/killed_log.h"
#include "../lib/random_numbers.h"

#define HEADER_2                                                                                 \
	"enable_time_secs=1700000005\tenable_time_usecs=000042\tsiftrver=1.3.0\tsysname=Linux\t" \
	"sysver=6001000\tipmode=6\n"
#define RUN_2 HEADER_2 LINE_1 LINE_2 LINE_3 FOOTER
#define BODY  HEADER LINE_1 LINE_2 LINE_3

/* The footer of BODY that repair writes from a checkpoint of 2 inbound and 1 outbound packets. */
#define KEPT                                                                                      \
	"disable_time_secs=1700000002\tdisable_time_usecs=000007\tnum_inbound_tcp_pkts=5\t"       \
	"num_outbound_tcp_pkts=3\ttotal_tcp_pkts=8\tnum_inbound_skipped_pkts_malloc=0\t"          \
	"num_outbound_skipped_pkts_malloc=0\tnum_inbound_skipped_pkts_tcpcb=3\t"                  \
	"num_outbound_skipped_pkts_tcpcb=2\tnum_inbound_skipped_pkts_inpcb=0\t"                   \
	"num_outbound_skipped_pkts_inpcb=0\ttotal_skipped_tcp_pkts=5\tflow_list=" TUPLE_1 TUPLE_2 \
	"\n"

/* Writes a log that ends with the first `bytes` of the footer, followed by `rest`. */
static void write_truncated_footer(size_t bytes, const char *rest)
{
	char text[8192];

	snprintf(text, sizeof(text), "%s%.*s%s", BODY, (int)bytes, FOOTER, rest);
	write_file(LOG_NAME, text);
}

static size_t footer_step(void)
{
	return case_step(strlen(FOOTER), 40);
}

static void assert_run_then(const char *footer, const char *rest)
{
	char text[8192];

	snprintf(text, sizeof(text), "%s%s%s", BODY, footer, rest);
	assert_file(LOG_NAME, text);
	assert_false(file_exists(CHECKPOINT));
}

static void a_run_killed_in_its_footer_keeps_the_counts_it_wrote(void **state)
{
	(void)state;
	for (size_t bytes = 0; bytes < strlen(FOOTER); bytes += footer_step()) {
		bool counted = bytes >= strlen(FOOTER_START);

		write_truncated_footer(bytes, "");
		leave_checkpoint(0, 2, 1);
		assert_int_equal(repair(LOG_NAME), 0);
		assert_run_then(counted ? FOOTER : KEPT, "");
		assert_repaired();
	}
}

static void a_run_that_follows_changes_nothing(void **state)
{
	(void)state;
	for (size_t bytes = 1; bytes < strlen(FOOTER); bytes += footer_step()) {
		bool counted = bytes >= strlen(FOOTER_START);

		write_truncated_footer(bytes, "\n" RUN_2);
		leave_checkpoint(0, 2, 1);
		assert_int_equal(repair(LOG_NAME), 0);
		assert_run_then(counted ? FOOTER : KEPT, RUN_2);
		assert_repaired();
	}
}

static void a_truncated_header_that_follows_changes_nothing(void **state)
{
	static const char *const rest[] = {"\nenable_time_secs=17\n" RUN_2, "\nenable_ti"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rest); i++) {
		for (size_t bytes = 1; bytes < strlen(FOOTER); bytes += footer_step()) {
			write_truncated_footer(bytes, rest[i]);
			leave_checkpoint(0, 2, 1);
			assert_int_equal(repair(LOG_NAME), 0);
			assert_run_then(bytes >= strlen(FOOTER_START) ? FOOTER : KEPT,
					i ? "" : RUN_2);
		}
	}
	assert_repaired();
}

static void without_a_checkpoint_the_counts_of_the_footer_are_kept(void **state)
{
	(void)state;
	for (size_t bytes = strlen(FOOTER_START); bytes < strlen(FOOTER); bytes += footer_step()) {
		write_truncated_footer(bytes, "\n" RUN_2);
		assert_int_equal(repair(LOG_NAME), 0);
		assert_run_then(FOOTER, RUN_2);
		write_truncated_footer(bytes, "");
		assert_int_equal(repair(LOG_NAME), 0);
		assert_run_then(FOOTER, "");
		assert_non_null(
			strstr(captured_stderr, "no checkpoint: not known: flows without a line"));
	}
	assert_repaired();
}

static void a_list_that_lacks_flows_is_completed_from_the_checkpoint(void **state)
{
	struct siftr_flow_key silent = flow_to("10.0.0.9", 9);
	struct checkpoint_counts counts = counts_of(2, 1);
	struct checkpoint *checkpoint;

	(void)state;
	write_file(LOG_NAME, BODY FOOTER_START TUPLE_1 "\n");
	checkpoint = make_checkpoint(0);
	checkpoint__add_flow(checkpoint, &silent);
	checkpoint__set(checkpoint, (struct siftr_time){1700000002, 7}, &counts);
	checkpoint__close(checkpoint);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_run_then(FOOTER_START TUPLE_1 TUPLE_2 "10.0.0.1;80-10.0.0.9;9,\n", "");
	assert_string_equal(captured_stdout,
			    "a.log:1: footer completed: 3 lines, 3 flows, with the counts "
			    "it had\n");
	assert_string_equal(captured_stderr, "");
}

static void a_footer_with_other_defects_and_its_checkpoint_are_kept(void **state)
{
	char *text = edited(LOG, "total_tcp_pkts=6", "total_tcp_pkts=7");

	(void)state;
	write_file(LOG_NAME, text);
	leave_checkpoint(0, 2, 1);
	assert_int_equal(repair(LOG_NAME), 1);
	assert_file(LOG_NAME, text);
	assert_true(file_exists(CHECKPOINT));
	unlink(CHECKPOINT);
	free(text);
	write_file(LOG_NAME, BODY FOOTER_START TUPLE_1 "\n");
	assert_int_equal(repair(LOG_NAME), 1);
	assert_file(LOG_NAME, BODY FOOTER_START TUPLE_1 "\n");
}

static void zeros_within_the_list_are_removed(void **state)
{
	(void)state;
	write_truncated_footer(strlen(FOOTER) - 20, "");
	assert_int_equal(truncate(LOG_NAME, strlen(LOG) + 9000), 0);
	leave_checkpoint(0, 2, 1);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_run_then(FOOTER, "");
}

static void implausible_counts_are_not_written(void **state)
{
	struct checkpoint_counts counts = counts_of(2, 1);
	struct checkpoint *checkpoint;

	(void)state;
	write_file(LOG_NAME, BODY);
	checkpoint = make_checkpoint(0);
	counts.totals.skipped_malloc[0] = ~0ULL;
	checkpoint__set(checkpoint, (struct siftr_time){1700000002, 7}, &counts);
	checkpoint__close(checkpoint);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_non_null(strstr(captured_stderr, "a.log:1: the checkpoint is damaged"));
	assert_repaired();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_killed_in_its_footer_keeps_the_counts_it_wrote),
		cmocka_unit_test(a_run_that_follows_changes_nothing),
		cmocka_unit_test(a_truncated_header_that_follows_changes_nothing),
		cmocka_unit_test(without_a_checkpoint_the_counts_of_the_footer_are_kept),
		cmocka_unit_test(a_list_that_lacks_flows_is_completed_from_the_checkpoint),
		cmocka_unit_test(a_footer_with_other_defects_and_its_checkpoint_are_kept),
		cmocka_unit_test(zeros_within_the_list_are_removed),
		cmocka_unit_test(implausible_counts_are_not_written),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter_scratch, leave_scratch);
}
