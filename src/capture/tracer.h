/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One object for all that concerns the kernel: loads and attaches the BPF programs, maps their
 * rings, counters and settings, and turns them on and off. After tracer__open() bpf(2) is called
 * only to read how many runs a kprobe has skipped, see prog_misses.h, and to attach a program that
 * is loaded, see hook_fronts.h.
 */
#ifndef SIFTR_CAPTURE_TRACER_H
#define SIFTR_CAPTURE_TRACER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>
#include "capture/drain.h"
#include "capture/programs.h"
#include "filter/filter.h"

struct tracer;

struct tracer_settings {
	__u32 ppl; /* or SIFTR_NO_PPL, SIFTR_PPL_ALL */
	struct siftr_sampling sampling;
	const struct filter_values *filter;
	__u32 groups;	   /* SIFTR_GROUP_BIT() of the groups of fields to capture */
	__u64 ring_bytes;  /* sum of all rings; a kernel ring is rounded down to a power of two */
	bool first_packet; /* the first packet of each flow becomes a line, then every ppl-th */
	bool inbound_only; /* sent packets are not logged */
	bool steered;	   /* filters can change, see tracer__set_filter() */
	bool complete;	   /* load programs behind the first even where few packets need them */
};

/*
 * Loads and attaches every program. On failure reports the cause and a remedy, undoes everything
 * and returns a negative errno. Packets are counted from tracer__start() on. May take a second.
 */
int tracer__open(const struct tracer_settings *settings, struct tracer **out);

/* Detaches the programs and frees everything. Accepts NULL. */
void tracer__free(struct tracer *tracer);

/* Turns all programs on at once, so that all counters begin at the same packet. */
void tracer__start(struct tracer *tracer);

/*
 * Turns all programs off at once; tracer__free() detaches them. Records stay in the rings. Returns
 * the CLOCK_MONOTONIC time at which they were off. tracer__start() may follow.
 * `record_ns`, here and below, is the time of the last record, by which switches__poll() knows
 * whether the kernel still calls the programs.
 */
__u64 tracer__stop(struct tracer *tracer, __u64 record_ns);

/*
 * Reads the packets after the last line of each flow that is open; see flow_rests__read(). To be
 * called once, after tracer__stop().
 */
long tracer__read_rests(const struct tracer *tracer, struct siftr_rest **list);

/* Sets the ppl for the packets from now on, as in struct tracer_settings. */
void tracer__set_ppl(struct tracer *tracer, __u32 ppl);

/* Whether the programs make a record of each flow that ends, from now on; at first they do not. */
void tracer__want_ends(struct tracer *tracer, bool wanted);

/*
 * Sets the values of the filters for the packets from now on, of those that filter__loaded()
 * says of the first values. For a tracer that is steered. 0 or -ENOMEM, unreported.
 */
int tracer__set_filter(struct tracer *tracer, const struct filter_values *values);

/*
 * Polls the kernel's switches and its preemption model if that is due, see switches.h and
 * preemption_watch.h; reports a change. Gives a second program to a hook that needs one with so
 * many flows, see front_watch.h.
 */
void tracer__poll_switches(struct tracer *tracer, __u64 record_ns, __u64 flows);

/*
 * CLOCK_MONOTONIC time at which tracer__poll_switches() has to be called next because of the
 * switches, ~0 if none is watched. The preemption model alone does not make a call due.
 */
__u64 tracer__poll_due_ns(const struct tracer *tracer, __u64 record_ns);

/* Upper bound of the time since tracer__start() for which the kernel did not call the programs. */
__u64 tracer__unobserved_ns(const struct tracer *tracer);

/* Call when the log continues in another file: each flow is announced again at its next packet. */
void tracer__next_file(struct tracer *tracer);

/* The rings' memory, owned by the tracer. */
const struct ring_memory *tracer__rings(const struct tracer *tracer, size_t *nr_rings);

/* Sums the counters of all CPUs and rings into `sum`, without what the self-test has counted. */
void tracer__read_counters(const struct tracer *tracer, struct siftr_counters *sum);

/*
 * Sleeps until a record comes, `timeout_ms` have passed or a signal not in `signals` arrives.
 * Returns at once if the rings of `drain` are not empty. If `known`, the counters as last read, is
 * not NULL, any packet that the footer counts ends the sleep as well.
 */
void tracer__wait(struct tracer *tracer, const struct drain *drain,
		  const struct siftr_counters *known, int timeout_ms, const sigset_t *signals);

/*
 * Makes tracer__wait() also return on an error or hang-up of `fd`, and on these events of epoll(7);
 * ignored if it cannot be polled.
 */
void tracer__watch(const struct tracer *tracer, int fd, __u32 events);

/* The programs, owned by the tracer. */
const struct programs *tracer__programs(const struct tracer *tracer);

#endif
