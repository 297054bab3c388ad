/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A ring in ordinary memory, laid out as the kernel lays out a BPF ring buffer or as the BPF
 * programs fill a mapped ring (see siftr/mapped_ring.h), and filled by the test: entries are
 * reserved and then submitted, or discarded in the kernel's ring, in any order.
 */
#ifndef SIFTR_TESTS_RING_FAKE_H
#define SIFTR_TESTS_RING_FAKE_H

#include <linux/bpf.h>

#include "capture/drain.h"

enum ring_fake_kind {
	RING_FAKE_KERNEL,
	RING_FAKE_MAPPED,
};

struct ring_fake {
	enum ring_fake_kind kind;
	unsigned long consumer_pos; /* in a mapped ring: where the producer must stop */
	unsigned long producer_pos;
	char *data;
	size_t bytes;
	unsigned long slots; /* of a mapped ring */
	unsigned long lap;
};

#define RING_FAKE_FULL (~0UL)

/*
 * Makes a ring of `bytes`, a power of two and at least a page. Returns the memory for
 * drain__new().
 */
struct ring_memory ring_fake__open(struct ring_fake *ring, enum ring_fake_kind kind, size_t bytes);
void ring_fake__close(struct ring_fake *ring);

/*
 * Reserves a record and returns its position; RING_FAKE_FULL when the ring is full. The record is
 * of SIFTR_KIND_LINE and SIFTR_IN; its other members are 0 until the test sets them.
 */
unsigned long ring_fake__reserve(struct ring_fake *ring);

void ring_fake__submit(struct ring_fake *ring, unsigned long pos, __u64 time_ns);

/* Discards a reserved record. Only a ring of RING_FAKE_KERNEL has discarded records. */
void ring_fake__discard(struct ring_fake *ring, unsigned long pos);

/* Reserves a record, sets its time and submits it. */
void ring_fake__add(struct ring_fake *ring, __u64 time_ns);

/* The header word and the record of the entry at `pos`. */
__u32 *ring_fake__header(struct ring_fake *ring, unsigned long pos);
struct siftr_record *ring_fake__record(struct ring_fake *ring, unsigned long pos);

#endif
