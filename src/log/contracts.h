/* SPDX-License-Identifier: BSD-2-Clause */
/* What siftr(4) promises of a footer: how its counts and the run's lines belong together. */
#ifndef SIFTR_LOG_CONTRACTS_H
#define SIFTR_LOG_CONTRACTS_H

#include "log/run.h"

/*
 * Holds the counts against each other and against the lines. Sets in_part
 * and all_logged. `line` is the footer's; FreeBSD sums what was skipped in 32 bits.
 */
void contracts__check(struct run *run, __u64 line, bool freebsd);

/* With a ppl above 1, when all flows are known: the fewest lines it leaves. */
void contracts__check_flows(struct run *run, __u64 line, bool freebsd);

#endif
