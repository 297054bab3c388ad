/* SPDX-License-Identifier: BSD-2-Clause */
/* A BPF ring buffer as the kernel maps it into this process. */
#ifndef SIFTR_CAPTURE_RING_MEMORY_H
#define SIFTR_CAPTURE_RING_MEMORY_H

#include <stddef.h>

/*
 * See struct bpf_ringbuf in kernel/bpf/ringbuf.c: positions only grow, and the data area is mapped
 * twice in a row, so that no record is split by its end. Whoever maps it owns the memory.
 */
struct ring_memory {
	unsigned long *consumer_pos;
	const unsigned long *producer_pos;
	const void *data;
	size_t bytes; /* of the data area, a power of two */
};

#endif
