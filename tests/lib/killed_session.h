/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sessions of a synthetic run in a child process that is killed, and the files of the run after a
 * repair. The child reports its counts in shared memory, which survives it.
 */
#ifndef SIFTR_TESTS_KILLED_SESSION_H
#define SIFTR_TESTS_KILLED_SESSION_H

#include <sys/types.h>

#include "command_line.h"
#include "synthetic_run.h"

extern struct child_report {
	struct siftr_counters counted;	     /* counts of the simulated BPF programs */
	struct siftr_counters at_checkpoint; /* those counts as of the last checkpoint */
	struct siftr_counters
		at_other_file; /* counts when the last file began; of records only those logged */
	__u64 files;
	__u64 begun;
} * child_report;

/* Makes the scratch directory and the shared memory. */
int make_scratch_and_report(void **state);

/* Clears the report and forks; returns what fork(2) returns. */
pid_t fork_session(void);

/* Waits for the child and asserts that SIGKILL has ended it. */
void expect_killed(pid_t child);

/* The path of file `number` of the run, 0 for the last; valid until the next call. */
const char *file_of_run(__u64 number);

/* The value of total_tcp_pkts in the log's first footer. */
__u64 footer_total(const char *path);

/* The number of packets that a footer has for these counters. */
__u64 sum_of_footer(const struct siftr_counters *counters);

int count_checkpoints(void);

#endif
