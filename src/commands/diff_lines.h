/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints what diff compares for people: a line for each number, the two sets side by side. */
#ifndef SIFTR_COMMANDS_DIFF_LINES_H
#define SIFTR_COMMANDS_DIFF_LINES_H

#include "commands/diff_sides.h"

/* Enough for any number, with its NUL. */
#define DIFF_LINES_BYTES 32

void diff_lines__print_all(const struct diff_side sides[DIFF_SIDES], const struct comparison *all);
void diff_lines__print_pair(const struct comparison *pair);

/* The number of the summary as people read it: "20.4ms". "-" if it is not known. Returns `text`. */
const char *diff_lines__value(char text[DIFF_LINES_BYTES], const struct summary *summary,
			      enum summary_number number);

#endif
