/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A trace run of user space without a kernel to trace. Packets are made by number and counted as
 * the BPF programs count them; a session of the program logs their records, and its files are
 * checked as `siftr-bpf check` checks them. A test calls begin_run(), then send_packet() and
 * drain_packets() in turn, then end_run().
 */
#ifndef SIFTR_TESTS_SYNTHETIC_RUN_H
#define SIFTR_TESTS_SYNTHETIC_RUN_H

#include "scratch.h"

#include "commands/session.h"

/* What the BPF programs would have counted; begin_run() sets it to 0. */
extern struct siftr_counters kernel_counters;

/* Opens the session and writes the header. Returns an exit code. */
int begin_run(struct session *session, const struct options *options);

/*
 * One packet, of another connection after each `packets_per_flow`. Every 7th is skipped for its
 * state and every 31st finds the ring full; the others are records that wait to be drained.
 */
void send_packet(__u32 packets_per_flow);

/* Logs and flushes all waiting records but the newest `leave`. */
void drain_packets(struct session *session, size_t leave);

/* Drains everything, writes the footer and closes the session. Returns an exit code. */
int end_run(struct session *session, struct accounting *accounting);

struct findings_of_log {
	__u64 defects;
	__u64 lines;
	__u64 runs;
};

/* As `siftr-bpf check --ppl 1`; the first defects are printed. */
struct findings_of_log check_log(const char *path);

/*
 * The number of data lines. Asserts that the last line is complete and that timestamps grow, from
 * *newest on, which becomes the last one.
 */
__u64 count_complete_lines(const char *path, double *newest);

#endif
