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
	struct siftr_counters counted;	     /* by the kernel side */
	struct siftr_counters at_checkpoint; /* the same when the last checkpoint began */
	struct siftr_counters at_other_file; /* drained when the last file began */
	__u64 files;
	__u64 begun;
} * child_report;

/* Makes the scratch directory and the shared memory. */
int make_scratch_and_report(void **state);

/* As fork(), after the report is cleared. */
pid_t fork_session(void);

/* Waits for the child, which SIGKILL has to have ended. */
void expect_killed(pid_t child);

/* The path, until the next call, of file `number` of the run; 0 for the last. */
const char *file_of_run(__u64 number);

/* total_tcp_pkts of the log's first footer. */
__u64 footer_total(const char *path);

/* The packets that a footer of these counters counts. */
__u64 sum_of_footer(const struct siftr_counters *counters);

int count_checkpoints(void);

#endif
