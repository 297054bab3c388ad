/* SPDX-License-Identifier: BSD-2-Clause */
/* The request `trigger`: fires the flight recorder by hand. */
#ifndef SIFTR_COMMANDS_CONTROL_TRIGGER_H
#define SIFTR_COMMANDS_CONTROL_TRIGGER_H

#include "commands/run_control.h"
#include "control/words.h"

/*
 * Answers `trigger all`, `trigger FLOWID` or `trigger LADDR,LPORT,FADDR,FPORT` with the number of
 * flows for which it fires. The lines of many flows are written in pieces, and the run goes on
 * between them.
 */
void control_trigger__answer(struct run_control *control, struct client *client,
			     const struct words *words, bool json);

#endif
