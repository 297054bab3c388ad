// SPDX-License-Identifier: BSD-2-Clause
/*
 * Logs as experiments on FreeBSD leave them go through flows, why and plot: several runs in a file,
 * ssh beside the experiment, packets without a line, a run without an end, and a clock that is set.
 */
#include <stdlib.h>

#include "../lib/command_line.h"
#include "../lib/findings.h"
#include "../lib/sample_log.h"
#include "../lib/scratch.h"

#define LINES_OF_RUN 200

struct run {
	__u64 begin;	     /* seconds */
	int step_at, step_s; /* the line from which the clock is so many seconds off */
	int missing;	     /* of each 10 lines of the experiment the first so many are missing */
	bool ends;	     /* it has a footer */
};

static void write_line(FILE *file, const struct run *run, int i, int remote_port, int local_port)
{
	__u64 us = (run->begin + 1) * 1000000ULL + (__u64)i * 5000;
	int cwnd = 14480 + i % 50 * 1448;

	if (run->step_s && i >= run->step_at)
		us += run->step_s * 1000000LL;
	fprintf(file,
		"%c,%llu.%06llu,172.16.10.2,%d,172.16.10.62,%d,1073725440,%d,34,65535,65700,7,9,4,"
		"1448,%d,1,996,230000,33580,%d,65700,0,%d,0,3,0\n",
		i % 2 ? 'i' : 'o', us / 1000000, us % 1000000, local_port, remote_port, cwnd,
		20000 + i % 7 * 1000, i % 20 ? 8688 : 0, i % 20 ? 7240 : 0);
}

/* Without hashes of its card FreeBSD has the number of the card's queue as flowid of all. */
static void write_run(FILE *file, const struct run *run)
{
	fprintf(file,
		"enable_time_secs=%llu\tenable_time_usecs=000042\tsiftrver=1.3.0\tsysname=FreeBSD\t"
		"sysver=1401000\tipmode=4\n",
		run->begin);
	for (int i = 0; i < LINES_OF_RUN; i++) {
		if (i % 10 >= run->missing)
			write_line(file, run, i, 5001, 40000);
		if (i % 10 == 0)
			write_line(file, run, i, 51022, 22);
	}
	if (!run->ends)
		return;
	fprintf(file,
		"disable_time_secs=%llu\tdisable_time_usecs=000200\tnum_inbound_tcp_pkts=110\t"
		"num_outbound_tcp_pkts=110\ttotal_tcp_pkts=220\tnum_inbound_skipped_pkts_malloc=0\t"
		"num_outbound_skipped_pkts_malloc=0\tnum_inbound_skipped_pkts_tcpcb=0\t"
		"num_outbound_skipped_pkts_tcpcb=0\tnum_inbound_skipped_pkts_inpcb=0\t"
		"num_outbound_skipped_pkts_inpcb=0\ttotal_skipped_tcp_pkts=0\tflow_list="
		"172.16.10.2;40000-172.16.10.62;5001,172.16.10.2;22-172.16.10.62;51022,\n",
		run->begin + 10);
}

static void write_runs(const char *path, const struct run runs[], size_t count)
{
	FILE *file = fopen(path, "w");

	for (size_t i = 0; i < count; i++)
		write_run(file, &runs[i]);
	fclose(file);
}

static void run(const char *line, int status)
{
	int got = run_command(line);

	if (got != status)
		fail_msg("%s: exit status %d: %s", line, got, captured_stderr);
}

static int count_of(const char *text)
{
	int count = 0;

	for (const char *at = captured_stdout; (at = strstr(at, text)); at++)
		count++;
	return count;
}

/* All commands accept the log; `runs` is how many runs of the two flows it has. */
static void assert_answered(int status, int runs)
{
	run("flows --format csv a.log", status);
	assert_int_equal(count_of(",40000,172.16.10.62,5001,"), runs);
	assert_int_equal(count_of(",22,172.16.10.62,51022,"), runs);
	run("flows --sort duration_us a.log", status);
	run("flows --format csv --port !22 a.log", status);
	assert_int_equal(count_of(",40000,172.16.10.62,5001,"), runs);
	assert_int_equal(count_of("51022"), 0);
	run("why --events --lport 40000 a.log", status);
	assert_int_equal(count_of("172.16.10.2:40000 > 172.16.10.62:5001, flow 3"), runs);
	assert_int_equal(count_of(":22 >"), 0);
	run("plot --host 172.16.10.0/24 --port !22 -o - a.log", status);
	assert_int_equal(count_of("</svg>"), 1);
	/* As its title, and as text. */
	assert_int_equal(count_of("172.16.10.2 40000 172.16.10.62 5001"), 2);
	assert_int_equal(count_of("nan"), 0);
}

static void several_runs_in_a_file_are_answered(void **state)
{
	static const struct run runs[] = {{.begin = 1400000000, .ends = true},
					  {.begin = 1400000100, .ends = true},
					  {.begin = 1400003600, .ends = true}};

	(void)state;
	write_runs("a.log", runs, 3);
	assert_answered(0, 3);
}

/* ntpd steps the clock: back by a minute, on by an hour. */
static void a_clock_that_is_set_changes_no_duration_by_what_it_went_back(void **state)
{
	static const struct run runs[] = {
		{.begin = 1400000000, .step_at = 100, .step_s = -60, .ends = true},
		{.begin = 1400001000, .step_at = 100, .step_s = 3600, .ends = true}};

	(void)state;
	write_runs("a.log", runs, 2);
	assert_answered(0, 2);
	/* 199 intervals of 5 ms, one of which went back; the other run has an hour more. */
	run("flows --format csv --fport 5001 a.log", 0);
	assert_int_equal(count_of(",1400000001.000000,990000,"), 1);
	assert_int_equal(count_of(",1400001001.000000,3600995000,"), 1);
}

static void packets_without_a_line_and_a_run_without_an_end_are_answered(void **state)
{
	static const struct run runs[] = {{.begin = 1400000000, .missing = 4, .ends = true},
					  {.begin = 1400000100, .missing = 1}};

	(void)state;
	write_runs("a.log", runs, 2);
	assert_answered(1, 2);
	assert_non_null(strstr(captured_stderr, "has no footer: plotted as far as it goes"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_scratch, leave_scratch)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(several_runs_in_a_file_are_answered),
		TEST(a_clock_that_is_set_changes_no_duration_by_what_it_went_back),
		TEST(packets_without_a_line_and_a_run_without_an_end_are_answered),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
