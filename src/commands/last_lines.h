/* SPDX-License-Identifier: BSD-2-Clause */
/* The last lines of the flows that are open when tracing ends, where lines have weights. */
#ifndef SIFTR_COMMANDS_LAST_LINES_H
#define SIFTR_COMMANDS_LAST_LINES_H

#include "commands/session.h"

/*
 * Logs session->rests, as records of the time `now_ns`, and frees them. After the last record of
 * the rings has been logged.
 */
void last_lines__log(struct session *session, __u64 now_ns);

#endif
