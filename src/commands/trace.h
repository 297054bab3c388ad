/* SPDX-License-Identifier: BSD-2-Clause */
/* A tracing run from its beginning to its end. */
#ifndef SIFTR_COMMANDS_TRACE_H
#define SIFTR_COMMANDS_TRACE_H

struct live_view;
struct options;

/*
 * Traces as the options say until a signal or a limit ends the run. With a `view` its rows go
 * there, nothing is written to the log, and the view may end the run. Returns an exit code.
 */
int trace__run(const struct options *given, struct live_view *view);

#endif
