/* SPDX-License-Identifier: BSD-2-Clause */
/* Continues the log in another file, on SIGHUP or when asked for by the control socket. */
#ifndef SIFTR_COMMANDS_RELOAD_H
#define SIFTR_COMMANDS_RELOAD_H

#include "commands/run.h"

/*
 * Continues in another file. Records that have been read from the rings belong to the current file,
 * all others to the next.
 */
void reload__next_file(struct run *run);

#endif
