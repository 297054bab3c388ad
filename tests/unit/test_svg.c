// SPDX-License-Identifier: BSD-2-Clause
/* The points of a drawing are where printf() would put them, however many they are. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot/svg.h"

#include "../lib/test.h"

#define ROWS 3000

static char *draw(const struct samples *samples)
{
	static const struct plot_column column = {
		.name = "value", .column = -1, .field = -1, .factor = 1, .unit = ""};
	struct figure figure;
	char *text;
	size_t bytes;
	FILE *stream = open_memstream(&text, &bytes);

	assert_non_null(stream);
	figure__lay_out(&figure, "", &column, samples, SVG_TIME_TICKS, SVG_VALUE_TICKS);
	assert_int_equal(svg__write_inline(stream, &figure), 0);
	assert_int_equal(fclose(stream), 0);
	return text;
}

/* The points of the one line, which printf() must make the same text of. Returns their number. */
static size_t check_points(const char *svg)
{
	const char *at = strstr(svg, "class=\"l\"");
	size_t count = 0;
	int bytes;

	assert_non_null(at);
	at = strstr(at, " d=\"");
	assert_non_null(at);
	for (at += 4; *at == 'M' || *at == 'L'; count++) {
		char expected[700];
		double x, y;

		assert_int_equal(sscanf(at + 1, "%lf %lf%n", &x, &y, &bytes), 2);
		snprintf(expected, sizeof(expected), "%c%.1f %.1f", *at, x, y);
		assert_int_equal(strlen(expected), bytes + 1);
		assert_memory_equal(at, expected, strlen(expected));
		at += bytes + 1;
	}
	assert_memory_equal(at, "h.1\"/>", 6);
	return count;
}

static void a_line_has_all_points_and_gaps(void **state)
{
	struct samples samples = {.nr_columns = 1, .limit = ROWS};
	size_t points;
	char *svg;

	(void)state;
	/* Seconds apart, so that nothing is thinned. */
	for (int i = 0; i < 700; i++)
		assert_int_equal(samples__add(&samples, 1000000ULL * i,
					      (double[]){i % 100 == 50 ? NAN : i * 13 % 89}),
				 0);
	svg = draw(&samples);
	points = check_points(svg);
	assert_int_equal(points, 693);
	assert_null(strstr(svg, "nan"));
	free(svg);
	samples__free(&samples);
}

/* More text than is put together at once, and values far below the axis. */
static void coordinates_may_be_of_any_size(void **state)
{
	struct samples samples = {.nr_columns = 1, .limit = ROWS};
	double depth = 1;
	char *svg;

	(void)state;
	for (int i = 0; i < 700; i++) {
		depth = i % 40 ? 10 * depth : 1;
		assert_int_equal(
			samples__add(&samples, 1000000ULL * i, (double[]){i % 3 ? 1 : -depth}), 0);
	}
	svg = draw(&samples);
	assert_int_equal(check_points(svg), 700);
	assert_true(strlen(svg) > 8192);
	free(svg);
	samples__free(&samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_all_points_and_gaps),
		cmocka_unit_test(coordinates_may_be_of_any_size),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
