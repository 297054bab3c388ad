// SPDX-License-Identifier: BSD-2-Clause
#include "capture/ring_sizes.h"

#include <unistd.h>

#include <siftr/mapped_ring.h>

/* The largest ring: the kernel keeps the size in 32 bits and requires a power of two. */
#define RING_BYTES_MAX (1UL << 31)

static size_t round_down_to_power_of_two(size_t bytes)
{
	while (bytes & (bytes - 1))
		bytes &= bytes - 1;
	return bytes;
}

/*
 * The number of rings: one for each online CPU, at most SIFTR_RINGS_MAX, but fewer if each would
 * get less than a page.
 */
static size_t choose_count(__u64 total_bytes, size_t page)
{
	size_t count = sysconf(_SC_NPROCESSORS_ONLN), pages = total_bytes / page;

	if (count > SIFTR_RINGS_MAX)
		count = SIFTR_RINGS_MAX;
	if (count > pages)
		count = pages ? pages : 1;
	return count;
}

size_t ring_sizes__page_bytes(void)
{
	return sysconf(_SC_PAGESIZE);
}

size_t ring_sizes__entry_bytes(const struct ring_sizes *sizes)
{
	return offsetof(struct siftr_slot, record) + sizes->record_bytes;
}

struct ring_sizes ring_sizes__choose(__u64 total_bytes, size_t record_bytes)
{
	size_t page = ring_sizes__page_bytes(), count = choose_count(total_bytes, page);
	size_t bytes = total_bytes / count;
	struct ring_sizes sizes = {.count = count, .record_bytes = record_bytes, .lap = 1};

	if (bytes < page)
		bytes = page;
	if (bytes > RING_BYTES_MAX)
		bytes = RING_BYTES_MAX;
	sizes.bytes = round_down_to_power_of_two(bytes);
	sizes.slots = bytes / ring_sizes__entry_bytes(&sizes);
	while (sizes.lap < sizes.slots)
		sizes.lap *= 2;
	return sizes;
}

void ring_sizes__apply(const struct ring_sizes *sizes, int nr_cpus, const struct bpf_object *object)
{
	struct bpf_map *slots = bpf_object__find_map_by_name(object, "slots");

	if (slots) {
		bpf_map__set_value_size(slots, ring_sizes__entry_bytes(sizes));
		bpf_map__set_max_entries(slots, sizes->slots * sizes->count);
	} else {
		bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "rings"), nr_cpus);
	}
}
