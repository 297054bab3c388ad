/* SPDX-License-Identifier: BSD-2-Clause */
/* Decides at the end of each run whether it was killed, and plans the footer of one that was. */
#ifndef SIFTR_REPAIR_RUN_END_H
#define SIFTR_REPAIR_RUN_END_H

#include "repair/scan_state.h"

/* What follows a run in the log. */
enum run_end_next {
	RUN_END_NEXT_HEADER, /* a header, complete or truncated */
	RUN_END_NEXT_NOTHING,
};

/*
 * Ends a run without a footer and plans one; the next header, or the end of the log, is at offset
 * `end`. 0 or a negative errno like scan__log().
 */
int run_end__killed(struct scan_state *scan, __u64 end, enum run_end_next next);

/*
 * Ends a run whose footer was read; the run may have been killed while writing it. With
 * `truncated_line` the end of the footer's line has a defect. 0 or a negative errno like
 * scan__log().
 */
int run_end__footer(struct scan_state *scan, bool truncated_line);

#endif
