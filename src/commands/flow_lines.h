/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints flows as a table for people: one line a flow, aligned. */
#ifndef SIFTR_COMMANDS_FLOW_LINES_H
#define SIFTR_COMMANDS_FLOW_LINES_H

#include <stddef.h>
#include <stdio.h>

struct flow_analysis;

/* Which columns the table has. */
enum flow_lines {
	FLOW_LINES_FULL,
	FLOW_LINES_BRIEF, /* what fits a terminal: how long each flow was held up, and by what */
};

void flow_lines__print(FILE *stream, enum flow_lines which,
		       const struct flow_analysis *const flows[], size_t count);

#endif
