/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Logs of killed runs with the checkpoints that such runs leave, and `siftr-bpf repair` run on
 * them. The tests work in a scratch directory, where the log is the file LOG_NAME.
 */
#ifndef SIFTR_TESTS_KILLED_LOG_H
#define SIFTR_TESTS_KILLED_LOG_H

#include "command_line.h"
#include "findings.h"
#include "scratch.h"

#include "output/checkpoint.h"

#define LOG_NAME   "a.log"
#define CHECKPOINT "a.log.1700000000.000042.checkpoint"

/* Identifies the run whose header line, `header`, is at `offset` of the log. */
struct checkpoint_run run_at(__u64 offset, const char *header);

/*
 * Calls checkpoint__create() and returns its result. The log's directory, which the checkpoint
 * needs, stays open until the next call.
 */
int create_checkpoint(const char *path, const struct checkpoint_run *run,
		      struct checkpoint **checkpoint);

/* Creates the checkpoint of the run at `offset` of the log; the caller closes it. */
struct checkpoint *make_checkpoint(__u64 offset);

/*
 * Counts of 3 inbound and 2 outbound packets that were skipped for their state and of `in` and
 * `out` packets for lines.
 */
struct checkpoint_counts counts_of(__u64 in, __u64 out);

/* Leaves the closed checkpoint of a killed run, with counts_of() as of 1700000002.000007. */
void leave_checkpoint(__u64 offset, __u64 in, __u64 out);

/* The key of the flow from port 80 of 10.0.0.1 to `port` of `address`. */
struct siftr_flow_key flow_to(const char *address, __u16 port);

/*
 * Asserts that the log has no defect at one line per packet and that a second repair changes
 * nothing.
 */
void assert_repaired(void);

#endif
