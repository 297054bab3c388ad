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
 * Simulates a packet of an IPv4 or an IPv6 connection, which alternate every 8 packets. After each
 * `packets_per_flow` packets two new connections take their place. Every 7th packet is skipped for
 * its state and every 31st finds the ring full; the others become records in the ring.
 */
void send_packet(__u32 packets_per_flow);

/* Logs all records of the ring except the newest `leave`, and flushes the output. */
void drain_packets(struct session *session, size_t leave);

/* Logs all records of the ring, writes the footer and closes the session. Returns an exit code. */
int end_run(struct session *session, struct accounting *accounting);

struct findings_of_log {
	__u64 defects;
	__u64 lines;
	__u64 runs;
};

/* Checks a log as `siftr-bpf check --ppl 1` does and prints the first defects. */
struct findings_of_log check_log(const char *path);

/*
 * Counts the data lines of a log. Asserts that the last line is complete and that the times of
 * lines grow from *newest on, which is set to the last time.
 */
__u64 count_complete_lines(const char *path, double *newest);

#endif
