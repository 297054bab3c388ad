/* SPDX-License-Identifier: BSD-2-Clause */
/* A synthetic run whose log goes to a pipe, and what its reader finds there. */
#ifndef SIFTR_TESTS_PIPED_RUN_H
#define SIFTR_TESTS_PIPED_RUN_H

#include "synthetic_run.h"

#define PIPE_BYTES (256 * 1024)

/*
 * Begins a run whose standard output is a pipe; *reader gets the reading end, which the caller
 * closes. `options` name no output. Returns an exit code.
 */
int begin_piped(struct session *session, const struct options *options, int *reader);

/* Simulates and logs `count` packets. */
void send_packets(struct session *session, int count);

/*
 * Reads all that is in a pipe without a writer and closes it. Returns how many bytes of `bytes`
 * were filled.
 */
size_t read_pipe(int reader, char bytes[PIPE_BYTES]);

#endif
