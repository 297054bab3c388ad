/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints what diff compares as one object of JSON, piece by piece. */
#ifndef SIFTR_COMMANDS_DIFF_JSON_H
#define SIFTR_COMMANDS_DIFF_JSON_H

#include "commands/diff_gate.h"
#include "commands/diff_sides.h"

/* Begins the object: the logs, and the numbers of all their flows. */
void diff_json__begin(const struct diff_side sides[DIFF_SIDES], const struct comparison *all);

/* The pairs, one after the other; `number` counts from 0. */
void diff_json__begin_pairs(void);
void diff_json__print_pair(const struct comparison *pair, size_t number);
void diff_json__end_pairs(void);

/* Ends the object with what became of the conditions. */
void diff_json__end(const struct diff_gate *gate);

#endif
