/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A ring laid out as the kernel lays it out, filled by the test: header word
 * with busy and discard bits, data mapped twice in a row.
 */
#ifndef SIFTR_TESTS_RING_FAKE_H
#define SIFTR_TESTS_RING_FAKE_H

#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/drain.h"

struct ring_fake {
	unsigned long consumer_pos;
	unsigned long producer_pos;
	char *data;
	size_t bytes;
};

#define RING_FAKE_ENTRY (BPF_RINGBUF_HDR_SZ + sizeof(struct siftr_record))

static inline struct ring_memory ring_fake_open(struct ring_fake *ring, size_t bytes)
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

static inline void ring_fake_close(struct ring_fake *ring)
{
	munmap(ring->data, 2 * ring->bytes);
}

static inline __u32 *ring_fake_length(struct ring_fake *ring, unsigned long pos)
{
	return (__u32 *)(ring->data + (pos & (ring->bytes - 1)));
}

/* Position of a new entry of `length` bytes, marked busy; ~0 when the ring is full. */
static inline unsigned long ring_fake_reserve_bytes(struct ring_fake *ring, __u32 length)
{
	unsigned long pos = ring->producer_pos;
	unsigned long bytes = (BPF_RINGBUF_HDR_SZ + length + 7) & ~7UL;

	if (pos + bytes - ring->consumer_pos > ring->bytes)
		return ~0UL;
	*ring_fake_length(ring, pos) = length | BPF_RINGBUF_BUSY_BIT;
	ring->producer_pos += bytes;
	return pos;
}

static inline struct siftr_record *ring_fake_record(struct ring_fake *ring, unsigned long pos)
{
	return (void *)(ring->data + (pos & (ring->bytes - 1)) + BPF_RINGBUF_HDR_SZ);
}

/* The place has been another entry's before, any of whose bytes may be left. */
static inline unsigned long ring_fake_reserve(struct ring_fake *ring)
{
	unsigned long pos = ring_fake_reserve_bytes(ring, sizeof(struct siftr_record));

	if (pos != ~0UL)
		*ring_fake_record(ring, pos) = (struct siftr_record){
			.direction = SIFTR_IN,
			.kind = SIFTR_KIND_LINE,
		};
	return pos;
}

static inline void ring_fake_submit(struct ring_fake *ring, unsigned long pos, __u64 time_ns)
{
	ring_fake_record(ring, pos)->time_ns = time_ns;
	*ring_fake_length(ring, pos) = sizeof(struct siftr_record);
}

static inline void ring_fake_discard(struct ring_fake *ring, unsigned long pos)
{
	__u32 *length = ring_fake_length(ring, pos);

	*length = (*length & ~BPF_RINGBUF_BUSY_BIT) | BPF_RINGBUF_DISCARD_BIT;
}

static inline void ring_fake_add(struct ring_fake *ring, __u64 time_ns)
{
	ring_fake_submit(ring, ring_fake_reserve(ring), time_ns);
}

#endif
