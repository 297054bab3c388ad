/* SPDX-License-Identifier: BSD-2-Clause */
/* What a run does between two passes over the rings: nothing, for as long as it may. */
#ifndef SIFTR_COMMANDS_PAUSE_H
#define SIFTR_COMMANDS_PAUSE_H

#include "commands/session.h"

/*
 * Sleeps until a record comes, a signal, or `deadline_ns` of CLOCK_MONOTONIC, NOTIFY_NEVER_NS
 * for none. `records` were seen in the last pass: more are expected soon then.
 */
void pause__until_next(struct session *session, __u64 records, __u64 deadline_ns);

#endif
