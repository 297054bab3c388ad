/* SPDX-License-Identifier: BSD-2-Clause */
/* The request `set`: changes settings of a run, all that are named or none. */
#ifndef SIFTR_COMMANDS_CONTROL_SET_H
#define SIFTR_COMMANDS_CONTROL_SET_H

#include "commands/run_control.h"
#include "control/words.h"

/* Answers `set KEY VALUE...` or `set KEY=VALUE...`. */
void control_set__answer(struct run_control *control, struct client *client,
			 const struct words *words);

#endif
