/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The USDT probes of a run, siftr_bpf:line, flow_begin, flow_end and loss, at which bpftrace(8),
 * perf(1) and other tracers attach; siftr-bpf(8) has their arguments. A tracer that attaches to a
 * probe raises its semaphore: while nobody does, a probe costs the load of the semaphore and a
 * branch.
 */
#ifndef SIFTR_USDT_PROBES_H
#define SIFTR_USDT_PROBES_H

#include <stdbool.h>
#include <siftr/record.h>

/* How many tracers are attached; the kernel changes them at any time. */
extern volatile unsigned short siftr_bpf_line_semaphore;
extern volatile unsigned short siftr_bpf_flow_begin_semaphore;
extern volatile unsigned short siftr_bpf_flow_end_semaphore;
extern volatile unsigned short siftr_bpf_loss_semaphore;

/* In place of a direction: a loss of which only the sum of both is known. */
#define PROBES_BOTH SIFTR_DIRECTIONS

static inline bool probes__want_line(void)
{
	return __builtin_expect(siftr_bpf_line_semaphore, 0);
}

static inline bool probes__want_flow_begin(void)
{
	return __builtin_expect(siftr_bpf_flow_begin_semaphore, 0);
}

static inline bool probes__want_flow_end(void)
{
	return __builtin_expect(siftr_bpf_flow_end_semaphore, 0);
}

static inline bool probes__want_loss(void)
{
	return __builtin_expect(siftr_bpf_loss_semaphore, 0);
}

/*
 * A line of the log; `row` points to a struct probe_row, see commands/line_probe.h. The ports are
 * in there, as bpftrace knows no more than six arguments of a probe.
 */
void probes__line(int direction, __u32 flowid, const struct siftr_flow_key *flow, const void *row);

/* The first announcement of a flow, before its first line. */
void probes__flow_begin(__u32 flowid, const struct siftr_flow_key *flow);

/* The kernel has destroyed the flow's socket. */
void probes__flow_end(__u32 flowid, const struct siftr_flow_key *flow);

/*
 * So many packets have no line for this cause. `direction` is SIFTR_IN, SIFTR_OUT or PROBES_BOTH.
 */
void probes__loss(const char *cause, int direction, __u64 packets);

#endif
