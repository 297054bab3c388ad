/* SPDX-License-Identifier: BSD-2-Clause */
/* What a run writes beside its log: the packet accounting of --stats, the manifest of --manifest.
 */
#ifndef SIFTR_COMMANDS_RUN_FACTS_H
#define SIFTR_COMMANDS_RUN_FACTS_H

#include "accounting/accounting.h"
#include "commands/output_paths.h"

struct manifest;

/*
 * Writes what is known at the start, so that it is there should the run be killed. NULL is no
 * manifest. 0 or a negative errno, reported.
 */
int run_facts__begin(const struct output_paths *paths, const struct manifest *manifest);

/* Writes the accounting, also as a part of the manifest. 0 or a negative errno, reported. */
int run_facts__end(const struct output_paths *paths, struct manifest *manifest,
		   const struct accounting *accounting);

#endif
