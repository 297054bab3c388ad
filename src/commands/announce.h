/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages about the start and the reloads of a run. If the run is a service they are notices, so
 * that its journal has them; otherwise they are details, which only -v shows. The gap after a
 * killed run is a notice in both cases.
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

/*
 * Reports, after SIGHUP, in which file the log continues. Reports nothing if the next file could
 * not be opened.
 */
void announce__reload(const struct session *session, bool is_service);

#endif
