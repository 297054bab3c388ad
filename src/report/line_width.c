// SPDX-License-Identifier: BSD-2-Clause
#include "report/line_width.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_WIDTH 80
/* On a narrower terminal lines are wrapped by it: a word a line is no text. */
#define WRAPPED_MIN 40

int line_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	long width = columns ? strtol(columns, NULL, 10) : 0;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return width > 0 && width <= INT_MAX ? (int)width : DEFAULT_WIDTH;
}

int line_width__of_terminal(void)
{
	int width = line_width();

	if (!isatty(STDOUT_FILENO))
		return 0;
	return width < WRAPPED_MIN ? WRAPPED_MIN : width;
}
