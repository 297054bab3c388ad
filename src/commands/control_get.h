/* SPDX-License-Identifier: BSD-2-Clause */
/* The request `get`: the settings of a run. */
#ifndef SIFTR_COMMANDS_CONTROL_GET_H
#define SIFTR_COMMANDS_CONTROL_GET_H

#include <stdbool.h>

#include "commands/run_control.h"
#include "control/words.h"

/*
 * Answers `get KEY...`, or without a key for all of them: a line for each, or one object of JSON.
 * The keys have the names by which they are asked for.
 */
void control_get__answer(const struct run_control *control, struct client *client,
			 const struct words *words, bool json);

#endif
