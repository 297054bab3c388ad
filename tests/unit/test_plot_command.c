// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf plot`: what is drawn of which flow, as SVG and as characters, messages, exit codes. */
#include <stdlib.h>
#include <unistd.h>

#include "../lib/command_line.h"
#include "../lib/findings.h"
#include "../lib/sample_log.h"
#include "../lib/scratch.h"

#define TERMINAL_LINES_MAX 40

/* A log of one flow: cwnd grows to 100 KiB, and one line in the middle has 200 KiB. */
static void write_long_log(const char *path, int lines)
{
	FILE *file = fopen(path, "w");

	fputs(HEADER, file);
	for (int i = 0; i < lines; i++)
		fprintf(file,
			"o,%d.%06d,10.0.0.1,443,192.168.100.20,51234,%d,%d,34,65535,63740,7,9,4,"
			"1460,%d,1,996,204000,87040,4344,131072,100,2896,0,7,191\n",
			1700000000 + i / 1000, i % 1000 * 1000, i < lines / 2 ? 1073725440 : 51200,
			i == lines / 3 ? 204800 : 1024 + (int)(102400LL * i / lines),
			20000 + i % 50);
	fputs(FOOTER_START "10.0.0.1;443-192.168.100.20;51234,\n", file);
	fclose(file);
}

static void the_flow_is_drawn_as_svg(void **state)
{
	char *svg;

	(void)state;
	write_long_log("a.log", 3000);
	assert_int_equal(run_command("plot --columns cwnd,ssthresh,srtt -o a.svg a.log"), 0);
	assert_string_equal(captured_stdout, "");
	assert_string_equal(captured_stderr, "");
	svg = read_file("a.svg", NULL);
	assert_non_null(strstr(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\""));
	assert_non_null(strstr(svg, "10.0.0.1 443 192.168.100.20 51234, flow 7"));
	assert_non_null(strstr(svg, ">cwnd</text>"));
	assert_non_null(strstr(svg, ">ssthresh</text>"));
	assert_non_null(strstr(svg, ">srtt</text>"));
	assert_non_null(strstr(svg, ">KiB</text>"));
	assert_non_null(strstr(svg, ">ms</text>"));
	assert_non_null(strstr(svg, ">200</text>"));
	assert_non_null(strstr(svg, "time (s)"));
	assert_int_equal(count_in("a.svg", "class=\"l\""), 3);
	assert_string_equal(svg + strlen(svg) - 7, "</svg>\n");
	free(svg);
	/* A second plot replaces the first. */
	assert_int_equal(run_command("plot --columns snd_cwnd -o a.svg a.log"), 0);
	assert_int_equal(count_in("a.svg", "class=\"l\""), 1);
	assert_int_equal(run_command("plot --columns snd_cwnd -o - a.log"), 0);
	assert_int_equal(count_in("a.svg", "nan"), 0);
	svg = read_file("a.svg", NULL);
	assert_string_equal(captured_stdout, svg);
	free(svg);
}

/* The highest value is the highest point, however few of the rows the drawing has room for. */
static void the_extreme_is_in_the_drawing(void **state)
{
	char *svg, *line;
	double top = 1e9;

	(void)state;
	write_long_log("a.log", 60000);
	assert_int_equal(run_command("plot --columns cwnd -o a.svg a.log"), 0);
	svg = read_file("a.svg", NULL);
	assert_true(strlen(svg) < 100000);
	line = strstr(svg, "class=\"l\"");
	assert_non_null(line);
	for (char *at = strstr(line, "d=\"") + 3; *at == 'M' || *at == 'L';) {
		double y;

		strtod(at + 1, &at);
		y = strtod(at, &at);
		top = y < top ? y : top;
	}
	/* The axis ends 4 % above 200 KiB: 280 high, from 44 to 324. */
	assert_true(top > 54 && top < 56);
	free(svg);
}

/* The peer's window is 8 MiB: cwnd, 200 KiB at most, would be a flat line on its scale. */
static void a_bound_far_above_what_it_bounds_is_cut_off(void **state)
{
	static const char table[] =
		"time,direction,laddr,lport,faddr,fport,flowid,snd_cwnd,snd_wnd\n"
		"1.0,o,10.0.0.1,1,10.0.0.2,2,5,102400,8388608\n"
		"2.0,o,10.0.0.1,1,10.0.0.2,2,5,204800,65536\n";
	char *svg;

	(void)state;
	plain_terminal();
	write_file("a.csv", table);
	assert_int_equal(run_command("plot --columns cwnd,snd_wnd -o a.svg a.csv"), 0);
	svg = read_file("a.svg", NULL);
	assert_non_null(strstr(svg, ">cwnd</text>"));
	assert_non_null(strstr(svg, ">snd_wnd (cut off, up to 8.0MiB)</text>"));
	assert_non_null(strstr(svg, ">200</text>"));
	assert_null(strstr(svg, ">MiB</text>"));
	/* From the upper end of the panel, 44, to a half of what it has below its headroom. */
	assert_non_null(strstr(svg, "d=\"M64.0 44.0L704.0 237.8h.1\""));
	free(svg);
	assert_int_equal(run_command("plot --columns cwnd,snd_wnd a.csv"), 0);
	assert_non_null(strstr(captured_stdout, "- snd_wnd (cut off, up to 8.0MiB)"));
	/* Alone it has the scale for itself. */
	assert_int_equal(run_command("plot --columns snd_wnd a.csv"), 0);
	assert_null(strstr(captured_stdout, "cut off"));
	assert_non_null(strstr(captured_stdout, "MiB"));
}

static void characters_are_drawn_without_output(void **state)
{
	int lines = 0;

	(void)state;
	plain_terminal();
	write_long_log("a.log", 3000);
	assert_int_equal(run_command("plot a.log"), 0);
	assert_string_equal(captured_stderr, "");
	assert_non_null(strstr(captured_stdout, "# cwnd"));
	assert_non_null(strstr(captured_stdout, "- ssthresh"));
	assert_non_null(strstr(captured_stdout, "o srtt"));
	for (char *line = strtok(captured_stdout, "\n"); line; line = strtok(NULL, "\n")) {
		assert_true(strlen(line) <= 72);
		for (const char *at = line; *at; at++)
			assert_true(*at >= ' ' && *at <= '~');
		lines++;
	}
	assert_true(lines > 20 && lines < TERMINAL_LINES_MAX);
	setenv("LC_ALL", "C.UTF-8", 1);
	assert_int_equal(run_command("plot --columns cwnd a.log"), 0);
	assert_non_null(strstr(captured_stdout, "\xe2\xa0"));
	assert_null(strchr(captured_stdout, '\033'));
}

/* Neither a panel nor a name in the legend: it would be looked for. */
static void a_column_without_a_value_is_not_in_the_figure(void **state)
{
	char line[] = "1.221032535 10.0.0.2:39815 10.0.0.1:5001 32 0x1a2a710c 0x1a2a387c 11 "
		      "2147483647 14592 85 29200\n";

	(void)state;
	plain_terminal();
	write_file("a.probe", line);
	assert_int_equal(run_command("plot a.probe"), 0);
	assert_non_null(strstr(captured_stdout, " srtt"));
	assert_null(strstr(captured_stdout, "cwnd"));
	assert_null(strstr(captured_stdout, "ssthresh"));
	assert_non_null(strstr(captured_stderr, "a.probe: the flow has no value of cwnd, in bytes: "
						"logs of tcp_probe have cwnd_segs\n"));
	assert_non_null(strstr(captured_stderr, "the flow has no value of ssthresh\n"));
	assert_int_equal(run_command("plot -o a.svg a.probe"), 0);
	assert_int_equal(count_in("a.svg", "cwnd"), 0);
	assert_int_equal(count_in("a.svg", "class=\"l\""), 1);
}

static void fields_of_a_table_are_drawn(void **state)
{
	(void)state;
	plain_terminal();
	write_file("a.csv", "time,direction,laddr,lport,faddr,fport,flowid,snd_cwnd,packets_out\n"
			    "1.0,o,10.0.0.1,1,10.0.0.2,2,5,1000,3\n"
			    "2.0,o,10.0.0.1,1,10.0.0.2,2,5,,9\n");
	assert_int_equal(run_command("plot --columns packets_out,cwnd a.csv"), 0);
	assert_non_null(strstr(captured_stdout, "segments"));
	assert_int_equal(run_command("plot --columns srtt a.csv"), 4);
	assert_non_null(strstr(captured_stderr, "a.csv: nothing to plot"));
}

static void what_cannot_be_drawn_is_refused(void **state)
{
	static const char *const refused[][2] = {
		{"plot --columns cwn a.log", "not 'cwn': siftr-bpf fields lists them"},
		{"plot --columns cc_name a.log", "cc_name is a text"},
		{"plot --columns cwnd,,srtt a.log", "not ''"},
		{"plot --columns srtt,srtt,srtt,srtt,srtt,srtt,srtt,srtt,srtt a.log", "at most 8"},
		{"plot -o a.gif a.log", "ends with .svg, .png or .pdf, not a.gif"},
		{"plot", "at least one FILE"},
	};

	(void)state;
	write_file("a.log", LOG);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_int_equal(run_command(refused[i][0]), 2);
		assert_string_equal(captured_stdout, "");
		assert_non_null(strstr(captured_stderr, refused[i][1]));
	}
	assert_false(file_exists("a.gif"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_flow_is_drawn_as_svg),
		TEST(the_extreme_is_in_the_drawing),
		TEST(a_bound_far_above_what_it_bounds_is_cut_off),
		TEST(characters_are_drawn_without_output),
		TEST(a_column_without_a_value_is_not_in_the_figure),
		TEST(fields_of_a_table_are_drawn),
		TEST(what_cannot_be_drawn_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
