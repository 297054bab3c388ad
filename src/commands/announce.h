/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a service's journal tells of a run beside its errors. At a terminal, where who reads
 * it has just typed it, -v shows it.
 */
#ifndef SIFTR_COMMANDS_ANNOUNCE_H
#define SIFTR_COMMANDS_ANNOUNCE_H

#include "commands/session.h"
#include "options/options.h"

/* What is traced, by which way and to where; after a killed run, how long nothing was. */
void announce__start(const struct session *session, const struct options *options);

/* Which file the log goes on in. */
void announce__reload(const struct session *session);

#endif
