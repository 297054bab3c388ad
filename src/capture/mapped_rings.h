/* SPDX-License-Identifier: BSD-2-Clause */
/* The rings of bpf/mapped_ring.bpf.h: maps their memory and opens them to the programs. */
#ifndef SIFTR_CAPTURE_MAPPED_RINGS_H
#define SIFTR_CAPTURE_MAPPED_RINGS_H

#include <stddef.h>

#include <siftr/mapped_ring.h>

#include "capture/programs.h"
#include "capture/ring_memory.h"
#include "capture/ring_sizes.h"

struct mapped_rings {
	struct ring_sizes sizes;
	const char *slots; /* the slots of all rings, read-only */
	struct siftr_rings *shared;
	unsigned long *wakeups_consumed;
	const unsigned long *wakeups_produced;
};

/*
 * Maps the rings, describes each in memory[] and opens them to the programs. 0 or a negative errno,
 * reported. Call mapped_rings__close() on success and on failure.
 */
int mapped_rings__open(struct mapped_rings *rings, const struct programs *programs,
		       const struct ring_sizes *sizes, struct ring_memory *memory);

/* Unmaps the rings. Does nothing if `rings` is all zero. */
void mapped_rings__close(struct mapped_rings *rings);

/* Makes the ring of index `ring` that of `cpu`. Returns 0. */
int mapped_rings__assign(const struct mapped_rings *rings, __u32 cpu, size_t ring);

/* Empties the ring of wakeups, so that it can be waited on. Does nothing if `rings` is all zero. */
void mapped_rings__forget_wakeups(const struct mapped_rings *rings);

#endif
