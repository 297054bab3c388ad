/* SPDX-License-Identifier: BSD-2-Clause */
/* Logs the records of a run, or with --trigger those that its flight recorder returns. */
#ifndef SIFTR_COMMANDS_RECORDED_LINES_H
#define SIFTR_COMMANDS_RECORDED_LINES_H

#include "commands/session.h"

/* Passes the next `count` records on, oldest first. As session__log(), which it calls. */
void recorded_lines__log(struct session *session, const struct siftr_record *const records[],
			 size_t count);

/*
 * Logs what the recorder keeps of a flow, and lets it log what follows, see recorder__fire(). May
 * begin another file of the log, and so move the table of flows.
 */
void recorded_lines__fire(struct session *session, const struct flow *flow, __u64 now_ns);

#endif
