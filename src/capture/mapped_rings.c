// SPDX-License-Identifier: BSD-2-Clause
/* Maps three parts: slots to read, positions to write, and the ring whose entries wake. */
#include "capture/mapped_rings.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "report/report.h"

static size_t slots_bytes(const struct mapped_rings *rings)
{
	return ring_sizes__entry_bytes(&rings->sizes) * rings->sizes.slots * rings->sizes.count;
}

static int map(const struct programs *programs, const char *name, size_t bytes, int protection,
	       size_t offset, void **memory)
{
	void *mapped =
		mmap(NULL, bytes, protection, MAP_SHARED, programs__map_fd(programs, name), offset);

	if (mapped == MAP_FAILED)
		return report_error(-errno, "map the BPF map %s", name);
	*memory = mapped;
	return 0;
}

static int map_parts(struct mapped_rings *rings, const struct programs *programs)
{
	int err = map(programs, "slots", slots_bytes(rings), PROT_READ, 0, (void **)&rings->slots);

	if (!err)
		err = map(programs, ".data.rings", sizeof(*rings->shared), PROT_READ | PROT_WRITE,
			  0, (void **)&rings->shared);
	if (!err)
		err = map(programs, "wakeups", ring_sizes__page_bytes(), PROT_READ | PROT_WRITE, 0,
			  (void **)&rings->wakeups_consumed);
	if (!err)
		err = map(programs, "wakeups", ring_sizes__page_bytes(), PROT_READ,
			  ring_sizes__page_bytes(), (void **)&rings->wakeups_produced);
	return err;
}

/*
 * Waits until the programs that run now have ended, which the kernel does when an array of maps is
 * changed: one is created here for that. The self-test's counters are then final, and none of its
 * packets gets into a ring.
 */
static int wait_for_programs(int inner_fd)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .inner_map_fd = (__u32)inner_fd);
	__u32 first = 0;
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "wait", sizeof(first), sizeof(inner_fd),
				1, &options);
	int err = fd < 0 || bpf_map_update_elem(fd, &first, &inner_fd, 0) ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return err ? report_error(err, "wait for running BPF programs") : 0;
}

/* Opens a ring to the programs. The limit is stored last, because then they may fill the ring. */
static struct ring_memory open_ring(const struct mapped_rings *rings, size_t number)
{
	struct siftr_ring *ring = &rings->shared->rings[number];
	__u32 slots = rings->sizes.slots, lap = rings->sizes.lap;

	ring->first = number * slots;
	ring->last = slots - 1;
	ring->mask = lap - 1;
	ring->gap = lap - slots;
	__atomic_store_n(&ring->limit, ring->head + lap, __ATOMIC_RELEASE);
	return ring_memory__of_slots((unsigned long *)&ring->limit, (unsigned long *)&ring->head,
				     rings->slots +
					     ring->first * ring_sizes__entry_bytes(&rings->sizes),
				     slots, lap, rings->sizes.record_bytes);
}

int mapped_rings__open(struct mapped_rings *rings, const struct programs *programs,
		       const struct ring_sizes *sizes, struct ring_memory *memory)
{
	int err;

	rings->sizes = *sizes;
	err = map_parts(rings, programs);
	if (!err)
		err = wait_for_programs(programs__map_fd(programs, "wakeups"));
	for (size_t i = 0; i < sizes->count && !err; i++)
		memory[i] = open_ring(rings, i);
	return err;
}

static void unmap(const void *memory, size_t bytes)
{
	if (memory)
		munmap((void *)memory, bytes);
}

void mapped_rings__close(struct mapped_rings *rings)
{
	unmap(rings->slots, slots_bytes(rings));
	unmap(rings->shared, sizeof(*rings->shared));
	unmap(rings->wakeups_consumed, ring_sizes__page_bytes());
	unmap(rings->wakeups_produced, ring_sizes__page_bytes());
	*rings = (struct mapped_rings){};
}

int mapped_rings__assign(const struct mapped_rings *rings, __u32 cpu, size_t ring)
{
	rings->shared->ring_of_cpu[cpu % SIFTR_CPU_SLOTS] = ring;
	return 0;
}

/*
 * No packet is missed by this: the program that woke has claimed its position or counted its packet
 * before, so that the check in tracer__wait(), after its request for a wakeup, sees it.
 */
void mapped_rings__forget_wakeups(const struct mapped_rings *rings)
{
	if (rings->wakeups_consumed)
		__atomic_store_n(rings->wakeups_consumed,
				 __atomic_load_n(rings->wakeups_produced, __ATOMIC_ACQUIRE),
				 __ATOMIC_SEQ_CST);
}
