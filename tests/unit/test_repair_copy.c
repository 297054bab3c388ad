// SPDX-License-Identifier: BSD-2-Clause
/* With -o the log is unchanged and the repaired log is a new file. */
#include <unistd.h>

#include "../lib/killed_log.h"

#define COPY "repaired.log"

static int repair_to_copy(void)
{
	return run_command("repair -o " COPY " " LOG_NAME);
}

static void assert_copy_is_good(const char *beginning)
{
	char *text = read_file(COPY, NULL);

	assert_memory_equal(text, beginning, strlen(beginning));
	judge(text, 1);
	assert_good();
	free(text);
	assert_int_equal(unlink(COPY), 0);
}

static void the_original_and_its_checkpoint_are_unchanged(void **state)
{
	(void)state;
	write_file(LOG_NAME, HEADER LINE_1 LINE_2 "o,17");
	leave_checkpoint(0, 1, 1);
	assert_int_equal(repair_to_copy(), 0);
	assert_file(LOG_NAME, HEADER LINE_1 LINE_2 "o,17");
	assert_int_equal(unlink(CHECKPOINT), 0);
	assert_non_null(strstr(captured_stdout, "from the checkpoint of"));
	assert_copy_is_good(HEADER LINE_1 LINE_2 "disable_time_secs=1700000002\t");
}

static void a_good_log_is_copied(void **state)
{
	(void)state;
	write_file(LOG_NAME, LOG);
	assert_int_equal(repair_to_copy(), 0);
	assert_copy_is_good(LOG);
}

static void several_killed_runs_are_repaired_in_the_copy(void **state)
{
	char *other = edited(LOG, "secs=1700000000", "secs=1700000005"), text[4096];

	(void)state;
	snprintf(text, sizeof(text), "%s%s%s", HEADER LINE_1, other, HEADER LINE_2);
	write_file(LOG_NAME, text);
	assert_int_equal(repair_to_copy(), 0);
	assert_file(LOG_NAME, text);
	assert_copy_is_good(HEADER LINE_1 "disable_time");
	free(other);
}

static void an_existing_file_is_not_overwritten(void **state)
{
	char *text;

	(void)state;
	write_file(LOG_NAME, HEADER LINE_1);
	assert_int_equal(rename(LOG_NAME, COPY), 0);
	write_file(LOG_NAME, HEADER LINE_2);
	assert_int_equal(repair_to_copy(), 4);
	assert_non_null(strstr(captured_stderr, COPY " exists already"));
	text = read_file(COPY, NULL);
	assert_string_equal(text, HEADER LINE_1);
	free(text);
	unlink(COPY);
	assert_int_equal(symlink("nowhere", COPY), 0);
	assert_int_equal(repair_to_copy(), 4);
	assert_false(file_exists("nowhere"));
	unlink(COPY);
	assert_int_equal(run_command("repair -o " LOG_NAME " " LOG_NAME), 4);
	assert_file(LOG_NAME, HEADER LINE_2);
}

static void a_rejected_log_leaves_no_copy(void **state)
{
	(void)state;
	write_file(LOG_NAME, HEADER LINE_1 "# a note\n");
	assert_int_equal(repair_to_copy(), 4);
	assert_false(file_exists(COPY));
	write_file(LOG_NAME, "hello\n");
	assert_int_equal(repair_to_copy(), 4);
	assert_false(file_exists(COPY));
}

static void one_log_makes_one_copy(void **state)
{
	(void)state;
	write_file(LOG_NAME, HEADER LINE_1);
	assert_int_equal(run_command("repair -o " COPY " " LOG_NAME " " LOG_NAME), 2);
	assert_int_equal(run_command("repair -o " COPY " --set-aside " LOG_NAME), 2);
	assert_int_equal(run_command("repair -o - " LOG_NAME), 2);
	assert_file(LOG_NAME, HEADER LINE_1);
	assert_false(file_exists("-"));
}

static void only_the_log_of_the_configuration_may_be_missing(void **state)
{
	(void)state;
	write_file("a.conf", "output = not-yet.log\n");
	assert_int_equal(run_command("repair --config a.conf"), 0);
	assert_int_equal(run_command("repair --config a.conf typo.log"), 4);
	assert_non_null(strstr(captured_stderr, "typo.log"));
	assert_int_equal(run_command("repair --config a.conf -o " COPY), 2);
	write_file(LOG_NAME, HEADER LINE_1);
	assert_int_equal(run_command("repair --config a.conf " LOG_NAME), 0);
	assert_false(file_exists("not-yet.log"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_original_and_its_checkpoint_are_unchanged),
		cmocka_unit_test(a_good_log_is_copied),
		cmocka_unit_test(several_killed_runs_are_repaired_in_the_copy),
		cmocka_unit_test(an_existing_file_is_not_overwritten),
		cmocka_unit_test(a_rejected_log_leaves_no_copy),
		cmocka_unit_test(one_log_makes_one_copy),
		cmocka_unit_test(only_the_log_of_the_configuration_may_be_missing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter_scratch, leave_scratch);
}
