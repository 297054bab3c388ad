/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The BPF programs from user space: loads and attaches them, maps their rings,
 * counters and settings. After tracer__open() no bpf() call is needed any more.
 */
#ifndef SIFTR_CAPTURE_TRACER_H
#define SIFTR_CAPTURE_TRACER_H

#include <signal.h>
#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>
#include "capture/drain.h"
#include "capture/programs.h"

struct tracer;

struct tracer_settings {
	__u32 ppl;
	__u32 port;	  /* 0: every port */
	__u64 ring_bytes; /* of all rings together; rounded down to powers of two */
};

/*
 * Loads and attaches every program, or nothing: on failure says why and the way
 * out, returns a negative errno and leaves nothing behind. Packets are counted
 * only from tracer__start() on. May take a second.
 */
int tracer__open(const struct tracer_settings *settings, struct tracer **out);

/* Detaches and frees everything; NULL is fine. */
void tracer__free(struct tracer *tracer);

/* One switch for all programs at once, so that the books have one beginning and one end. */
void tracer__start(struct tracer *tracer);

/*
 * Switches off all programs at once; tracer__free() detaches. Records in the rings stay there.
 * `record_ns`, as below, is the last record's time.
 */
void tracer__stop(struct tracer *tracer, __u64 record_ns);

/* Looks, where that is due, whether the kernel still calls the programs; reports a change. */
void tracer__look(struct tracer *tracer, __u64 record_ns);

/* When that is due; ~0 for never. */
__u64 tracer__look_ns(const struct tracer *tracer, __u64 record_ns);

/* For how long the kernel may not have called them, since tracer__start(). */
__u64 tracer__unobserved_ns(const struct tracer *tracer);

/* The log goes on in another file: every flow that is sampled is made known again. */
void tracer__next_file(struct tracer *tracer);

/* The rings' memory, owned by the tracer. */
const struct ring_memory *tracer__rings(const struct tracer *tracer, size_t *nr_rings);

/* Sums the counters of all CPUs into `sum`. */
void tracer__read_counters(const struct tracer *tracer, struct siftr_counters *sum);

/*
 * Sleeps until a record comes, `timeout_ms` have passed or a signal of those
 * not in `signals` arrives. Returns at once when `drain` has something already.
 * With `known`, the counters as last read, any packet that a footer counts ends
 * the sleep as well; NULL: a record alone does.
 */
void tracer__wait(struct tracer *tracer, const struct drain *drain,
		  const struct siftr_counters *known, int timeout_ms, const sigset_t *signals);

/* Ends tracer__wait() also when `fd`, the output's, has an error or hang-up. */
void tracer__watch(const struct tracer *tracer, int fd);

/* The programs, owned by the tracer: which way was taken, which runs were missed. */
const struct programs *tracer__programs(const struct tracer *tracer);

#endif
