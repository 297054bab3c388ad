/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints flows as a table for people: one line a flow, aligned. */
#ifndef SIFTR_COMMANDS_FLOW_LINES_H
#define SIFTR_COMMANDS_FLOW_LINES_H

#include <stddef.h>

struct flow_analysis;

void flow_lines__print(const struct flow_analysis *const flows[], size_t count);

#endif
