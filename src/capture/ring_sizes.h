/* SPDX-License-Identifier: BSD-2-Clause */
/* How many rings there are and how large each is, of both kinds. */
#ifndef SIFTR_CAPTURE_RING_SIZES_H
#define SIFTR_CAPTURE_RING_SIZES_H

#include <stddef.h>

#include <bpf/libbpf.h>
#include <linux/types.h>

struct ring_sizes {
	size_t count;
	size_t bytes;	     /* of a kernel ring's data: a power of two and at least a page */
	size_t record_bytes; /* of a record with its groups of fields */
	__u32 slots;	     /* of a mapped ring: as many as its part of the memory holds */
	__u32 lap;	     /* `slots` rounded up to a power of two */
};

/*
 * A ring per online CPU, at most SIFTR_RINGS_MAX, `total_bytes` together; fewer if each would get
 * less than a page.
 */
struct ring_sizes ring_sizes__choose(__u64 total_bytes, size_t record_bytes);

/* Bytes of a slot of a mapped ring, see siftr/mapped_ring.h. */
size_t ring_sizes__entry_bytes(const struct ring_sizes *sizes);

/*
 * Sets the size of the map of an object that has the rings; call it before the object is loaded. It
 * is the array of all slots for mapped rings, else an array with an entry for each CPU.
 */
void ring_sizes__apply(const struct ring_sizes *sizes, int nr_cpus,
		       const struct bpf_object *object);

/* Bytes of a page: what is mapped has a whole number of pages. */
size_t ring_sizes__page_bytes(void);

#endif
