/* SPDX-License-Identifier: BSD-2-Clause */
/* The footer of a killed run, from its lines and what was kept of it. */
#ifndef SIFTR_LOG_MEND_FOOTER_H
#define SIFTR_LOG_MEND_FOOTER_H

#include "log/checkpoint.h"
#include "log/mend.h"
#include "log/run.h"

/*
 * Writes the footer of `run`, whose last line was at `last_us`, into *text (the
 * caller frees it), `kept` being NULL when there is no checkpoint, and tells in
 * `told` what came of it. `newline`: the last line lacks its '\n'. 0 or -ENOMEM.
 */
int mend_footer__whole(struct run *run, __u64 last_us, bool newline,
		       const struct checkpoint_kept *kept, char **text, size_t *bytes,
		       struct mend_run *told);

/* The same for a footer that has its counts: the flows that its list lacks, and the '\n'. */
int mend_footer__rest(struct run *run, const struct checkpoint_kept *kept, char **text,
		      size_t *bytes, struct mend_run *told);

/* Enters the flows of a checkpoint among those of the run. 0 or -ENOMEM. */
int mend_footer__add_flows(struct run *run, const struct checkpoint_kept *kept);

#endif
