/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints flows as csv or jsonl: one line a flow, all columns. */
#ifndef SIFTR_COMMANDS_FLOW_ROWS_H
#define SIFTR_COMMANDS_FLOW_ROWS_H

#include <stddef.h>

struct flow_analysis;

void flow_rows__print_csv(const struct flow_analysis *const flows[], size_t count);
void flow_rows__print_jsonl(const struct flow_analysis *const flows[], size_t count);

#endif
