/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A BPF ring buffer laid out as in the kernel, with a producer that works as the kernel does: each
 * position on a page of its own, the data mapped twice in a row, a lock around the reservation, a
 * busy bit until the record is committed. See kernel/bpf/ringbuf.c.
 */
#ifndef SIFTR_BENCH_RING_H
#define SIFTR_BENCH_RING_H

#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#include "capture/drain.h"

struct ring {
	unsigned long *consumer_pos;
	unsigned long *producer_pos;
	char *data;
	size_t bytes;
	unsigned long hidden_end; /* the producer position that ring__hide() has hidden */
	__u32 lock;
};

/*
 * Makes a ring of `bytes`, a power of two and a multiple of the page size. Exits if there is no
 * memory.
 */
void ring__open(struct ring *ring, size_t bytes);
void ring__close(struct ring *ring);

struct ring_memory ring__memory(const struct ring *ring);

/* How many records fill an empty ring. */
size_t ring__capacity(const struct ring *ring);

/*
 * Reserves space for a record; NULL when the ring is full. The record is uninitialised, and
 * invisible to the consumer until it is submitted.
 */
struct siftr_record *ring__reserve(struct ring *ring);
void ring__submit(struct ring *ring, struct siftr_record *record);

/*
 * Adds a copy of a record, without the lock and without a check for space: the caller must be the
 * only producer, and the ring must not be full.
 */
void ring__put(struct ring *ring, const struct siftr_record *record);

/* Hides the records in the ring from the consumer. */
void ring__hide(struct ring *ring);

/*
 * Makes up to `records` of the hidden records visible to the consumer, as if they were submitted
 * now. Returns how many it made visible.
 */
size_t ring__show(struct ring *ring, size_t records);

/*
 * libbpf's ring_buffer__consume() for one ring: a callback for each record, whose space is returned
 * at once. Returns the number of records.
 */
size_t ring__consume(struct ring *ring, void (*callback)(void *context, void *record),
		     void *context);

/* Like ring__consume(), but returns the space of all records at once, after the last of them. */
size_t ring__consume_batch(struct ring *ring, void (*callback)(void *context, void *record),
			   void *context);

/*
 * Like ring__consume_batch(), but prefetches what it reads, so that it takes as long as memory
 * needs to deliver the records.
 */
size_t ring__consume_ahead(struct ring *ring, void (*callback)(void *context, void *record),
			   void *context);

#endif
