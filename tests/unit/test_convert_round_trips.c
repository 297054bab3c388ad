// SPDX-License-Identifier: BSD-2-Clause
/*
 * Logs of FreeBSD, in three formats, by `siftr-bpf convert` to a table and back: line for line what
 * they were. A table has no header and footer, which are made of its rows.
 */
#include <unistd.h>

#include <siftr/array_size.h>

#include "../lib/command_line.h"
#include "../lib/findings.h"
#include "../lib/sample_siftr2.h"
#include "../lib/scratch.h"

#define LINES_MAX 16384

static const char *const tables[] = {"csv", "jsonl"};

/* The golden logs, read before the tests enter directories of their own. */
static char *golden_1_2, *golden_1_3;

/* The data lines of a log: all that have no '='. */
static void keep_data_lines(const char *log, char lines[LINES_MAX])
{
	*lines = '\0';
	while (*log) {
		size_t bytes = (size_t)(strchr(log, '\n') + 1 - log);

		if (!memchr(log, '=', bytes))
			strncat(lines, log, bytes);
		log += bytes;
	}
}

static int count_lines(const char *lines)
{
	int count = 0;

	for (; (lines = strchr(lines, '\n')); lines++)
		count++;
	return count;
}

static void run(const char *words, const char *format, const char *files)
{
	char line[256];

	snprintf(line, sizeof(line), "%s %s %s", words, format, files);
	if (run_command(line))
		fail_msg("%s: %s", line, captured_stderr);
}

/* Converts `log` to each table and from there to `format`, which shall have the lines `expected`.
 */
static void assert_round_trip(const char *log, const char *format, const char *expected)
{
	static char lines[LINES_MAX], back[LINES_MAX];

	keep_data_lines(expected, lines);
	assert_true(count_lines(lines) >= 3);
	write_file("a.log", log);
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		run("convert --to", tables[i], "-o table a.log");
		assert_int_equal(count_in("table", "\n"),
				 count_lines(lines) + (i == 0 /* names */));
		run("convert --to", format, "-o b.log table");
		run("check", "b.log", "");
		run("convert --to", format, "table");
		keep_data_lines(captured_stdout, back);
		assert_string_equal(back, lines);
		unlink("table");
		unlink("b.log");
	}
}

static void a_log_of_siftr_1_3_0_comes_back(void **state)
{
	(void)state;
	assert_round_trip(golden_1_3, "siftr", golden_1_3);
}

/* Its srtt, in parts of 31.25 us, is rounded to whole us so that it comes back. */
static void a_log_of_siftr_1_2_4_comes_back(void **state)
{
	(void)state;
	assert_round_trip(golden_1_2, "siftr-1.2", golden_1_2);
}

/* The same packets in SIFTR 1.3.0, whose srtt and rto are microseconds. */
static void a_log_of_siftr_1_2_4_becomes_one_of_1_3_0(void **state)
{
	static const char *const edits[][2] = {
		{",1460,641,1,1017,230,", ",1460,20032,1,1017,230000,"},
		{",1460,642,1,1017,231,", ",1460,20063,1,1017,231000,"},
		{",1440,643,0,16777712,64000,", ",1440,20094,0,16777712,64000000,"},
		{",1440,4294967,0,16777712,64000,", ",1440,134217719,0,16777712,64000000,"},
		{",1460,0,1,1017,1000,", ",1460,0,1,1017,1000000,"},
	};
	char *expected = strdup(golden_1_2), *next;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(edits); i++, free(expected), expected = next)
		next = edited(expected, edits[i][0], edits[i][1]);
	for (; strstr(expected, "0x00000000,"); free(expected), expected = next)
		next = edited(expected, "0x00000000,", "");
	for (; strstr(expected, ",fd00:0:0:0:0:0:0:2,"); free(expected), expected = next)
		next = edited(expected, ",fd00:0:0:0:0:0:0:2,", ",fd00::2,");
	for (; strstr(expected, ",fe80:1:0:0:a"); free(expected), expected = next)
		next = edited(expected, ",fe80:1:0:0:a", ",fe80:1::a");
	assert_round_trip(golden_1_2, "siftr", expected);
	free(expected);
}

/* Milliseconds count from the log's beginning, which of a table is its first row. */
static void a_log_of_siftr2_comes_back(void **state)
{
	static const char *const formats[] = {"siftr2", "siftr2-binary"};
	static const char expected[] =
		"947fbda1,i,0,3890,3fffc000,4e20,0,10000,10400,1e2,2,38270,8218,d0,10430,0,b50,0\n"
		"0000002a,o,7,3e38,3fffc000,4e21,5a8,10000,10400,1e2,2,38270,8218,d0,10430,0,b50,0\n"
		"947fbda1,o,e,43e0,b50,4e22,11170,ffffffff,0,3e4,22,f4240,8218,d0,10430,1,0,7\n";

	(void)state;
	assert_round_trip(SIFTR2_LOG, "siftr2", expected);
	/* Through binary, too. */
	write_file("a.log", SIFTR2_LOG);
	run("convert --to", formats[1], "-o binary a.log");
	run("convert --to", tables[0], "-o table a.log");
	run("convert --to", tables[0], "binary");
	assert_file("table", captured_stdout);
	run("convert --to", formats[1], "-o again table");
	run("convert --to", formats[0], "-o b.log table");
	run("convert --to", formats[0], "again");
	assert_file("b.log", captured_stdout);
}

#define TRIP_TEST(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TRIP_TEST(a_log_of_siftr_1_3_0_comes_back),
		TRIP_TEST(a_log_of_siftr_1_2_4_comes_back),
		TRIP_TEST(a_log_of_siftr_1_2_4_becomes_one_of_1_3_0),
		TRIP_TEST(a_log_of_siftr2_comes_back),
	};

	golden_1_2 = read_file("tests/golden/freebsd-1.2.log", NULL);
	golden_1_3 = read_file("tests/golden/freebsd.log", NULL);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
