/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table at the end of a run: the connections that were held up longest. Its memory is bounded,
 * however many connections and lines the run has.
 */
#ifndef SIFTR_COMMANDS_RUN_SUMMARY_H
#define SIFTR_COMMANDS_RUN_SUMMARY_H

#include <stddef.h>

#include "format/row.h"

struct options;
struct run_summary;

/*
 * NULL if the options, or stderr, which is no terminal, ask for no table, or without memory for it,
 * which is reported.
 */
struct run_summary *run_summary__new(const struct options *options);
/* Accepts NULL. */
void run_summary__free(struct run_summary *summary);

/* Adds rows that were logged. Without memory for them there is no table. */
void run_summary__add(struct run_summary *summary, const struct row rows[], size_t count);

/* Prints the table to stderr; accepts NULL. The run has no further rows. */
void run_summary__print(struct run_summary *summary);

#endif
