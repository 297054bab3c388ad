/* SPDX-License-Identifier: BSD-2-Clause */
/* How a run is going, told while it goes: to a terminal, and to a service manager. */
#ifndef SIFTR_COMMANDS_PROGRESS_H
#define SIFTR_COMMANDS_PROGRESS_H

#include "commands/session.h"

/* From the session's beginning on. */
void progress__begin(struct session *session);

/* Tracing is on, for the first time or again: tells the service manager, with the figures. */
void progress__ready(struct session *session);

/* Whoever is due for news at `now_ns` gets them; feeds the watchdog. */
void progress__show(struct session *session, __u64 now_ns);

/* When that is next, CLOCK_MONOTONIC; NOTIFY_NEVER_NS: nobody asks. */
__u64 progress__due_ns(const struct session *session);

#endif
