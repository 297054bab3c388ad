/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A synthetic run whose log is rotated, by size or by renaming: packets in rounds, on a disk and a
 * clock of the test (faulty_calls.h), and the lines of the files that it leaves.
 */
#ifndef SIFTR_TESTS_ROTATING_RUN_H
#define SIFTR_TESTS_ROTATING_RUN_H

#include <siftr/time_units.h>

#include "faulty_calls.h"
#include "synthetic_run.h"

/* begin_run() on the scratch log with --max-size and --rotate; no fault and no disk are set. */
void begin(struct session *session, __u64 max_bytes, __u32 rotate);

/* Each round is 40 packets and 10 ms; the newest 3 records wait for the next round. */
void play_flows(struct session *session, int rounds, __u32 packets_per_flow);

/* The same with 50 packets per flow. */
void play_rounds(struct session *session, int rounds);

/* Appends `suffix` to the log's name, as logrotate does. */
void rename_log(const char *suffix);

/* The lines of the log with `suffix`, which has no defect and that many runs. */
__u64 good_lines(const char *suffix, __u64 runs);

/* The lines of the accounting, which has to balance. */
__u64 lines_of(const struct accounting *accounting);

#endif
