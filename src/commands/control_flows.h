/* SPDX-License-Identifier: BSD-2-Clause */
/* The request `flows`: the connections that a run knows. */
#ifndef SIFTR_COMMANDS_CONTROL_FLOWS_H
#define SIFTR_COMMANDS_CONTROL_FLOWS_H

#include <stdbool.h>

#include "commands/run_control.h"

/*
 * Answers `flows`: a table, or an array of objects of JSON. However many flows there are, the run
 * goes on between two pieces of the answer.
 */
void control_flows__answer(struct run_control *control, struct client *client, bool json);

#endif
