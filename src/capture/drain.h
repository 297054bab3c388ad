/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rings to records in time order. Reads BPF ring buffers straight from mapped
 * memory, in passes: each pass hands out every record whose time is known to
 * come before all that are still to be seen, then gives the space back.
 */
#ifndef SIFTR_CAPTURE_DRAIN_H
#define SIFTR_CAPTURE_DRAIN_H

#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

/*
 * One ring as the kernel maps it (see struct bpf_ringbuf in kernel/bpf/ringbuf.c):
 * positions only grow, and the data area is mapped twice in a row, so that no
 * record is ever split. Owned by the caller.
 */
struct ring_memory {
	unsigned long *consumer_pos;
	const unsigned long *producer_pos;
	const void *data;
	size_t bytes; /* of the data area, a power of two */
};

struct drain;

/* Copies `rings`; the memory must outlive the drain. NULL when out of memory. */
struct drain *drain__new(const struct ring_memory *rings, size_t nr_rings);
void drain__free(struct drain *drain);

/*
 * Begins a pass. `now_ns` is CLOCK_MONOTONIC, read just before the call: a
 * record not yet reserved by then carries a later time. Does not block.
 */
void drain__begin(struct drain *drain, __u64 now_ns);

/*
 * The next records of the pass, by time: up to `max` of them, 0 when none is left.
 * They stay valid until drain__end(). Whatever the rings hold, nothing outside them is
 * read: what no program of ours puts there is left out.
 */
size_t drain__next(struct drain *drain, const struct siftr_record *records[], size_t max);

/* Ends the pass: the space of every record handed out goes back to the kernel. */
void drain__end(struct drain *drain);

/*
 * CLOCK_MONOTONIC time that divides the records: none handed out so far is later, none
 * still to come is earlier.
 */
__u64 drain__horizon_ns(const struct drain *drain);

/* Nothing is in the rings, not even a record still being written. */
int drain__is_empty(const struct drain *drain);

#endif
