/* SPDX-License-Identifier: BSD-2-Clause */
/* The live view of a log instead of a run. */
#ifndef SIFTR_COMMANDS_LIVE_REPLAY_H
#define SIFTR_COMMANDS_LIVE_REPLAY_H

struct live_view;
struct options;

/* Reads the log of --replay into the view, which is shown at each interval of the log's time.
 * Returns an exit code. */
int live_replay__run(const struct options *options, struct live_view *view);

#endif
