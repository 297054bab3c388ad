/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints flows as a table for people: one line a flow, aligned. */
#ifndef SIFTR_COMMANDS_FLOW_LINES_H
#define SIFTR_COMMANDS_FLOW_LINES_H

#include <stddef.h>
#include <stdio.h>

#include "commands/flow_cells.h"

struct flow_analysis;

/* How wide lines may be, and how many columns that have a value were left out for it. */
struct flow_fit {
	size_t width;
	unsigned int left_out;
};

/* Lines are as wide as they are without a `fit`. 0 or -ENOMEM; nothing was printed then. */
int flow_lines__print(FILE *stream, enum flow_table table, struct flow_fit *fit,
		      const struct flow_analysis *const flows[], size_t count);

#endif
