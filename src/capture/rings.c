// SPDX-License-Identifier: BSD-2-Clause
/*
 * The rings are created here and not declared in the BPF object, because their number and size
 * depend on the host.
 */
#include "capture/rings.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "capture/cpus.h"
#include "report/report.h"

/* The largest ring: the kernel keeps the size in 32 bits and requires a power of two. */
#define RING_BYTES_MAX (1UL << 31)

static size_t page_bytes(void)
{
	return sysconf(_SC_PAGESIZE);
}

/*
 * Maps a ring into this process: the page with the consumer's position writable and the rest
 * read-only, as the kernel requires.
 */
static int map_ring(int fd, size_t bytes, struct ring_memory *ring)
{
	size_t page = page_bytes();
	void *memory;

	ring->bytes = bytes;
	memory = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	ring->consumer_pos = memory;
	memory = mmap(NULL, page + 2 * bytes, PROT_READ, MAP_SHARED, fd, page);
	if (memory == MAP_FAILED)
		return -errno;
	ring->producer_pos = memory;
	ring->data = (const char *)memory + page;
	return 0;
}

static void unmap_ring(struct ring_memory *ring)
{
	if (ring->consumer_pos)
		munmap(ring->consumer_pos, page_bytes());
	if (ring->producer_pos)
		munmap((void *)ring->producer_pos, page_bytes() + 2 * ring->bytes);
}

static int add_ring(struct rings *rings, size_t bytes)
{
	struct epoll_event event = {.events = EPOLLIN};
	int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "ring", 0, 0, bytes, NULL), err;

	if (fd < 0)
		return -errno;
	rings->fds[rings->count] = fd;
	err = map_ring(fd, bytes, &rings->memory[rings->count++]);
	if (!err && epoll_ctl(rings->epoll_fd, EPOLL_CTL_ADD, fd, &event))
		err = -errno;
	return err;
}

static size_t round_down_to_power_of_two(size_t bytes)
{
	while (bytes & (bytes - 1))
		bytes &= bytes - 1;
	return bytes;
}

/* The number of rings: one for each online CPU, but fewer if each would get less than a page. */
static size_t choose_count(__u64 total_bytes)
{
	size_t count = sysconf(_SC_NPROCESSORS_ONLN), pages = total_bytes / page_bytes();

	if (count > RINGS_MAX)
		count = RINGS_MAX;
	if (count > pages)
		count = pages ? pages : 1;
	return count;
}

int rings__open(struct rings *rings, __u64 total_bytes)
{
	size_t count = choose_count(total_bytes);
	size_t bytes = round_down_to_power_of_two(total_bytes / count);

	if (bytes < page_bytes())
		bytes = page_bytes();
	if (bytes > RING_BYTES_MAX)
		bytes = RING_BYTES_MAX;
	rings->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (rings->epoll_fd < 0)
		return report_error(-errno, "create an epoll instance");
	while (rings->count < count) {
		int err = add_ring(rings, bytes);

		if (err)
			return report_error(err, "create a ring buffer of %zu bytes", bytes);
	}
	report_detail("%zu rings of %zu bytes", count, bytes);
	return 0;
}

void rings__close(struct rings *rings)
{
	for (size_t i = 0; i < rings->count; i++) {
		unmap_ring(&rings->memory[i]);
		close(rings->fds[i]);
	}
	rings->count = 0;
	if (rings->epoll_fd >= 0)
		close(rings->epoll_fd);
	rings->epoll_fd = -1;
}

/* CPUs that may come online later are included: they share the rings of the others. */
int rings__assign(const struct rings *rings, int map_fd, int nr_cpus)
{
	size_t *ring_of = calloc(nr_cpus, sizeof(*ring_of));
	bool *online = calloc(nr_cpus, sizeof(*online));
	int err = 0;

	if (ring_of && online) {
		cpus__online(online, nr_cpus);
		cpus__deal(online, nr_cpus, rings->count, ring_of);
	} else {
		err = report_error(-ENOMEM, "assign rings to CPUs");
	}
	for (__u32 cpu = 0; cpu < (__u32)nr_cpus && !err; cpu++)
		if (bpf_map_update_elem(map_fd, &cpu, &rings->fds[ring_of[cpu]], 0))
			err = report_error(-errno, "assign a ring to CPU %u", cpu);
	free(online);
	free(ring_of);
	return err;
}

void rings__watch(const struct rings *rings, int fd)
{
	struct epoll_event event = {.events = 0};

	epoll_ctl(rings->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

void rings__wait(const struct rings *rings, int timeout_ms, const sigset_t *signals)
{
	struct epoll_event event;

	epoll_pwait(rings->epoll_fd, &event, 1, timeout_ms, signals);
}
