/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's BPF ring buffers, see bpf/kernel_ring.bpf.h: creates and maps them. */
#ifndef SIFTR_CAPTURE_KERNEL_RINGS_H
#define SIFTR_CAPTURE_KERNEL_RINGS_H

#include <stddef.h>

#include "capture/ring_memory.h"
#include "capture/ring_sizes.h"

struct kernel_ring {
	unsigned long *consumer_pos;
	const unsigned long *producer_pos; /* the data area follows, a page later */
};

struct kernel_rings {
	size_t count;
	size_t bytes; /* of each ring's data */
	int fds[SIFTR_RINGS_MAX];
	struct kernel_ring rings[SIFTR_RINGS_MAX];
};

/*
 * Creates and maps the rings and describes each in memory[]. 0 or a negative errno, reported. Call
 * kernel_rings__close() on success and on failure.
 */
int kernel_rings__open(struct kernel_rings *rings, const struct ring_sizes *sizes,
		       struct ring_memory *memory);

/*
 * Fills the map from which the programs take the numbers of new flows, see flow_numbers in
 * bpf/kernel_ring.bpf.h. 0 or a negative errno, reported.
 */
int kernel_rings__number_flows(int map_fd);

/* Unmaps and closes the rings. Does nothing if `rings` is all zero. */
void kernel_rings__close(struct kernel_rings *rings);

/*
 * Enters the ring of index `ring` as that of `cpu` in the array of maps `map_fd`. The kernel then
 * waits for programs that still run. 0 or a negative errno, reported.
 */
int kernel_rings__assign(const struct kernel_rings *rings, int map_fd, __u32 cpu, size_t ring);

#endif
