/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes the settings of a run while it traces. */
#ifndef SIFTR_COMMANDS_STEER_H
#define SIFTR_COMMANDS_STEER_H

#include <stdbool.h>

#include "commands/run.h"
#include "options/options.h"

/* What a run is to become. */
struct steering {
	struct options options; /* all of them, changed or not */
	bool disabled;
};

/*
 * Makes the run what `wanted` says, with the options `now`, which become those of `wanted`: ppl,
 * max_rate, the filters, the output, and whether it traces. What may fail
 * comes first: 0, or a negative errno, reported, and nothing has changed. A
 * diversion of reports ends where no more can fail. Records that have been
 * read from the rings, and those of packets before the change, belong to the old output.
 */
int steer__apply(struct run *run, struct options *now, const struct steering *wanted);

#endif
