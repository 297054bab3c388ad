// SPDX-License-Identifier: BSD-2-Clause
/* The table at the end of a run: which connections it shows, in which order, and when there is one.
 */
#include "../lib/analysed_rows.h"

#include "../lib/captured_output.h"
#include "commands/run_summary.h"
#include "options/options.h"
#include "report/report.h"

/* Adds two rows of a flow so far apart, whose data waited for the peer's window if `limited`. */
static void add_flow(struct run_summary *summary, __u32 number, __u64 us, bool limited)
{
	struct siftr_flow_key key = analysed_key(number);

	for (int i = 0; i < 2; i++) {
		struct analysed_row added = analysed_row(1000000 + i * us, !i);
		struct row row = analysed_row__row(&added, &key);

		if (limited) {
			row.columns.snd_buf_cc = 9000;
			row.columns.snd_wnd = 5999;
		}
		row.flowid = row.flow_number = ~number;
		run_summary__add(summary, &row, 1);
	}
}

static struct run_summary *summary_of(enum option_when when)
{
	const struct options options = {.summary = when, .output = "siftr.log"};

	return run_summary__new(&options);
}

static void print(struct run_summary *summary)
{
	capture_begin();
	run_summary__print(summary);
	capture_end();
	run_summary__free(summary);
}

static void those_held_up_longest_come_first(void **state)
{
	struct run_summary *summary = summary_of(WHEN_YES);

	(void)state;
	add_flow(summary, 1, 9000000, false);
	add_flow(summary, 2, 1000000, true);
	add_flow(summary, 3, 4000000, true);
	print(summary);
	assert_string_equal(captured_stderr,
			    "siftr-bpf: 3 connections, those held up longest first:\n"
			    "FLOW        LOCAL       FOREIGN     TIME    IN/OUT  SRTT     HELD UP  "
			    "MOSTLY BY\n"
			    "4294967292  10.0.0.1:0  10.0.0.2:3  4.000s  1/1     100.0ms  4.000s   "
			    "receive window 100%\n"
			    "4294967293  10.0.0.1:0  10.0.0.2:2  1.000s  1/1     100.0ms  1.000s   "
			    "receive window 100%\n"
			    "4294967294  10.0.0.1:0  10.0.0.2:1  9.000s  1/1     100.0ms  -        "
			    "-\n"
			    "siftr-bpf: more about them: siftr-bpf why siftr.log\n");
	assert_string_equal(captured_stdout, "");
}

static void five_are_shown_of_many(void **state)
{
	struct run_summary *summary = summary_of(WHEN_YES);
	const char *line;
	int lines = 0;

	(void)state;
	for (__u32 i = 1; i <= 70000; i++)
		add_flow(summary, i, i == 70 ? 5000 : 1000 + i % 50, true);
	print(summary);
	assert_non_null(strstr(captured_stderr, "of the first 4096 connections those held up "
						"longest:\n"));
	line = strchr(captured_stderr, '\n') + 1;
	line = strchr(line, '\n') + 1;
	assert_non_null(strstr(line, "10.0.0.2:70 "));
	assert_true(strstr(line, "10.0.0.2:70 ") < strchr(line, '\n'));
	for (line = captured_stderr; (line = strchr(line, '\n')); line++)
		lines++;
	assert_int_equal(lines, 1 + 1 + 5 + 1);
}

static void there_is_none_unless_it_is_wanted(void **state)
{
	(void)state;
	capture_begin();
	assert_null(summary_of(WHEN_NO));
	/* What is captured goes to no terminal. */
	assert_null(summary_of(WHEN_AUTO));
	report_set_level(REPORT_QUIET);
	assert_null(summary_of(WHEN_YES));
	report_set_level(REPORT_NORMAL);
	capture_end();
	print(NULL);
	assert_string_equal(captured_stderr, "");
	print(summary_of(WHEN_YES));
	assert_string_equal(captured_stderr, "");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_held_up_longest_come_first),
		cmocka_unit_test(five_are_shown_of_many),
		cmocka_unit_test(there_is_none_unless_it_is_wanted),
	};

	report_set_level(REPORT_NORMAL);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
