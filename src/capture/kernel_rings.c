// SPDX-License-Identifier: BSD-2-Clause
/*
 * The rings are created here and not declared in the BPF object, because their number and size
 * depend on the host.
 */
#include "capture/kernel_rings.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "report/report.h"

/*
 * Maps a ring into this process: the page with the consumer's position writable and the rest
 * read-only, as the kernel requires.
 */
static int map_ring(int fd, size_t bytes, struct kernel_ring *ring)
{
	size_t page = ring_sizes__page_bytes();
	void *memory = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	ring->consumer_pos = memory;
	memory = mmap(NULL, page + 2 * bytes, PROT_READ, MAP_SHARED, fd, page);
	if (memory == MAP_FAILED)
		return -errno;
	ring->producer_pos = memory;
	return 0;
}

static int add_ring(struct kernel_rings *rings, struct ring_memory *memory, size_t record_bytes)
{
	struct kernel_ring *ring = &rings->rings[rings->count];
	int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "ring", 0, 0, rings->bytes, NULL), err;

	if (fd < 0)
		return -errno;
	rings->fds[rings->count++] = fd;
	err = map_ring(fd, rings->bytes, ring);
	if (!err)
		*memory = ring_memory__of_kernel(ring->consumer_pos, ring->producer_pos,
						 (const char *)ring->producer_pos +
							 ring_sizes__page_bytes(),
						 rings->bytes, record_bytes);
	return err;
}

int kernel_rings__open(struct kernel_rings *rings, const struct ring_sizes *sizes,
		       struct ring_memory *memory)
{
	rings->bytes = sizes->bytes;
	while (rings->count < sizes->count) {
		int err = add_ring(rings, &memory[rings->count], sizes->record_bytes);

		if (err)
			return report_error(err, "create a ring buffer of %zu bytes", rings->bytes);
	}
	return 0;
}

void kernel_rings__close(struct kernel_rings *rings)
{
	for (size_t i = 0; i < rings->count; i++) {
		struct kernel_ring *ring = &rings->rings[i];

		if (ring->consumer_pos)
			munmap(ring->consumer_pos, ring_sizes__page_bytes());
		if (ring->producer_pos)
			munmap((void *)ring->producer_pos,
			       ring_sizes__page_bytes() + 2 * rings->bytes);
		close(rings->fds[i]);
	}
	*rings = (struct kernel_rings){};
}

int kernel_rings__assign(const struct kernel_rings *rings, int map_fd, __u32 cpu, size_t ring)
{
	if (bpf_map_update_elem(map_fd, &cpu, &rings->fds[ring], 0))
		return report_error(-errno, "assign a ring to CPU %u", cpu);
	return 0;
}

int kernel_rings__number_flows(int map_fd)
{
	for (__u32 number = 1; number <= SIFTR_NUMBER_LANES; number++)
		if (bpf_map_update_elem(map_fd, NULL, &number, BPF_ANY))
			return report_error(-errno, "number the flows");
	return 0;
}
