// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf check`: its messages, verdicts and exit codes. */
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <zstd.h>

#include <siftr/array_size.h>

#include "../lib/command_line.h"
#include "../lib/findings.h"
#include "../lib/scratch.h"

static void a_good_log_exits_0_without_messages(void **state)
{
	(void)state;
	write_file("a.log", LOG);
	assert_int_equal(run_command("check a.log"), 0);
	assert_string_equal(captured_stdout, "a.log: 1 run, 3 lines, 2 flows: good\n");
	assert_string_equal(captured_stderr, "");
	assert_int_equal(run_command("check --ppl 1 a.log a.log"), 0);
	assert_string_equal(captured_stdout, "a.log: 1 run, 3 lines, 2 flows: good\n"
					     "a.log: 1 run, 3 lines, 2 flows: good\n");
}

static void a_defect_is_shown_with_its_line_and_exits_1(void **state)
{
	char *text = edited(LOG, ",9,4,", ",9,\033[2J,");

	(void)state;
	write_file("a.log", text);
	write_file("b.log", LOG);
	free(text);
	assert_int_equal(run_command("check a.log b.log"), 1);
	assert_string_equal(captured_stderr,
			    "a.log:2: column 14 (conn_state): not a whole number, got "
			    "'\\x1b[2J', expected a whole number from 4 to 10\n");
	assert_string_equal(captured_stdout, "a.log: 1 run, 3 lines, 2 flows: 1 defect\n"
					     "b.log: 1 run, 3 lines, 2 flows: good\n");
}

static void twenty_defects_are_shown_and_the_rest_counted(void **state)
{
	char text[1024] = HEADER;

	(void)state;
	for (int i = 0; i < 45; i++)
		strcat(text, "what?\n");
	write_file("a.log", text);
	assert_int_equal(run_command("check a.log"), 1);
	assert_non_null(
		strstr(captured_stderr, "a.log:21: a line of no kind, got 'what?', expected "));
	assert_null(strstr(captured_stderr, "a.log:22:"));
	assert_non_null(strstr(captured_stderr, "\na.log: 26 more defects\n"));
	assert_string_equal(captured_stdout, "a.log: 1 run, 0 lines, 0 flows: 46 defects\n");
}

static void allowed_findings_are_reported_and_exit_0(void **state)
{
	char *text = edited(LOG, "1700000001.500000", "1700000000.000001");

	(void)state;
	write_file("a.log", text);
	free(text);
	assert_int_equal(run_command("check a.log"), 0);
	assert_string_equal(captured_stdout, "a.log: 1 run, 3 lines, 2 flows: good\n");
	assert_string_equal(captured_stderr,
			    "siftr-bpf: a.log: time steps back 1 time, by 1000000 us at "
			    "most, first in line 4: allowed\n");
	assert_int_equal(run_command("check -q a.log"), 0);
	assert_string_equal(captured_stderr, "");
	write_file("a.log", HEADER LINE_3 FOOTER);
	assert_int_equal(run_command("check a.log"), 0);
	assert_string_equal(captured_stdout,
			    "a.log: 1 run, 1 line, 2 flows: good, fewer lines than "
			    "packets: consistent with a ppl above 1\n");
}

/* At ppl 2, at most every second packet has a line. */
static void missing_lines_that_no_ppl_explains_exit_1(void **state)
{
	(void)state;
	write_file("a.log", HEADER LINE_1 LINE_3 FOOTER);
	assert_int_equal(run_command("check a.log"), 1);
	assert_string_equal(captured_stderr,
			    "a.log:4: number of data lines, got '2', expected 3, the packets "
			    "less those skipped, or at most 1 at a ppl above 1\n");
	assert_string_equal(captured_stdout, "a.log: 1 run, 2 lines, 2 flows: 1 defect\n");
}

static void a_second_flowid_is_reported_with_v(void **state)
{
	char *text = edited(HEADER LINE_1 LINE_2 LINE_1 FOOTER, ",305419896,", ",7,");

	(void)state;
	write_file("a.log", text);
	free(text);
	assert_int_equal(run_command("check a.log"), 1);
	assert_null(strstr(captured_stderr, "note"));
	run_command("check -v a.log");
	assert_non_null(strstr(captured_stderr,
			       "a.log:4: note: column 26 (flowid): another id than the flow "
			       "had before, got '305419896', expected 7 (line 2), or a "
			       "connection of its own\n"));
}

static void stdin_is_read_as_a_stream(void **state)
{
	int saved = dup(STDIN_FILENO), ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], LOG, strlen(LOG)), strlen(LOG));
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	assert_int_equal(run_command("check -"), 0);
	assert_string_equal(captured_stdout, "-: 1 run, 3 lines, 2 flows: good\n");
	dup2(saved, STDIN_FILENO);
	close(saved);
}

static void a_log_that_cannot_be_read_exits_4(void **state)
{
	(void)state;
	write_file("a.log", HEADER);
	assert_int_equal(run_command("check /nonexistent a.log"), 4);
	assert_non_null(strstr(captured_stderr, "cannot open /nonexistent: No such file"));
	assert_non_null(strstr(captured_stdout, "a.log: "));
	assert_int_equal(run_command("check /"), 4);
	assert_non_null(strstr(captured_stderr, "cannot read /: Is a directory"));
}

/*
 * A file that is no log of a checked version gets one message and no verdict; the files after it
 * are checked.
 */
static void other_files_than_logs_of_1_3_0_exit_4(void **state)
{
	(void)state;
	write_file("a.log", "BZh91AY&SY");
	write_file("b.log", LOG);
	assert_int_equal(run_command("check a.log b.log"), 4);
	assert_string_equal(captured_stderr,
			    "siftr-bpf: a.log is compressed (bzip2): use bzcat a.log | "
			    "siftr-bpf check -\n");
	assert_string_equal(captured_stdout, "b.log: 1 run, 3 lines, 2 flows: good\n");
	write_file("a.log", "what?\nthis is\nno log\n");
	assert_int_equal(run_command("check a.log"), 4);
	assert_string_equal(
		captured_stderr,
		"siftr-bpf: a.log is not a SIFTR log, as it does not begin with "
		"a header: only logs of SIFTR 1.3.0 and 1.2.4 and of siftr2 2.5 are checked\n");
	assert_string_equal(captured_stdout, "");
	write_file("a.log", "");
	assert_int_equal(run_command("check a.log"), 1);
	assert_string_equal(captured_stderr, "a.log:1: an empty log, expected a header\n");
}

static void a_compressed_log_is_named_and_read(void **state)
{
	char packed[4096];
	size_t bytes = ZSTD_compress(packed, sizeof(packed), LOG, strlen(LOG), 1);
	FILE *file = fopen("a.log", "w");

	(void)state;
	assert_int_equal(fwrite(packed, 1, bytes, file), bytes);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(run_command("check a.log"), 0);
	assert_string_equal(captured_stdout, "a.log: zstd: 1 run, 3 lines, 2 flows: good\n");
	assert_int_equal(truncate("a.log", (off_t)bytes - 1), 0);
	assert_int_equal(run_command("check a.log"), 1);
	assert_non_null(strstr(captured_stderr,
			       ": the compressed file is damaged or cut short: read so far\n"));
	/* Nothing of it can be read, which does not make it empty. */
	assert_int_equal(truncate("a.log", (off_t)bytes / 2), 0);
	assert_int_equal(run_command("check a.log"), 1);
	assert_string_equal(captured_stderr,
			    "a.log:1: the compressed file is damaged or cut short: read so far\n");
}

static void a_log_that_is_being_written_is_not_reported_as_killed(void **state)
{
	int writer;

	(void)state;
	write_file("a.log", HEADER LINE_1 LINE_3);
	writer = open("a.log", O_WRONLY | O_APPEND);
	assert_true(writer >= 0);
	assert_int_equal(flock(writer, LOCK_EX | LOCK_NB), 0);
	assert_int_equal(run_command("check a.log"), 1);
	assert_string_equal(captured_stderr,
			    "a.log:3: no footer: the run that began in line 1 is being "
			    "written\n");
	close(writer);
	assert_int_equal(run_command("check a.log"), 1);
	assert_string_equal(captured_stderr,
			    "a.log:3: no footer: the run that began in line 1 was killed, "
			    "or its end is missing\n");
	/* The check holds no lock of the log any more. */
	writer = open("a.log", O_WRONLY | O_APPEND);
	assert_int_equal(flock(writer, LOCK_EX | LOCK_NB), 0);
	close(writer);
}

/* Control characters in a file's name could control the terminal. */
static void control_characters_of_a_file_name_are_escaped(void **state)
{
	(void)state;
	write_file("\033[2J", LINE_1);
	assert_int_equal(run_command("check \033[2J"), 1);
	assert_null(strchr(captured_stderr, '\033'));
	assert_null(strchr(captured_stdout, '\033'));
	assert_non_null(strstr(captured_stderr, "\\x1b[2J:1: a data line where"));
	assert_memory_equal(captured_stdout, "\\x1b[2J: 0 runs", 14);
	assert_int_equal(unlink("\033[2J"), 0);
}

static void bad_usage_exits_2(void **state)
{
	static const char *const bad[][2] = {
		{"check", "at least one FILE"},
		{"check --ppl 0 a.log", "--ppl"},
		{"check --port 80 a.log", "--port is not an option of check"},
		{"check a.log -o x", "--output is not an option of check"},
		{"check --strict a.log", "--strict is not an option of check"},
		{"check --what a.log", "unknown option --what"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(run_command(bad[i][0]), 2);
		if (!strstr(captured_stderr, bad[i][1]))
			fail_msg("'%s' was answered with: %s", bad[i][0], captured_stderr);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_log_exits_0_without_messages),
		cmocka_unit_test(a_defect_is_shown_with_its_line_and_exits_1),
		cmocka_unit_test(twenty_defects_are_shown_and_the_rest_counted),
		cmocka_unit_test(allowed_findings_are_reported_and_exit_0),
		cmocka_unit_test(missing_lines_that_no_ppl_explains_exit_1),
		cmocka_unit_test(a_second_flowid_is_reported_with_v),
		cmocka_unit_test(stdin_is_read_as_a_stream),
		cmocka_unit_test(a_log_that_cannot_be_read_exits_4),
		cmocka_unit_test(other_files_than_logs_of_1_3_0_exit_4),
		cmocka_unit_test(a_compressed_log_is_named_and_read),
		cmocka_unit_test(a_log_that_is_being_written_is_not_reported_as_killed),
		cmocka_unit_test(control_characters_of_a_file_name_are_escaped),
		cmocka_unit_test(bad_usage_exits_2),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter_scratch, leave_scratch);
}
