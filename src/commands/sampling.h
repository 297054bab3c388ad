/* SPDX-License-Identifier: BSD-2-Clause */
/* The samplers of a run, from its options. */
#ifndef SIFTR_COMMANDS_SAMPLING_H
#define SIFTR_COMMANDS_SAMPLING_H

#include <stdbool.h>
#include <stddef.h>
#include <siftr/sampling.h>

#include "options/options.h"

/* Sets *sampling to the samplers beside ppl, for records with these groups. */
void sampling__set(struct siftr_sampling *sampling, const struct options *options, __u32 groups);

/*
 * For how many ticks of `tick_ns` after a line the time of --every has not passed for certain, even
 * if the kernel counts them late; 0 if that can never be told.
 */
__u32 sampling__early_ticks(__u64 every_ns, __u64 tick_ns);

/*
 * The setting of the BPF programs for `ppl` packets per log: SIFTR_NO_PPL if only other samplers
 * choose lines, SIFTR_PPL_ALL for 1 if any sampler other than ppl is on.
 */
__u32 sampling__ppl(const struct options *options, __u32 ppl, __u32 groups);

/* Whether ppl chooses lines: not if only other samplers do. */
bool sampling__has_ppl(const struct options *options);

/* Whether every packet is part of the log, so that the weights of a flow can add up. */
bool sampling__weighs_all(const struct options *options);

/*
 * What a table gets as --fields if the user gives none: where packets are left out, it says how
 * many each line stands for. NULL: no such field.
 */
const char *sampling__fields(const struct options *options);

/* Describes which packets become lines; `received` is "received " or "". */
void sampling__describe(const struct options *options, const char *received, char *words,
			size_t bytes);

#endif
