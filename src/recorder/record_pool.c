// SPDX-License-Identifier: BSD-2-Clause
#include "recorder/record_pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int record_pool__open(struct record_pool *pool, __u32 record_bytes, __u32 room)
{
	*pool = (struct record_pool){
		.record_bytes = record_bytes, .room = room, .free = RECORD_POOL_NONE};
	pool->records = calloc(room, record_bytes);
	pool->next = calloc(room, sizeof(*pool->next));
	return pool->records && pool->next ? 0 : -ENOMEM;
}

void record_pool__close(struct record_pool *pool)
{
	free(pool->records);
	free(pool->next);
	*pool = (struct record_pool){};
}

static __u32 take_slot(struct record_pool *pool)
{
	__u32 slot = pool->free;

	if (slot == RECORD_POOL_NONE)
		return pool->used++;
	pool->free = pool->next[slot];
	return slot;
}

void record_pool__append(struct record_pool *pool, struct record_queue *queue,
			 const struct siftr_record *record)
{
	__u32 slot = take_slot(pool);

	memcpy(pool->records + (size_t)slot * pool->record_bytes, record, pool->record_bytes);
	if (queue->count)
		pool->next[queue->last] = slot;
	else
		queue->first = slot;
	queue->last = slot;
	queue->count++;
}

const struct siftr_record *record_pool__take(struct record_pool *pool, struct record_queue *queue)
{
	const struct siftr_record *record = record_pool__oldest(pool, queue);
	__u32 slot = queue->first;

	queue->first = pool->next[slot];
	queue->count--;
	pool->next[slot] = pool->free;
	pool->free = slot;
	return record;
}
