// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf plot`: which flow of which logs is drawn. */
#include <unistd.h>

#include "../lib/command_line.h"
#include "../lib/findings.h"
#include "../lib/sample_log.h"
#include "../lib/scratch.h"

static void the_flow_with_most_lines_or_the_one_asked_for(void **state)
{
	(void)state;
	plain_terminal();
	write_file("a.log", LOG);
	assert_int_equal(run_command("plot a.log"), 0);
	assert_non_null(
		strstr(captured_stdout, "10.0.0.1 443 192.168.100.20 51234, flow 305419896"));
	assert_string_equal(
		captured_stderr,
		"siftr-bpf: a.log has 2 flows: plotted is 305419896, which has the most "
		"lines; --flow, --port or --host choose another\n"
		"siftr-bpf: a.log: the flow has no value of ssthresh\n");
	assert_int_equal(run_command("plot --flow 1 --columns cwnd a.log"), 0);
	assert_non_null(strstr(captured_stdout, "2001:db8::1 22 fe80::a00:27ff:fe4e:66a1 60000"));
	assert_string_equal(captured_stderr, "");
	assert_int_equal(run_command("plot --flow 9 a.log"), 4);
	assert_string_equal(captured_stdout, "");
	assert_string_equal(captured_stderr, "siftr-bpf: a.log has no flow that was chosen: "
					     "siftr-bpf flows lists the flows\n");
}

/* With the filters of tracing, in all their syntax. */
static void a_flow_is_chosen_by_ports_and_addresses(void **state)
{
	static const char *const chosen[] = {
		"--port 1-100",
		"--port !443",
		"--lport 22",
		"--fport 60000,!443",
		"--host fe80::/10",
		"--ip 6",
		"--laddr 2001:db8::/32,!10.0.0.0/8",
		"--faddr !192.168.0.0/16",
	};
	char line[128];

	(void)state;
	plain_terminal();
	write_file("a.log", LOG);
	for (size_t i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++) {
		snprintf(line, sizeof(line), "plot %s --columns cwnd a.log", chosen[i]);
		assert_int_equal(run_command(line), 0);
		assert_non_null(strstr(captured_stdout,
				       "2001:db8::1 22 fe80::a00:27ff:fe4e:66a1 60000, flow 1"));
		assert_string_equal(captured_stderr, "");
	}
	assert_int_equal(run_command("plot --port 23 a.log"), 4);
	assert_non_null(strstr(captured_stderr, "a.log has no flow that was chosen"));
}

static void what_there_is_of_a_killed_run_is_drawn(void **state)
{
	(void)state;
	plain_terminal();
	write_file("a.log", HEADER LINE_1 LINE_3);
	assert_int_equal(run_command("plot --columns cwnd a.log"), 1);
	assert_non_null(strstr(captured_stdout, "# cwnd"));
	assert_non_null(strstr(captured_stderr, "plotted as far as it goes"));
	write_file("a.log", HEADER FOOTER_START "\n");
	assert_int_equal(run_command("plot a.log"), 4);
	assert_non_null(strstr(captured_stderr, "there is nothing to plot"));
	assert_int_equal(run_command("plot b.log"), 4);
}

/* A rotated log: a flow of both files is one, whatever its number in each is. */
static void several_logs_are_one_drawing(void **state)
{
	char *text = edited(LOG, "1700000000.001000", "1700000000.900000");

	(void)state;
	plain_terminal();
	write_file("a.log", HEADER LINE_2 LINE_2 LINE_2 FOOTER_START TUPLE_2 "\n");
	write_file("b.log", text);
	write_file("c.log", LOG);
	free(text);
	assert_int_equal(run_command("plot --columns cwnd a.log b.log"), 0);
	assert_non_null(strstr(captured_stdout, "2001:db8::1 22 fe80::a00:27ff:fe4e:66a1 60000, "
						"flow 1"));
	assert_string_equal(captured_stderr,
			    "siftr-bpf: the logs have 2 flows: plotted is 1, which has the most "
			    "lines; --flow, --port or --host choose another\n");
	assert_int_equal(run_command("plot --columns cwnd b.log c.log"), 0);
	assert_non_null(strstr(captured_stdout, "10.0.0.1 443 192.168.100.20 51234"));
	assert_int_equal(run_command("plot --flow 9 a.log b.log"), 4);
	assert_string_equal(captured_stderr, "siftr-bpf: the logs have no flow that was chosen: "
					     "siftr-bpf flows lists the flows\n");
	assert_int_equal(run_command("plot a.log missing.log"), 4);
	assert_string_equal(captured_stdout, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_flow_with_most_lines_or_the_one_asked_for),
		TEST(a_flow_is_chosen_by_ports_and_addresses),
		TEST(what_there_is_of_a_killed_run_is_drawn),
		TEST(several_logs_are_one_drawing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
