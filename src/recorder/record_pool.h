/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copies of records in one piece of memory that never grows, in any number of queues, oldest first.
 */
#ifndef SIFTR_RECORDER_RECORD_POOL_H
#define SIFTR_RECORDER_RECORD_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <siftr/record.h>

#define RECORD_POOL_NONE (~0U)

/* A queue of a pool. Begins as RECORD_QUEUE_EMPTY. */
struct record_queue {
	__u32 first, last; /* slots of the pool; meaningless without records */
	__u32 count;
};

#define RECORD_QUEUE_EMPTY ((struct record_queue){RECORD_POOL_NONE, RECORD_POOL_NONE, 0})

struct record_pool {
	char *records;
	__u32 *next;	    /* the slot after each slot of a queue, or of the free ones */
	__u32 record_bytes; /* of a record with its groups */
	__u32 room;	    /* how many records fit */
	__u32 used;	    /* slots that have been used; those behind were never written */
	__u32 free;	    /* first of the slots that were given back */
};

/* Memory that a record takes. */
static inline size_t record_pool__bytes_each(__u32 record_bytes)
{
	return record_bytes + sizeof(__u32);
}

/*
 * Makes room for `room` records. 0 or -ENOMEM. The pages are not touched before they are needed.
 * record_pool__close() may be called in both cases, and for a pool that is all zero.
 */
int record_pool__open(struct record_pool *pool, __u32 record_bytes, __u32 room);
void record_pool__close(struct record_pool *pool);

static inline bool record_pool__is_full(const struct record_pool *pool)
{
	return pool->free == RECORD_POOL_NONE && pool->used == pool->room;
}

/* Appends a copy of the record to the queue. The pool must not be full. */
void record_pool__append(struct record_pool *pool, struct record_queue *queue,
			 const struct siftr_record *record);

/* The oldest record of a queue that has records; valid until it is taken. */
static inline const struct siftr_record *record_pool__oldest(const struct record_pool *pool,
							     const struct record_queue *queue)
{
	return (const struct siftr_record *)(pool->records +
					     (size_t)queue->first * pool->record_bytes);
}

/*
 * Removes the oldest record of a queue that has records, and returns it: valid until the next
 * record_pool__append().
 */
const struct siftr_record *record_pool__take(struct record_pool *pool, struct record_queue *queue);

#endif
