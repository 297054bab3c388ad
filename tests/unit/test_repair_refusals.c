// SPDX-License-Identifier: BSD-2-Clause
/* Logs that a killed run did not leave are reported and not changed by a byte. */
#include <unistd.h>

#include <siftr/array_size.h>

#include "../lib/killed_log.h"

#define FREEBSD                                                                           \
	"enable_time_secs=1700000000\tenable_time_usecs=000042\tsiftrver=1.3.0\tsysname=" \
	"FreeBSD\tsysver=1401000\tipmode=4\n"
#define LINE_124                                                                            \
	"o,0x00000000,1700000001.000001,192.0.2.1,5001,192.0.2.2,40000,1073725440,14480,0," \
	"65535,65700,7,7,4,1460,1000,1,992,230,33580,0,65700,0,0,0,0,0\n"
#define LINE_30                                                                                \
	"o,1700000001.000001,192.0.2.1,5001,192.0.2.2,40000,1073725440,14480,0,65535,65700,7," \
	"7,4,1460,1000,1,992,230000,33580,0,65700,0,0,0,7,63,12345,67890,1448\n"
#define LINE_CR                                                                                \
	"o,1700000001.000001,192.0.2.1,5001,192.0.2.2,40000,1073725440,14480,0,65535,65700,7," \
	"7,4,1460,1000,1,992,230000,33580,0,65700,0,0,0,7,63\r\n"

static void assert_refused(const char *text, const char *why)
{
	write_file(LOG_NAME, text);
	assert_int_equal(repair(LOG_NAME), 4);
	if (!strstr(captured_stderr, why))
		fail_msg("'%s' is not in: %s", why, captured_stderr);
	assert_string_equal(captured_stdout, "");
	assert_file(LOG_NAME, text);
}

static void other_dialects_are_reported(void **state)
{
	char *version = edited(FREEBSD LINE_124 LINE_124, "1.3.0\tsysname",
			       "1.2.4\thz=1000\ttcp_rtt_scale=32\tsysname");
	char *returns = edited(FREEBSD LINE_CR LINE_CR LINE_CR, "ipmode=4\n", "ipmode=4\r\n");
	char *blanks = strdup(LOG);

	(void)state;
	for (char *tab = blanks; (tab = strchr(tab, '\t'));)
		*tab = ' ';
	assert_refused(version, "is a log of SIFTR 1.2.4 ");
	assert_refused(returns, "has CR LF line ends");
	assert_refused(blanks, "blanks where a SIFTR log has TABs");
	assert_refused(FREEBSD LINE_30 LINE_30 LINE_30 "disable_time_secs=1700000010\tdisable_"
						       "time_usecs=000200\tglobal_flow_cnt=1\tmax_"
						       "tmp_qsize=3\tflow_list=192.0.2.1;5001-192."
						       "0.2.2;40000,\n",
		       "30 columns");
	assert_refused("enable_time_secs=1700000000\tenable_time_usecs=000100\tsiftrver=2.5.0\t"
		       "rec_fmt=txt\tsysver=1500000\n1,o,3e8,3890,3fffb000\n",
		       "siftr2");
	free(version);
	free(returns);
	free(blanks);
}

static void other_files_than_logs_are_not_changed(void **state)
{
	static const char *const texts[] = {"hello",	"hello\n",	     "\n", LINE_1, FOOTER,
					    "enable\n", "ENABLE_TIME_SECS=1"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_refused(texts[i], "only logs of SIFTR 1.3.0 are repaired");
}

static void a_line_that_siftr_bpf_did_not_write_is_never_removed(void **state)
{
	static const char *const notes[] = {
		"# a note\n", "note",	 "what?\n",	 "o,1700000001.0\n",
		"\n",	      "o,17 \r", "i;1700000001", "disable_time_secs=x",
	};
	char text[4096];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(notes); i++) {
		snprintf(text, sizeof(text), "%s%s", HEADER LINE_1 LINE_2, notes[i]);
		assert_refused(text, "a.log:4: this line of a run without a footer");
		snprintf(text, sizeof(text), "%s%s%s", HEADER LINE_1, notes[i], LINE_2);
		if (strchr(notes[i], '\n'))
			assert_refused(text, "a.log:3: this line of a run without a footer");
	}
	/*
	 * A log with a line that siftr-bpf did not write is not changed even if a checkpoint proves
	 * that the run was killed.
	 */
	write_file(LOG_NAME, HEADER LINE_1 LINE_2 "# a note\n");
	leave_checkpoint(0, 1, 1);
	assert_int_equal(repair(LOG_NAME), 4);
	assert_file(LOG_NAME, HEADER LINE_1 LINE_2 "# a note\n");
	assert_true(file_exists(CHECKPOINT));
	unlink(CHECKPOINT);
}

static void another_dialect_after_a_good_run_is_reported(void **state)
{
	(void)state;
	assert_refused(LOG FREEBSD LINE_30 LINE_30, "a.log:7: the run of this line is a log of a "
						    "SIFTR fork");
	assert_refused(HEADER LINE_1 FREEBSD LINE_30 LINE_30, "a.log:4: ");
}

static void a_log_that_lacks_its_last_newline_gets_it(void **state)
{
	(void)state;
	write_file(LOG_NAME, LOG);
	assert_int_equal(truncate(LOG_NAME, strlen(LOG) - 1), 0);
	assert_int_equal(repair(LOG_NAME), 0);
	assert_file(LOG_NAME, LOG);
	assert_string_equal(captured_stdout,
			    "a.log:1: footer completed: 3 lines, 2 flows, with the counts "
			    "it had\n");
	assert_repaired();
}

static void files_with_similar_names_are_not_checkpoints(void **state)
{
	static const char *const names[] = {
		"a.log.repair",
		".siftr-bpf-0123456789abcdef.new",
		"x.1700000000.000042.checkpoint",
		"a.log.1700000005.000042.checkpoint",
		"checkpoint",
		".1700000000.000042.checkpoint.mine",
	};
	char *next = edited(LOG, "secs=1700000000", "secs=1700000005"), both[4096];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		write_file(names[i], "my only copy, and no checkpoint\n");
	snprintf(both, sizeof(both), "%s%s", HEADER LINE_1 LINE_2, next);
	write_file(LOG_NAME, both);
	free(next);
	leave_checkpoint(0, 1, 1);
	assert_int_equal(repair(LOG_NAME), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_file(names[i], "my only copy, and no checkpoint\n");
		assert_int_equal(unlink(names[i]), 0);
	}
	assert_false(file_exists(CHECKPOINT));
}

/* Control characters in a file's name could control the terminal. */
static void control_characters_of_a_file_name_are_escaped(void **state)
{
	static const char *const logs[] = {LOG, HEADER LINE_1};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		write_file(LOG_NAME, logs[i]);
		assert_int_equal(rename(LOG_NAME, "\033[2J"), 0);
		assert_int_equal(repair("\033[2J"), 0);
		assert_null(strchr(captured_stdout, '\033'));
		assert_null(strchr(captured_stderr, '\033'));
		assert_memory_equal(captured_stdout, "\\x1b[2J:", 8);
	}
	assert_int_equal(rename("\033[2J", LOG_NAME), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_dialects_are_reported),
		cmocka_unit_test(other_files_than_logs_are_not_changed),
		cmocka_unit_test(a_line_that_siftr_bpf_did_not_write_is_never_removed),
		cmocka_unit_test(another_dialect_after_a_good_run_is_reported),
		cmocka_unit_test(a_log_that_lacks_its_last_newline_gets_it),
		cmocka_unit_test(files_with_similar_names_are_not_checkpoints),
		cmocka_unit_test(control_characters_of_a_file_name_are_escaped),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter_scratch, leave_scratch);
}
