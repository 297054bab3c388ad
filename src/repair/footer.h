/* SPDX-License-Identifier: BSD-2-Clause */
/* Computes the footer of a killed run, from the run's lines and its checkpoint, and formats it. */
#ifndef SIFTR_REPAIR_FOOTER_H
#define SIFTR_REPAIR_FOOTER_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "check/log_run.h"
#include "repair/checkpoint_load.h"
#include "repair/plan.h"

/*
 * Writes a complete footer of `run` to *text, *bytes long, which the caller frees, and what it is
 * based on to `result`. `last_us` is the latest time of a data line, Unix time in microseconds: the
 * footer's time is not before it. `checkpoint` is NULL if there is none; its flows are added to
 * those of `run`. With `newline`, the text begins with the '\n' that the last line lacks. 0 or
 * -ENOMEM.
 */
int footer__format(struct log_run *run, __u64 last_us, bool newline,
		   const struct checkpoint_data *checkpoint, char **text, size_t *bytes,
		   struct plan_run *result);

/*
 * Like footer__format(), for a truncated footer that has all its counts: writes only the flows
 * that are missing from its list, and the '\n'.
 */
int footer__format_missing_flows(struct log_run *run, const struct checkpoint_data *checkpoint,
				 char **text, size_t *bytes, struct plan_run *result);

/* Enters the flows of a checkpoint among those of the run. 0 or -ENOMEM. */
int footer__add_flows(struct log_run *run, const struct checkpoint_data *checkpoint);

#endif
