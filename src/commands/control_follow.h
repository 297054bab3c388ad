/* SPDX-License-Identifier: BSD-2-Clause */
/* The request `follow`: the lines of a run as a stream. */
#ifndef SIFTR_COMMANDS_CONTROL_FOLLOW_H
#define SIFTR_COMMANDS_CONTROL_FOLLOW_H

#include "commands/run_control.h"
#include "control/words.h"

/*
 * Answers `follow [--format NAME] [--fields LIST] [--FILTER LIST]...`: the connection becomes a
 * stream, which begins with a line "ok", or the answer is an error.
 */
void control_follow__answer(struct run_control *control, struct client *client,
			    const struct words *words);

#endif
