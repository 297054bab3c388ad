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

/*
 * Begins a run on the scratch log with these values of --max-size and --rotate, without faults and
 * with unlimited disk space.
 */
void begin(struct session *session, __u64 max_bytes, __u32 rotate);

/*
 * Lets the run log `rounds` rounds of 40 packets and 10 ms. The newest 3 records of a round stay
 * in the ring until the next.
 */
void play_flows(struct session *session, int rounds, __u32 packets_per_flow);

/* Lets the run log `rounds` rounds of 40 packets, with 50 packets per flow. */
void play_rounds(struct session *session, int rounds);

/* Begins a run on the scratch log in this format. Returns an exit code. */
int begin_format(struct session *session, enum format_id format);

/* Lets the run log 60 rounds, of which the first three writes fail with EIO. */
void play_on_failing_disk(struct session *session);

/* Appends `suffix` to the log's name, as logrotate does. */
void rename_log(const char *suffix);

/*
 * Asserts that the log with this suffix has no defect and `runs` runs. Returns the number of its
 * lines.
 */
__u64 good_lines(const char *suffix, __u64 runs);

/* Asserts that the accounting balances. Returns the number of its lines. */
__u64 lines_of(const struct accounting *accounting);

#endif
