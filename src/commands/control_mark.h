/* SPDX-License-Identifier: BSD-2-Clause */
/* The request `mark`: a note of the experiment. */
#ifndef SIFTR_COMMANDS_CONTROL_MARK_H
#define SIFTR_COMMANDS_CONTROL_MARK_H

#include <stdbool.h>

#include "commands/run_control.h"
#include "control/words.h"

/*
 * Answers `mark TEXT`, with the time of the mark. Several words are one text, with a blank between
 * them.
 */
void control_mark__answer(struct run_control *control, struct client *client,
			  const struct words *words, bool json);

#endif
