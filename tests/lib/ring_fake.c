// SPDX-License-Identifier: BSD-2-Clause
#include "ring_fake.h"

#include <sys/mman.h>
#include <unistd.h>

static void map_twice(struct ring_fake *ring)
{
	int fd = memfd_create("ring", 0);

	if (fd < 0 || ftruncate(fd, ring->bytes))
		_exit(99);
	ring->data = mmap(NULL, 2 * ring->bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int half = 0; half < 2; half++)
		if (mmap(ring->data + half * ring->bytes, ring->bytes, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
			_exit(99);
	close(fd);
}

static struct ring_memory open_mapped(struct ring_fake *ring)
{
	ring->slots = ring->bytes / sizeof(struct siftr_slot);
	ring->lap = 1;
	while (ring->lap < ring->slots)
		ring->lap *= 2;
	ring->consumer_pos = ring->lap;
	return ring_memory__of_slots(&ring->consumer_pos, &ring->producer_pos, (void *)ring->data,
				     ring->slots, ring->lap, sizeof(struct siftr_record));
}

struct ring_memory ring_fake__open(struct ring_fake *ring, enum ring_fake_kind kind, size_t bytes)
{
	*ring = (struct ring_fake){.kind = kind, .bytes = bytes};
	map_twice(ring);
	if (kind == RING_FAKE_MAPPED)
		return open_mapped(ring);
	return ring_memory__of_kernel(&ring->consumer_pos, &ring->producer_pos, ring->data, bytes,
				      sizeof(struct siftr_record));
}

void ring_fake__close(struct ring_fake *ring)
{
	munmap(ring->data, 2 * ring->bytes);
}

__u32 *ring_fake__header(struct ring_fake *ring, unsigned long pos)
{
	if (ring->kind == RING_FAKE_MAPPED)
		return (__u32 *)(ring->data + (pos & (ring->lap - 1)) * RING_ENTRY_BYTES);
	return (__u32 *)(ring->data + (pos & (ring->bytes - 1)));
}

struct siftr_record *ring_fake__record(struct ring_fake *ring, unsigned long pos)
{
	return (void *)((char *)ring_fake__header(ring, pos) + BPF_RINGBUF_HDR_SZ);
}

static unsigned long reserve_slot(struct ring_fake *ring)
{
	unsigned long pos = ring->producer_pos, next = pos + 1;

	if (pos >= ring->consumer_pos)
		return RING_FAKE_FULL;
	if ((next & (ring->lap - 1)) == ring->slots)
		next += ring->lap - ring->slots;
	ring->producer_pos = next;
	return pos;
}

static unsigned long reserve_entry(struct ring_fake *ring)
{
	unsigned long pos = ring->producer_pos;

	if (pos + RING_ENTRY_BYTES - ring->consumer_pos > ring->bytes)
		return RING_FAKE_FULL;
	*ring_fake__header(ring, pos) = sizeof(struct siftr_record) | BPF_RINGBUF_BUSY_BIT;
	ring->producer_pos += RING_ENTRY_BYTES;
	return pos;
}

unsigned long ring_fake__reserve(struct ring_fake *ring)
{
	unsigned long pos =
		ring->kind == RING_FAKE_MAPPED ? reserve_slot(ring) : reserve_entry(ring);

	if (pos != RING_FAKE_FULL)
		*ring_fake__record(ring, pos) = (struct siftr_record){
			.direction = SIFTR_IN,
			.kind = SIFTR_KIND_LINE,
		};
	return pos;
}

void ring_fake__submit(struct ring_fake *ring, unsigned long pos, __u64 time_ns)
{
	ring_fake__record(ring, pos)->time_ns = time_ns;
	*ring_fake__header(ring, pos) =
		ring->kind == RING_FAKE_MAPPED ? (__u32)pos + 1 : sizeof(struct siftr_record);
}

void ring_fake__discard(struct ring_fake *ring, unsigned long pos)
{
	__u32 *header = ring_fake__header(ring, pos);

	*header = (*header & ~BPF_RINGBUF_BUSY_BIT) | BPF_RINGBUF_DISCARD_BIT;
}

void ring_fake__add(struct ring_fake *ring, __u64 time_ns)
{
	ring_fake__submit(ring, ring_fake__reserve(ring), time_ns);
}
