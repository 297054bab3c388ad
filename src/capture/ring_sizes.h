/* SPDX-License-Identifier: BSD-2-Clause */
/* How many rings there are and how large each is, of both kinds. */
#ifndef SIFTR_CAPTURE_RING_SIZES_H
#define SIFTR_CAPTURE_RING_SIZES_H

#include <stddef.h>

#include <linux/types.h>

struct ring_sizes {
	size_t count;
	size_t bytes; /* of a kernel ring's data: a power of two and at least a page */
	__u32 slots;  /* of a mapped ring: what takes no more than its part of the memory */
	__u32 lap;    /* `slots` rounded up to a power of two */
};

/* A ring per online CPU, `total_bytes` together; fewer if each would get less than a page. */
struct ring_sizes ring_sizes__choose(__u64 total_bytes);

/* The page in whole numbers of which memory is mapped. */
size_t ring_sizes__page_bytes(void);

#endif
