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

/* The run whose header, HEADER or one like it, is at `offset` of the log. */
struct checkpoint_run run_at(__u64 offset, const char *header);

/* As checkpoint__create(); the directory stays open for the checkpoint until the next call. */
int create_checkpoint(const char *path, const struct checkpoint_run *run,
		      struct checkpoint **checkpoint);

/* An open checkpoint of the run at `offset` of the log. */
struct checkpoint *make_checkpoint(__u64 offset);

/* 3 inbound and 2 outbound packets skipped for their state, `in` and `out` that got or will get
 * lines. */
struct checkpoint_counts counts_of(__u64 in, __u64 out);

/* Leaves the closed checkpoint of a killed run, with counts_of() as of 1700000002.000007. */
void leave_checkpoint(__u64 offset, __u64 in, __u64 out);

/* The flow from port 80 of 10.0.0.1 to `port` of `address`. */
struct siftr_flow_key flow_to(const char *address, __u16 port);

/* The log is good at one line per packet, and a second repair changes nothing. */
void assert_repaired(void);

#endif
