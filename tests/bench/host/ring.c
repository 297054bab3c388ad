// SPDX-License-Identifier: BSD-2-Clause
/* Both ends of a ring: copies of the kernel's producer and libbpf's consumer. */
#include "ring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/bpf.h>

#define PAGE 4096UL
/* How far ahead ring__consume_ahead() prefetches; the processor itself stops at a page's end. */
#define AHEAD_BYTES (2 * PAGE)
#define ENTRY_BYTES ((BPF_RINGBUF_HDR_SZ + sizeof(struct siftr_record) + 7) & ~7UL)

static void *map(void *at, int fd, size_t offset, size_t bytes)
{
	void *memory = mmap(at, bytes, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_POPULATE | (at ? MAP_FIXED : 0), fd, offset);

	if (memory == MAP_FAILED) {
		perror("map a ring");
		exit(1);
	}
	return memory;
}

void ring__open(struct ring *ring, size_t bytes)
{
	int fd = memfd_create("ring", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, 2 * PAGE + bytes)) {
		perror("create a ring");
		exit(1);
	}
	*ring = (struct ring){.bytes = bytes};
	ring->consumer_pos = map(NULL, fd, 0, PAGE);
	ring->producer_pos = map(NULL, fd, PAGE, PAGE);
	ring->data = mmap(NULL, 2 * bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	map(ring->data, fd, 2 * PAGE, bytes);
	map(ring->data + bytes, fd, 2 * PAGE, bytes);
	close(fd);
}

void ring__close(struct ring *ring)
{
	munmap(ring->consumer_pos, PAGE);
	munmap(ring->producer_pos, PAGE);
	munmap(ring->data, 2 * ring->bytes);
}

struct ring_memory ring__memory(const struct ring *ring)
{
	return ring_memory__of_kernel(ring->consumer_pos, ring->producer_pos, ring->data,
				      ring->bytes, sizeof(struct siftr_record));
}

size_t ring__capacity(const struct ring *ring)
{
	return ring->bytes / ENTRY_BYTES;
}

static __u32 *length_of(void *record)
{
	return (__u32 *)((char *)record - BPF_RINGBUF_HDR_SZ);
}

struct siftr_record *ring__reserve(struct ring *ring)
{
	unsigned long free_pos = __atomic_load_n(ring->consumer_pos, __ATOMIC_ACQUIRE);
	unsigned long pos;
	char *record = NULL;

	while (__atomic_exchange_n(&ring->lock, 1, __ATOMIC_ACQUIRE))
		;
	pos = *ring->producer_pos;
	if (pos + ENTRY_BYTES - free_pos <= ring->bytes - 1) {
		record = ring->data + (pos & (ring->bytes - 1)) + BPF_RINGBUF_HDR_SZ;
		*length_of(record) = sizeof(struct siftr_record) | BPF_RINGBUF_BUSY_BIT;
		__atomic_store_n(ring->producer_pos, pos + ENTRY_BYTES, __ATOMIC_RELEASE);
	}
	__atomic_store_n(&ring->lock, 0, __ATOMIC_RELEASE);
	return (struct siftr_record *)record;
}

/* The kernel reads the consumer position even with BPF_RB_NO_WAKEUP. */
void ring__submit(struct ring *ring, struct siftr_record *record)
{
	__atomic_exchange_n(length_of(record), sizeof(*record), __ATOMIC_SEQ_CST);
	(void)__atomic_load_n((volatile unsigned long *)ring->consumer_pos, __ATOMIC_ACQUIRE);
}

void ring__put(struct ring *ring, const struct siftr_record *record)
{
	unsigned long pos = *ring->producer_pos;
	char *entry = ring->data + (pos & (ring->bytes - 1));

	*(__u32 *)entry = sizeof(*record);
	memcpy(entry + BPF_RINGBUF_HDR_SZ, record, sizeof(*record));
	*ring->producer_pos = pos + ENTRY_BYTES;
}

void ring__hide(struct ring *ring)
{
	ring->hidden_end = *ring->producer_pos;
	*ring->producer_pos = *ring->consumer_pos;
}

size_t ring__show(struct ring *ring, size_t records)
{
	size_t hidden = (ring->hidden_end - *ring->producer_pos) / ENTRY_BYTES;

	if (records > hidden)
		records = hidden;
	__atomic_store_n(ring->producer_pos, *ring->producer_pos + records * ENTRY_BYTES,
			 __ATOMIC_RELEASE);
	return records;
}

static unsigned long rounded(__u32 length)
{
	length &= ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
	return (length + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8;
}

/* Does what ringbuf_process_ring() in ringbuf.c of libbpf does. */
size_t ring__consume(struct ring *ring, void (*callback)(void *context, void *record),
		     void *context)
{
	unsigned long pos = __atomic_load_n(ring->consumer_pos, __ATOMIC_ACQUIRE), end;
	size_t records = 0, before;

	do {
		before = records;
		end = __atomic_load_n(ring->producer_pos, __ATOMIC_ACQUIRE);
		while (pos < end) {
			char *entry = ring->data + (pos & (ring->bytes - 1));
			__u32 length = __atomic_load_n((__u32 *)entry, __ATOMIC_ACQUIRE);

			if (length & BPF_RINGBUF_BUSY_BIT)
				return records;
			pos += rounded(length);
			if (!(length & BPF_RINGBUF_DISCARD_BIT)) {
				callback(context, entry + BPF_RINGBUF_HDR_SZ);
				records++;
			}
			__atomic_store_n(ring->consumer_pos, pos, __ATOMIC_RELEASE);
		}
	} while (records != before);
	return records;
}

/* Reads all records, asking for each entry `ahead` bytes before it is read. */
static inline size_t consume(struct ring *ring, size_t ahead,
			     void (*callback)(void *context, void *record), void *context)
{
	unsigned long end = __atomic_load_n(ring->producer_pos, __ATOMIC_ACQUIRE);
	unsigned long pos = *ring->consumer_pos;
	size_t records = 0;

	while (pos < end) {
		char *entry = ring->data + (pos & (ring->bytes - 1));
		__u32 length = __atomic_load_n((__u32 *)entry, __ATOMIC_ACQUIRE);

		if (length & BPF_RINGBUF_BUSY_BIT)
			break;
		if (ahead) {
			__builtin_prefetch(entry + ahead);
			__builtin_prefetch(entry + ahead + ENTRY_BYTES - 1);
		}
		pos += rounded(length);
		if (!(length & BPF_RINGBUF_DISCARD_BIT)) {
			callback(context, entry + BPF_RINGBUF_HDR_SZ);
			records++;
		}
	}
	__atomic_store_n(ring->consumer_pos, pos, __ATOMIC_RELEASE);
	return records;
}

size_t ring__consume_batch(struct ring *ring, void (*callback)(void *context, void *record),
			   void *context)
{
	return consume(ring, 0, callback, context);
}

size_t ring__consume_ahead(struct ring *ring, void (*callback)(void *context, void *record),
			   void *context)
{
	return consume(ring, AHEAD_BYTES, callback, context);
}
