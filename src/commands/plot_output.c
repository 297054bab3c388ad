// SPDX-License-Identifier: BSD-2-Clause
#include "commands/plot_output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <siftr/array_size.h>

#include "commands/plot_image.h"
#include "commands/replace_file.h"
#include "options/options.h"
#include "plot/figure.h"
#include "plot/svg.h"
#include "plot/terminal.h"
#include "report/line_width.h"
#include "report/report.h"

int plot_output__check(const char *file)
{
	if (!file || !strcmp(file, "-"))
		return EXIT_CLEAN;
	if (plot_image__format(file))
		return plot_image__check(file) ? EXIT_OUTPUT : EXIT_CLEAN;
	report_message("plot writes SVG, PNG and PDF, so --output takes a name that ends with "
		       ".svg, .png or .pdf, not %s",
		       file);
	return EXIT_USAGE;
}

/* As wide as a line, within what a drawing can be. */
static int drawing_width(void)
{
	int width = line_width();

	if (width < TERMINAL_WIDTH_MIN)
		return TERMINAL_WIDTH_MIN;
	return width > TERMINAL_WIDTH_MAX ? TERMINAL_WIDTH_MAX : width;
}

/* Whether the environment says that characters are UTF-8. */
static bool is_utf_8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
	}
	return false;
}

/* See https://no-color.org: any value that is not empty means no colour. */
static bool has_colour(void)
{
	const char *unwanted = getenv("NO_COLOR"), *kind = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(unwanted && *unwanted) && kind && strcmp(kind, "dumb");
}

static int draw_characters(const char *title, const struct plot_column columns[],
			   const struct samples *samples)
{
	struct terminal terminal = {
		.width = drawing_width(), .colour = has_colour(), .unicode = is_utf_8()};
	struct figure figure;

	figure__lay_out(&figure, title, columns, samples, terminal__time_ticks(terminal.width),
			TERMINAL_VALUE_TICKS);
	return terminal__write(stdout, &figure, &terminal);
}

/* Draws SVG in memory, since a file gets it all at once. 0 or -ENOMEM. */
static int draw_svg(const char *title, const struct plot_column columns[],
		    const struct samples *samples, char **text, size_t *bytes)
{
	FILE *stream = open_memstream(text, bytes);
	struct figure figure;
	int err;

	if (!stream)
		return -ENOMEM;
	figure__lay_out(&figure, title, columns, samples, SVG_TIME_TICKS, SVG_VALUE_TICKS);
	err = svg__write(stream, &figure);
	if (ferror(stream))
		err = -ENOMEM;
	return fclose(stream) ? -ENOMEM : err;
}

/* Writes SVG, or what is made of it, to a file. Returns an exit code. */
static int write_file(const char *file, const char *svg, size_t bytes)
{
	char *image;
	int status = EXIT_CLEAN;

	if (plot_image__make(file, svg, bytes, &image, &bytes) ||
	    replace_file__write(file, "the plot", image ?: svg, bytes))
		status = EXIT_OUTPUT;
	free(image);
	return status;
}

int plot_output__write(const char *file, const char *title, const struct plot_column columns[],
		       const struct samples *samples)
{
	char *text = NULL;
	size_t bytes;
	int err, status = EXIT_CLEAN;

	if (!file)
		err = draw_characters(title, columns, samples);
	else
		err = draw_svg(title, columns, samples, &text, &bytes);
	if (err) {
		report_error(err, "plot");
		status = EXIT_FAILED;
	} else if (file && !strcmp(file, "-")) {
		fwrite(text, 1, bytes, stdout);
	} else if (file) {
		status = write_file(file, text, bytes);
	}
	free(text);
	return status;
}
