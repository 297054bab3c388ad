// SPDX-License-Identifier: BSD-2-Clause
/* Images of `siftr-bpf plot`, which another program makes of its SVG. */
#include <stdlib.h>
#include <sys/stat.h>

#include "../lib/command_line.h"
#include "../lib/findings.h"
#include "../lib/sample_log.h"
#include "../lib/scratch.h"

/* Makes the program that makes images, in a directory that is all of PATH. NULL: there is none. */
static void write_converter(const char *script)
{
	assert_int_equal(setenv("PATH", scratch_directory, 1), 0);
	if (!script)
		return;
	write_file("rsvg-convert", script);
	assert_int_equal(chmod("rsvg-convert", 0755), 0);
}

/* The program gets the figure, and what it prints becomes the file. */
static void an_image_is_made_by_another_program(void **state)
{
	char *path = strdup(getenv("PATH"));

	(void)state;
	write_file("a.log", LOG);
	write_converter("#!/bin/sh\n"
			"[ \"$1\" = --version ] && exit\n"
			"read -r line && echo \"$* $line\"\n");
	assert_int_equal(run_command("plot -q --columns cwnd -o a.PNG a.log"), 0);
	assert_string_equal(captured_stderr, "");
	assert_int_equal(count_in("a.PNG", "--zoom 2 --format png <svg xmlns="), 1);
	assert_int_equal(run_command("plot -q --columns cwnd -o a.pdf a.log"), 0);
	assert_int_equal(count_in("a.pdf", "--zoom 1 --format pdf <svg xmlns="), 1);
	setenv("PATH", path, 1);
	free(path);
}

/* A program that is missing is said before logs are read; what was there stays. */
static void an_image_that_cannot_be_made_is_said(void **state)
{
	char *path = strdup(getenv("PATH"));

	(void)state;
	write_file("a.log", LOG);
	write_file("a.png", "old");
	write_converter(NULL);
	assert_int_equal(run_command("plot -o a.png missing.log"), 4);
	assert_string_equal(captured_stderr,
			    "siftr-bpf: a.png takes the program rsvg-convert, which is not "
			    "installed: Debian and Ubuntu have it in librsvg2-bin; -o FILE.svg "
			    "takes none\n");
	write_converter("#!/bin/sh\n[ \"$1\" = --version ]\n");
	assert_int_equal(run_command("plot -q --columns cwnd -o a.png a.log"), 4);
	assert_non_null(strstr(captured_stderr, "rsvg-convert made no png of the plot"));
	write_converter("#!/bin/sh\nexit 0\n");
	assert_int_equal(run_command("plot -q --columns cwnd -o a.png a.log"), 4);
	assert_int_equal(run_command("plot -q --columns cwnd -o none/a.png a.log"), 4);
	assert_file("a.png", "old");
	setenv("PATH", path, 1);
	free(path);
}

static int width_of_svg(void)
{
	char *svg;
	int width = 0;

	assert_int_equal(run_command("plot -q --columns cwnd -o a.svg a.log"), 0);
	svg = read_file("a.svg", NULL);
	assert_int_equal(sscanf(strstr(svg, " width="), " width=\"%d\"", &width), 1);
	free(svg);
	return width;
}

/* What the program of librsvg makes has the size of the figure, twice; it may not be installed. */
static void a_png_has_the_figure(void **state)
{
	static const unsigned char signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	unsigned char *image;
	size_t bytes;
	int status;

	(void)state;
	write_file("a.log", LOG);
	status = run_command("plot -q --columns cwnd -o a.png a.log");
	if (strstr(captured_stderr, "which is not installed"))
		skip();
	assert_int_equal(status, 0);
	assert_string_equal(captured_stderr, "");
	image = (unsigned char *)read_file("a.png", &bytes);
	assert_true(bytes > 1000);
	assert_memory_equal(image, signature, sizeof(signature));
	assert_int_equal(image[18] << 8 | image[19], 2 * width_of_svg());
	free(image);
}

#define IMAGE_TEST(name) cmocka_unit_test_setup_teardown(name, enter_scratch, leave_scratch)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IMAGE_TEST(an_image_is_made_by_another_program),
		IMAGE_TEST(an_image_that_cannot_be_made_is_said),
		IMAGE_TEST(a_png_has_the_figure),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
