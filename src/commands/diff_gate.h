/* SPDX-License-Identifier: BSD-2-Clause */
/* The conditions of --fail-if, and what became of them. */
#ifndef SIFTR_COMMANDS_DIFF_GATE_H
#define SIFTR_COMMANDS_DIFF_GATE_H

#include <stdbool.h>

#include "analyse/condition.h"
#include "commands/diff_sides.h"

struct diff_gate {
	struct condition conditions[OPTION_TEXTS_MAX];
	enum condition_result results[OPTION_TEXTS_MAX]; /* the worst so far */
	size_t count;
	__u64 failures; /* conditions that held or could not be decided, of all comparisons */
};

/* Parses the conditions of the options. 0 or -EINVAL, reported. */
int diff_gate__parse(struct diff_gate *gate, const struct options *options);

/* Tests all conditions, and reports those that hold and those that cannot be decided. */
void diff_gate__test(struct diff_gate *gate, const struct comparison *comparison);

/* Reports how many more failed than were reported one by one. Returns whether any did. */
bool diff_gate__end(const struct diff_gate *gate);

#endif
