/* SPDX-License-Identifier: BSD-2-Clause */
/* The footer of a killed run, from its lines and what was kept of it. */
#ifndef SIFTR_REPAIR_FOOTER_H
#define SIFTR_REPAIR_FOOTER_H

#include "repair/checkpoint_load.h"
#include "repair/plan.h"
#include "check/log_run.h"

/*
 * Writes the footer of `run`, whose last line was at `last_us`, into *text (the
 * caller frees it), `kept` being NULL when there is no checkpoint, and tells in
 * `result` what came of it. `newline`: the last line lacks its '\n'. 0 or -ENOMEM.
 */
int footer__whole(struct log_run *run, __u64 last_us, bool newline,
		  const struct checkpoint_kept *kept, char **text, size_t *bytes,
		  struct plan_run *result);

/* The same for a footer that has its counts: the flows that its list lacks, and the '\n'. */
int footer__rest(struct log_run *run, const struct checkpoint_kept *kept, char **text,
		 size_t *bytes, struct plan_run *result);

/* Enters the flows of a checkpoint among those of the run. 0 or -ENOMEM. */
int footer__add_flows(struct log_run *run, const struct checkpoint_kept *kept);

#endif
