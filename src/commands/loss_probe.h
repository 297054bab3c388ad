/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fires the probe `loss` as the accounting learns of packets without a line. The packets of all its
 * firings, of one cause and direction, sum up to those of the accounting: the first one has all
 * that were lost before a tracer attached.
 */
#ifndef SIFTR_COMMANDS_LOSS_PROBE_H
#define SIFTR_COMMANDS_LOSS_PROBE_H

#include <stdbool.h>
#include <linux/types.h>

#include "accounting/accounting.h"
#include "commands/session.h"

#define LOSS_CAUSES 5

struct loss_probe {
	__u64 fired[LOSS_CAUSES][SIFTR_DIRECTIONS]; /* packets, of all firings so far */
	__u64 fired_missed[ACCOUNTING_HOOKS_MAX];   /* of each hook */
	__u64 missed_due_ns; /* CLOCK_MONOTONIC: suppressed runs are not read before, it costs */
};

/* Fires for what this accounting has lost beyond what was fired for. */
void loss_probe__fire(struct loss_probe *probe, const struct accounting *accounting);

/*
 * Reads the accounting of the session and fires; suppressed runs of the programs at most once a
 * second, unless this is the `last` time. To be called if probes__want_loss().
 */
void loss_probe__poll(struct loss_probe *probe, const struct session *session, bool last);

#endif
