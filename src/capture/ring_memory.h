/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A ring as it is mapped into this process: one of the kernel's BPF ring buffers or a mapped ring
 * (see siftr/mapped_ring.h). Both hold entries of one size, a header of 8 bytes and a record; what
 * differs is in the numbers here, so that reading a ring takes no branch on its kind.
 *
 * A position is the number of an entry. It only grows; in a mapped ring it jumps at a lap's end.
 */
#ifndef SIFTR_CAPTURE_RING_MEMORY_H
#define SIFTR_CAPTURE_RING_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/bpf.h>
#include <linux/types.h>

#include <siftr/mapped_ring.h>

/* Bytes of an entry whose record has no groups of fields. */
#define RING_ENTRY_BYTES sizeof(struct siftr_slot)
_Static_assert(RING_ENTRY_BYTES == BPF_RINGBUF_HDR_SZ + sizeof(struct siftr_record),
	       "entries of both kinds have the same layout");
_Static_assert(RING_ENTRY_BYTES % 8 == 0, "the kernel rounds entries up to 8 bytes");

#define RING_CACHE_LINE 64

/* Whoever maps the memory owns it. */
struct ring_memory {
	unsigned long *released;       /* (first position not released + `room`) * `unit` */
	const unsigned long *produced; /* the position reserved next, times `unit` */
	const char *data;
	unsigned long unit;	   /* the kernel counts bytes, a mapped ring entries */
	unsigned long room;	   /* lap of a mapped ring, whose `released` is a limit; else 0 */
	unsigned long entries;	   /* how many positions produced may be ahead of released */
	unsigned long lap_mask;	   /* a position's bits within its lap; all ones without laps */
	unsigned long lap_end;	   /* where a lap's entries end in it; all ones without laps */
	unsigned long entry_bytes; /* header and record, with the groups of fields asked for */
	unsigned long byte_mask;   /* wraps offsets in a kernel ring; all ones for a mapped ring */
	__u32 committed;	   /* header of a committed entry, at position 0 */
	__u32 committed_step;	   /* what each further position adds to that header */
	__u32 busy;		   /* bit of an uncommitted entry's header; 0: none */
};

/* `bytes`, a power of two, is the size of the data area; `record_bytes` is that of a record. */
static inline struct ring_memory ring_memory__of_kernel(unsigned long *consumer_pos,
							const unsigned long *producer_pos,
							const void *data, size_t bytes,
							size_t record_bytes)
{
	size_t entry_bytes = BPF_RINGBUF_HDR_SZ + record_bytes;

	return (struct ring_memory){
		.released = consumer_pos,
		.produced = producer_pos,
		.data = data,
		.unit = entry_bytes,
		.entries = bytes / entry_bytes,
		.lap_mask = ~0UL,
		.lap_end = ~0UL,
		.entry_bytes = entry_bytes,
		.byte_mask = bytes - 1,
		.committed = record_bytes,
		.busy = BPF_RINGBUF_BUSY_BIT,
	};
}

/* `lap` is a power of two, not less than `nr_slots`. */
static inline struct ring_memory ring_memory__of_slots(unsigned long *limit,
						       const unsigned long *head, const void *slots,
						       size_t nr_slots, size_t lap,
						       size_t record_bytes)
{
	return (struct ring_memory){
		.released = limit,
		.produced = head,
		.data = slots,
		.unit = 1,
		.room = lap,
		.entries = lap,
		.lap_mask = lap - 1,
		.lap_end = nr_slots,
		.entry_bytes = BPF_RINGBUF_HDR_SZ + record_bytes,
		.byte_mask = ~0UL,
		.committed = 1,
		.committed_step = 1,
	};
}

static inline const char *ring_memory__entry(const struct ring_memory *ring, unsigned long position)
{
	return ring->data + ((position & ring->lap_mask) * ring->entry_bytes & ring->byte_mask);
}

/* The position of a record, one of those from `begin` on that the ring can hold. */
static inline unsigned long ring_memory__position(const struct ring_memory *ring,
						  const struct siftr_record *record,
						  unsigned long begin)
{
	size_t offset = (const char *)record - BPF_RINGBUF_HDR_SZ - ring->data;

	if (ring->room)
		return begin + ((offset / ring->entry_bytes - begin) & ring->lap_mask);
	offset -= begin * ring->entry_bytes;
	return begin + (offset & ring->byte_mask) / ring->entry_bytes;
}

/*
 * The header of an entry. It is read once for all questions: an entry that is committed between two
 * readings would be neither uncommitted nor committed, and so discarded.
 */
static inline __u32 ring_memory__header(const char *entry)
{
	return __atomic_load_n((const __u32 *)entry, __ATOMIC_ACQUIRE);
}

/* The header of the entry at `position` once it is committed. */
static inline __u32 ring_memory__committed(const struct ring_memory *ring, unsigned long position)
{
	return ring->committed + ring->committed_step * (__u32)position;
}

/* Whether an entry that is not committed was discarded: it holds no record and never will. */
static inline bool ring_memory__is_discarded(const struct ring_memory *ring, __u32 header)
{
	return ring->busy && !(header & ring->busy);
}

/*
 * Up to which position, `end` at most, the entries from `position` on lie side by side in memory: a
 * kernel ring is mapped twice in a row, so that an entry goes on behind its end.
 */
static inline unsigned long ring_memory__row_end(const struct ring_memory *ring,
						 unsigned long position, unsigned long end)
{
	unsigned long bytes = ring->byte_mask, row;

	if (!ring->room)
		row = (bytes - (position * ring->entry_bytes & bytes)) / ring->entry_bytes + 1;
	else
		row = ring->lap_end - (position & ring->lap_mask);
	return row < end - position ? position + row : end;
}

/*
 * Asks the processor to load an entry, header and record, into its cache. Not inlined early, gcc 12
 * takes it for a function without any effect and leaves its calls out.
 */
static inline __attribute__((always_inline)) void ring_memory__prefetch(const void *record,
									size_t bytes)
{
	const char *begin = record;

	__builtin_prefetch(begin);
	__builtin_prefetch(begin + RING_CACHE_LINE);
	__builtin_prefetch(begin + bytes - 1);
	for (size_t offset = 2 * RING_CACHE_LINE; offset < bytes; offset += RING_CACHE_LINE)
		__builtin_prefetch(begin + offset);
}

/* `position`, or where the next lap begins if it is the end of one. */
static inline unsigned long ring_memory__next_lap(const struct ring_memory *ring,
						  unsigned long position)
{
	return (position & ring->lap_mask) == ring->lap_end ? (position | ring->lap_mask) + 1
							    : position;
}

#endif
