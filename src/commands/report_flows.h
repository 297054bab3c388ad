/* SPDX-License-Identifier: BSD-2-Clause */
/* What a report shows of flows, as JSON: a table of all, and of one what is known beside it. */
#ifndef SIFTR_COMMANDS_REPORT_FLOWS_H
#define SIFTR_COMMANDS_REPORT_FLOWS_H

#include <stdio.h>

struct analysis;
struct flow_analysis;

/* Members of an object: columns, flows in the order of the analysis, and the texts of limits. */
void report_flows__table(FILE *stream, const struct analysis *analysis);

/* Members of an object: what slowed the flow, notes on its ledger, and its events. */
void report_flows__answers(FILE *stream, const struct flow_analysis *flow);

#endif
