/* SPDX-License-Identifier: BSD-2-Clause */
/* The live view of a running tracer, whose control socket streams its lines. */
#ifndef SIFTR_COMMANDS_LIVE_FOLLOW_H
#define SIFTR_COMMANDS_LIVE_FOLLOW_H

struct live_view;
struct options;

/*
 * Shows what the tracer at the socket of --control logs, until the view is over, a signal comes,
 * the time of --duration has passed, or the tracer ends, which is reported. Returns an exit code.
 */
int live_follow__run(const struct options *options, struct live_view *view);

#endif
