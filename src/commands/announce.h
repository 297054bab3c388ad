/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages about the progress of a run, other than errors: notices if it is a service, whose
 * journal should have them, details (-v) at a terminal.
 */
#ifndef SIFTR_COMMANDS_ANNOUNCE_H
#define SIFTR_COMMANDS_ANNOUNCE_H

#include <stdbool.h>

#include "commands/session.h"
#include "options/options.h"

/*
 * Reports at the start what is traced, how and to which file; after a killed run also for how long
 * nothing was traced.
 */
void announce__start(const struct session *session, const struct options *options, bool is_service);

/* Reports, after SIGHUP, in which file the log continues. */
void announce__reload(const struct session *session, bool is_service);

#endif
