/* SPDX-License-Identifier: BSD-2-Clause */
/* What can be asked of a running tracer, see CONTROL in siftr-bpf(8). */
#ifndef SIFTR_COMMANDS_CONTROL_REQUESTS_H
#define SIFTR_COMMANDS_CONTROL_REQUESTS_H

#include "commands/run_control.h"

/* The version of the protocol. */
#define CONTROL_VERSION 1

/* Answers one line of a client; `control` is the struct run_control. It may change the line. */
void control_requests__answer(struct client *client, char *line, void *control);

#endif
