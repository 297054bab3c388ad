/* SPDX-License-Identifier: BSD-2-Clause */
/* What siftr(4) promises of a footer: how its counts and the run's lines belong together. */
#ifndef SIFTR_CHECK_FOOTER_CHECK_H
#define SIFTR_CHECK_FOOTER_CHECK_H

#include "check/log_run.h"

/*
 * Holds the counts against each other and against the lines. Sets in_part
 * and all_logged. `line` is the footer's; FreeBSD sums what was skipped in 32 bits.
 */
void footer_check__check(struct log_run *run, __u64 line, bool freebsd);

/* With a ppl above 1, when all flows are known: the fewest lines it leaves. */
void footer_check__check_flows(struct log_run *run, __u64 line, bool freebsd);

#endif
