// SPDX-License-Identifier: BSD-2-Clause
#include "ring_fake.h"

#include <sys/mman.h>
#include <unistd.h>

struct ring_memory ring_fake__open(struct ring_fake *ring, size_t bytes)
{
	int fd = memfd_create("ring", 0);

	*ring = (struct ring_fake){.bytes = bytes};
	if (fd < 0 || ftruncate(fd, bytes))
		_exit(99);
	ring->data = mmap(NULL, 2 * bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int half = 0; half < 2; half++)
		if (mmap(ring->data + half * bytes, bytes, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
			_exit(99);
	close(fd);
	return (struct ring_memory){&ring->consumer_pos, &ring->producer_pos, ring->data, bytes};
}

void ring_fake__close(struct ring_fake *ring)
{
	munmap(ring->data, 2 * ring->bytes);
}

__u32 *ring_fake__length(struct ring_fake *ring, unsigned long pos)
{
	return (__u32 *)(ring->data + (pos & (ring->bytes - 1)));
}

unsigned long ring_fake__reserve_bytes(struct ring_fake *ring, __u32 length)
{
	unsigned long pos = ring->producer_pos;
	unsigned long bytes = (BPF_RINGBUF_HDR_SZ + length + 7) & ~7UL;

	if (pos + bytes - ring->consumer_pos > ring->bytes)
		return ~0UL;
	*ring_fake__length(ring, pos) = length | BPF_RINGBUF_BUSY_BIT;
	ring->producer_pos += bytes;
	return pos;
}

struct siftr_record *ring_fake__record(struct ring_fake *ring, unsigned long pos)
{
	return (void *)(ring->data + (pos & (ring->bytes - 1)) + BPF_RINGBUF_HDR_SZ);
}

unsigned long ring_fake__reserve(struct ring_fake *ring)
{
	unsigned long pos = ring_fake__reserve_bytes(ring, sizeof(struct siftr_record));

	if (pos != ~0UL)
		*ring_fake__record(ring, pos) = (struct siftr_record){
			.direction = SIFTR_IN,
			.kind = SIFTR_KIND_LINE,
		};
	return pos;
}

void ring_fake__submit(struct ring_fake *ring, unsigned long pos, __u64 time_ns)
{
	ring_fake__record(ring, pos)->time_ns = time_ns;
	*ring_fake__length(ring, pos) = sizeof(struct siftr_record);
}

void ring_fake__discard(struct ring_fake *ring, unsigned long pos)
{
	__u32 *length = ring_fake__length(ring, pos);

	*length = (*length & ~BPF_RINGBUF_BUSY_BIT) | BPF_RINGBUF_DISCARD_BIT;
}

void ring_fake__add(struct ring_fake *ring, __u64 time_ns)
{
	ring_fake__submit(ring, ring_fake__reserve(ring), time_ns);
}
