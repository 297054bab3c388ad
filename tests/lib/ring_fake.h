/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A BPF ring buffer in ordinary memory, laid out as the kernel lays it out and filled by the test:
 * each entry starts with a header word that holds its length and the busy and discard bits, and the
 * data pages are mapped twice in a row. Entries are reserved and then submitted or discarded, in
 * any order.
 */
#ifndef SIFTR_TESTS_RING_FAKE_H
#define SIFTR_TESTS_RING_FAKE_H

#include <linux/bpf.h>

#include "capture/drain.h"

struct ring_fake {
	unsigned long consumer_pos;
	unsigned long producer_pos;
	char *data;
	size_t bytes;
};

/* Bytes that one record takes in a ring. */
#define RING_FAKE_ENTRY (BPF_RINGBUF_HDR_SZ + sizeof(struct siftr_record))

/*
 * Makes a ring of `bytes`, a power of two and at least a page. Returns the memory for
 * drain__new().
 */
struct ring_memory ring_fake__open(struct ring_fake *ring, size_t bytes);
void ring_fake__close(struct ring_fake *ring);

/* Reserves an entry of `length` bytes and marks it busy. Returns its position; ~0UL when full. */
unsigned long ring_fake__reserve_bytes(struct ring_fake *ring, __u32 length);

/*
 * Reserves a record. Members that the test does not set may hold
 * what an earlier entry left there.
 */
unsigned long ring_fake__reserve(struct ring_fake *ring);

void ring_fake__submit(struct ring_fake *ring, unsigned long pos, __u64 time_ns);
void ring_fake__discard(struct ring_fake *ring, unsigned long pos);

/* Reserves a record, sets its time and submits it. */
void ring_fake__add(struct ring_fake *ring, __u64 time_ns);

/* The header word and the record of the entry at `pos`. */
__u32 *ring_fake__length(struct ring_fake *ring, unsigned long pos);
struct siftr_record *ring_fake__record(struct ring_fake *ring, unsigned long pos);

#endif
