// SPDX-License-Identifier: BSD-2-Clause
/*
 * Logs of several runs, files without a run, checkpoints of other files, and a repair that is
 * itself killed. Only the ends of killed runs are changed.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/killed_log.h"
#include "../lib/random_numbers.h"

#define HEADER_2                                                                                 \
	"enable_time_secs=1700000005\tenable_time_usecs=000042\tsiftrver=1.3.0\tsysname=Linux\t" \
	"sysver=6001000\tipmode=6\n"
#define RUN_2 HEADER_2 LINE_1 LINE_2 LINE_3 FOOTER
#define DONE                                                                                      \
	"disable_time_secs=1700000002\tdisable_time_usecs=000007\tnum_inbound_tcp_pkts=4\t"       \
	"num_outbound_tcp_pkts=3\ttotal_tcp_pkts=7\tnum_inbound_skipped_pkts_malloc=0\t"          \
	"num_outbound_skipped_pkts_malloc=0\tnum_inbound_skipped_pkts_tcpcb=3\t"                  \
	"num_outbound_skipped_pkts_tcpcb=2\tnum_inbound_skipped_pkts_inpcb=0\t"                   \
	"num_outbound_skipped_pkts_inpcb=0\ttotal_skipped_tcp_pkts=5\tflow_list=" TUPLE_1 TUPLE_2 \
	"\n"

/* The number of new files that killed repairs have left. */
static int count_new_files(void)
{
	DIR *directory = opendir(".");
	int count = 0;

	for (const struct dirent *entry; (entry = readdir(directory));)
		count += strstr(entry->d_name, ".siftr-bpf-") == entry->d_name;
	closedir(directory);
	return count;
}

/* Removes the file that a repair leaves if it is killed while it gives its copy the log's name. */
static void remove_new_files(void)
{
	DIR *directory = opendir(".");

	for (const struct dirent *entry; (entry = readdir(directory));)
		if (strstr(entry->d_name, ".siftr-bpf-") == entry->d_name)
			unlink(entry->d_name);
	closedir(directory);
}

static void a_killed_run_before_a_complete_one_gets_its_footer(void **state)
{
	struct stat before, after;

	(void)state;
	write_file(LOG_NAME, HEADER LINE_1 LINE_2 RUN_2);
	assert_int_equal(chmod(LOG_NAME, 0604), 0);
	assert_int_equal(stat(LOG_NAME, &before), 0);
	leave_checkpoint(0, 1, 1);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_file(LOG_NAME, HEADER LINE_1 LINE_2 DONE RUN_2);
	assert_string_equal(captured_stdout, "a.log:1: footer written: 2 lines, 2 flows, from the "
					     "checkpoint of 1700000002.000007\n");
	assert_int_equal(stat(LOG_NAME, &after), 0);
	assert_int_equal(after.st_mode, before.st_mode);
	assert_int_equal(after.st_uid, before.st_uid);
	assert_int_equal(after.st_gid, before.st_gid);
	assert_int_equal(count_new_files(), 0);
	assert_false(file_exists(CHECKPOINT));
	assert_repaired();
}

static void a_truncated_line_before_another_run_is_removed(void **state)
{
	(void)state;
	write_file(LOG_NAME, HEADER LINE_1 LINE_2 "o,17000\n" RUN_2);
	leave_checkpoint(0, 1, 1);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_file(LOG_NAME, HEADER LINE_1 LINE_2 DONE RUN_2);
	assert_non_null(strstr(captured_stderr, "a.log:1: 8 bytes of a truncated line cut off\n"));
	write_file(LOG_NAME, HEADER LINE_1 LINE_2 "disable_time_secs=1700000001\tdis\n" RUN_2);
	leave_checkpoint(0, 1, 1);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_file(LOG_NAME, HEADER LINE_1 LINE_2 DONE RUN_2);
	assert_repaired();
}

static void all_killed_runs_of_a_log_are_repaired_at_once(void **state)
{
	char *found;

	(void)state;
	write_file(LOG_NAME,
		   RUN_2 HEADER LINE_1 LINE_2 "o,1\n" HEADER_2 LINE_3 RUN_2 HEADER_2 LINE_1 "o,1");
	leave_checkpoint(strlen(RUN_2), 1, 1);
	assert_int_equal(repair(LOG_NAME), 0);
	found = read_file(LOG_NAME, NULL);
	assert_memory_equal(found, RUN_2 HEADER LINE_1 LINE_2 DONE HEADER_2 LINE_3 "disable",
			    strlen(RUN_2 HEADER LINE_1 LINE_2 DONE HEADER_2 LINE_3 "disable"));
	free(found);
	assert_non_null(strstr(captured_stdout,
			       "a.log:6: footer written: 2 lines, 2 flows, from the "
			       "checkpoint of 1700000002.000007\n"));
	assert_non_null(strstr(captured_stdout,
			       "a.log:10: footer written: 1 line, 1 flow, from the lines "
			       "alone\n"));
	assert_non_null(strstr(captured_stdout,
			       "a.log:17: footer written: 1 line, 1 flow, from the lines "
			       "alone\n"));
	assert_repaired();
}

static void a_truncated_header_is_not_a_run(void **state)
{
	(void)state;
	for (size_t bytes = 1; bytes < strlen(HEADER); bytes += case_step(strlen(HEADER), 20)) {
		char text[4096];

		snprintf(text, sizeof(text), "%s%.*s", RUN_2, (int)bytes, HEADER);
		write_file(LOG_NAME, text);
		assert_int_equal(repair(LOG_NAME), 0);
		assert_file(LOG_NAME, RUN_2);
		snprintf(text, sizeof(text), "a.log: a truncated header of %zu byte%s cut off\n",
			 bytes, bytes == 1 ? "" : "s");
		assert_string_equal(captured_stdout, text);
		snprintf(text, sizeof(text), "%.*s", (int)bytes, HEADER);
		write_file(LOG_NAME, text);
		assert_int_equal(repair(LOG_NAME), 1);
		assert_file(LOG_NAME, "");
	}
}

static void other_defects_are_kept_and_reported(void **state)
{
	(void)state;
	write_file(LOG_NAME, RUN_2 LINE_1);
	assert_int_equal(repair(LOG_NAME), 1);
	assert_file(LOG_NAME, RUN_2 LINE_1);
	assert_string_equal(captured_stdout, "");
	assert_non_null(strstr(captured_stderr,
			       "a.log: 1 defect left that repair cannot correct: see siftr-bpf "
			       "check\n"));
	write_file(LOG_NAME, HEADER LINE_1 "what?\n" LINE_2 FOOTER HEADER_2 LINE_1);
	assert_int_equal(repair(LOG_NAME), 1);
	assert_non_null(strstr(captured_stdout, "a.log:6: footer written: 1 line, 1 flow"));
	assert_non_null(strstr(captured_stderr, " left that repair cannot correct"));
}

static void a_log_without_a_run_gets_the_verdict_of_check(void **state)
{
	(void)state;
	write_file(LOG_NAME, "");
	assert_int_equal(repair(LOG_NAME), 1);
	assert_string_equal(captured_stdout, "");
	assert_string_equal(captured_stderr, "siftr-bpf: a.log is empty: there is no run in it\n");
	assert_int_equal(repair("nowhere.log"), 4);
	assert_false(file_exists("nowhere.log"));
	assert_int_equal(repair("."), 4);
}

static void a_checkpoint_of_another_file_is_rejected(void **state)
{
	(void)state;
	write_file(LOG_NAME, HEADER LINE_1 LINE_2);
	leave_checkpoint(0, 1, 1);
	assert_int_equal(rename(LOG_NAME, "original.log"), 0);
	write_file(LOG_NAME, HEADER LINE_1 LINE_2 "o,17");
	assert_int_equal(repair(LOG_NAME), 4);
	assert_string_equal(captured_stderr,
			    "siftr-bpf: a.log: the checkpoint " CHECKPOINT
			    " is of another file: repair that one, or move the checkpoint "
			    "away\n");
	assert_file(LOG_NAME, HEADER LINE_1 LINE_2 "o,17");
	assert_true(file_exists(CHECKPOINT));
	assert_int_equal(repair("original.log"), 0);
	assert_false(file_exists(CHECKPOINT));
	assert_int_equal(repair(LOG_NAME), 0);
	assert_repaired();
}

static void a_damaged_checkpoint_is_reported_and_not_used(void **state)
{
	(void)state;
	write_file(LOG_NAME, HEADER LINE_1 LINE_2);
	leave_checkpoint(0, 50, 50);
	assert_int_equal(truncate(CHECKPOINT, 1024), 0);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_non_null(strstr(captured_stderr, "a.log:1: the checkpoint is damaged: not known"));
	assert_non_null(strstr(captured_stdout, "from the lines alone"));
	assert_false(file_exists(CHECKPOINT));
	assert_repaired();
}

static void a_link_is_not_followed(void **state)
{
	(void)state;
	write_file(LOG_NAME, HEADER LINE_1);
	assert_int_equal(symlink(LOG_NAME, "link.log"), 0);
	assert_int_equal(repair("link.log"), 4);
	assert_file(LOG_NAME, HEADER LINE_1);
	unlink("link.log");
}

/*
 * Writes a log of runs with many flows, of which the first two were killed, so that a repair takes
 * long enough to be killed itself.
 */
static void write_long_log(void)
{
	FILE *file = fopen(LOG_NAME, "w");

	assert_non_null(file);
	for (int run = 0; run < 3; run++) {
		fputs(run ? HEADER_2 : HEADER, file);
		for (int flow = 0; flow < 3000; flow++)
			fprintf(file,
				"o,1700000000.001000,10.0.0.1,443,10.0.%d.%d,51234,1,14480,34,"
				"65535,63740,7,9,4,1460,25000,1,996,204000,87040,4344,131072,100,"
				"2896,0,%d,191\n",
				flow / 250, flow % 250, flow + 1);
	}
	assert_int_equal(fclose(file), 0);
}

static void kill_a_repair_after(useconds_t microseconds)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		repair(LOG_NAME);
		_exit(0);
	}
	usleep(microseconds);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
}

static void a_repair_that_is_killed_can_be_repeated(void **state)
{
	char *expected;

	(void)state;
	write_long_log();
	leave_checkpoint(0, 0, 3100);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_repaired();
	expected = read_file(LOG_NAME, NULL);
	for (size_t round = 0; round < 100; round += case_step(100, 10)) {
		write_long_log();
		leave_checkpoint(0, 0, 3100);
		kill_a_repair_after(100 * (useconds_t)round);
		assert_int_equal(repair(LOG_NAME), 0);
		assert_file(LOG_NAME, expected);
		assert_false(file_exists(CHECKPOINT));
		assert_int_equal(repair(LOG_NAME), 0);
		remove_new_files();
	}
	free(expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_killed_run_before_a_complete_one_gets_its_footer),
		cmocka_unit_test(a_truncated_line_before_another_run_is_removed),
		cmocka_unit_test(all_killed_runs_of_a_log_are_repaired_at_once),
		cmocka_unit_test(a_truncated_header_is_not_a_run),
		cmocka_unit_test(other_defects_are_kept_and_reported),
		cmocka_unit_test(a_log_without_a_run_gets_the_verdict_of_check),
		cmocka_unit_test(a_checkpoint_of_another_file_is_rejected),
		cmocka_unit_test(a_damaged_checkpoint_is_reported_and_not_used),
		cmocka_unit_test(a_link_is_not_followed),
		cmocka_unit_test(a_repair_that_is_killed_can_be_repeated),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter_scratch, leave_scratch);
}
