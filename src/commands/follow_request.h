/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks a running tracer for a stream with what the live view needs, as far as it captures that. */
#ifndef SIFTR_COMMANDS_FOLLOW_REQUEST_H
#define SIFTR_COMMANDS_FOLLOW_REQUEST_H

struct options;

/*
 * Connects to the socket of --control and asks for the stream, with the filters of the options:
 * what is read from then on is jsonl. A descriptor, which the caller closes, or a negative errno,
 * reported.
 */
int follow_request__open(const struct options *options);

#endif
