// SPDX-License-Identifier: BSD-2-Clause
/*
 * libbpf makes a map of each data section of the BPF object, named after it: .bss has the counters,
 * the filter and the slots of flows, .data.live the settings and .data.rings the mapped rings,
 * which count their records.
 */
#include "capture/shared.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/cpus.h"
#include "report/report.h"

static size_t round_up_to_pages(size_t bytes)
{
	size_t page = sysconf(_SC_PAGESIZE);

	return (bytes + page - 1) / page * page;
}

static size_t memory_bytes(void)
{
	return round_up_to_pages(sizeof(struct siftr_memory));
}

static size_t filter_bytes(void)
{
	return round_up_to_pages(sizeof(struct siftr_filter));
}

static int map_part(const struct programs *programs, const char *map, size_t offset, size_t bytes,
		    int protection, void **memory)
{
	int fd = programs__map_fd(programs, map);
	void *mapped = mmap(NULL, bytes, protection, MAP_SHARED, fd, offset);

	if (mapped == MAP_FAILED)
		return report_error(-errno, "map the BPF map %s", map);
	*memory = mapped;
	return 0;
}

static int map_section(const struct programs *programs, const char *map, size_t bytes,
		       int protection, void **memory)
{
	return map_part(programs, map, 0, bytes, protection, memory);
}

int shared__open(const struct programs *programs, int nr_cpus, size_t nr_rings,
		 struct shared *shared)
{
	void *memory = NULL, *filter = NULL, *live = NULL, *rings = NULL;
	int err = map_section(programs, ".bss", memory_bytes(), PROT_READ, &memory);

	if (!err)
		err = map_part(programs, ".bss", offsetof(struct siftr_memory, filter),
			       filter_bytes(), PROT_READ | PROT_WRITE, &filter);
	if (!err)
		err = map_section(programs, ".data.live", round_up_to_pages(sizeof(*shared->live)),
				  PROT_READ | PROT_WRITE, &live);
	if (!err && programs__ring_kind(programs) == RING_MAPPED)
		err = map_section(programs, ".data.rings",
				  round_up_to_pages(sizeof(*shared->rings)), PROT_READ, &rings);
	shared->memory = memory;
	shared->filter = filter;
	shared->live = live;
	shared->rings = rings;
	shared->nr_counters = cpus__counter_sets(nr_cpus);
	shared->nr_rings = nr_rings;
	shared->holds = true;
	return err;
}

void shared__close(struct shared *shared)
{
	if (shared->rings)
		munmap((void *)shared->rings, round_up_to_pages(sizeof(*shared->rings)));
	if (shared->live)
		munmap(shared->live, round_up_to_pages(sizeof(*shared->live)));
	if (shared->filter)
		munmap(shared->filter, filter_bytes());
	if (shared->memory)
		munmap((void *)shared->memory, memory_bytes());
	*shared = (struct shared){};
}

static __u64 records_of_rings(const struct shared *shared, int direction)
{
	__u64 records = 0;

	for (size_t i = 0; i < shared->nr_rings && shared->rings; i++)
		records += __atomic_load_n(&shared->rings->rings[i].records[direction],
					   __ATOMIC_RELAXED);
	return records;
}

_Static_assert(CPUS_COUNTER_SETS == 4, "as many sets are added at a time");

/* The sum of a counter over all sets; `first` is that of the first set. */
static inline __u64 sum_of(const __u64 *first, int nr_counters)
{
	const size_t set = sizeof(struct siftr_counters) / sizeof(*first);
	__u64 sum = 0;

	do {
		sum += __atomic_load_n(first, __ATOMIC_RELAXED) +
		       __atomic_load_n(first + set, __ATOMIC_RELAXED) +
		       __atomic_load_n(first + 2 * set, __ATOMIC_RELAXED) +
		       __atomic_load_n(first + 3 * set, __ATOMIC_RELAXED);
		first += CPUS_COUNTER_SETS * set;
		nr_counters -= CPUS_COUNTER_SETS;
	} while (nr_counters);
	return sum;
}

static __u64 held_in(const struct siftr_flow_slot slots[SIFTR_SLOT_GROUP], int direction)
{
	__u64 held = 0;

	for (int i = 0; i < SIFTR_SLOT_GROUP; i++)
		held += __atomic_load_n(&slots[i].flow.held[direction], __ATOMIC_RELAXED);
	return held;
}

/* The packets that samplers left out and slots count; see siftr_flow_state.held. */
static __u64 held_by_slots(const struct siftr_memory *memory, int direction)
{
	__u64 held = 0;

	for (size_t i = 0; i < SIFTR_SLOT_GROUPS; i++)
		if (__atomic_load_n(&memory->group_claimed[i], __ATOMIC_RELAXED))
			held += held_in(memory->slots + i * SIFTR_SLOT_GROUP, direction);
	return held;
}

void shared__read_counts(const struct shared *shared, int direction, int first, int last,
			 __u64 counts[])
{
	for (int outcome = first; outcome <= last; outcome++)
		counts[outcome] = sum_of(&shared->memory->counters->of[direction][outcome],
					 shared->nr_counters);
	if (shared->holds && first <= SIFTR_SAMPLED && last >= SIFTR_SAMPLED)
		counts[SIFTR_SAMPLED] += held_by_slots(shared->memory, direction);
	if (first <= SIFTR_RECORDS && last >= SIFTR_RECORDS)
		counts[SIFTR_RECORDS] += records_of_rings(shared, direction);
}

void shared__read_counters(const struct shared *shared, struct siftr_counters *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		shared__read_counts(shared, direction, 0, SIFTR_OUTCOMES - 1, sum->of[direction]);
}

void shared__set_ppl(struct shared *shared, __u32 ppl)
{
	shared->holds |= ppl != 1;
	__atomic_store_n(&shared->live->ppl, ppl, __ATOMIC_SEQ_CST);
}

void shared__want_wakeup(const struct shared *shared, __u32 request)
{
	__atomic_store_n(&shared->live->want_packet, request == SIFTR_WAKE_PACKET,
			 __ATOMIC_SEQ_CST);
	__atomic_store_n(&shared->live->want_wakeup, request, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void shared__turn(const struct shared *shared, __u32 on)
{
	__atomic_store_n(&shared->live->on, on | shared->fronts, __ATOMIC_SEQ_CST);
}

void shared__add_front(struct shared *shared, __u32 hook)
{
	shared->fronts |= SIFTR_FRONT(hook);
	shared__turn(shared, shared->live->on);
}

void shared__renew_verdicts(const struct shared *shared)
{
	__atomic_fetch_add(&shared->live->rules_number, SIFTR_RULES_STEP, __ATOMIC_SEQ_CST);
}

/*
 * Other rules come before their number: what is decided while they change is decided again at the
 * flow's next packet.
 */
static void set_rules(const struct shared *shared, const struct siftr_filter *filter)
{
	if (!memcmp(shared->filter->rules, filter->rules, sizeof(filter->rules)))
		return;
	memcpy(shared->filter->rules, filter->rules, sizeof(filter->rules));
	shared__renew_verdicts(shared);
}

/* Programs whose filters may change do without those of single packets while there are none. */
static void choose_on(struct shared *shared, const struct filter_values *values)
{
	bool filtering = shared->steered && filter__used(values) & SIFTR_FILTER_PACKET;

	shared->on = filtering ? SIFTR_FILTERING : SIFTR_ON;
}

void shared__begin_filter(struct shared *shared, const struct filter_values *values, bool steered)
{
	shared->steered = steered;
	choose_on(shared, values);
	filter__fill(values, shared->filter);
}

int shared__set_filter(struct shared *shared, const struct filter_values *values)
{
	struct siftr_filter *filter = calloc(1, sizeof(*filter));

	if (!filter)
		return -ENOMEM;
	filter__fill(values, filter);
	memcpy(shared->filter->lport, filter->lport, sizeof(filter->lport));
	memcpy(shared->filter->fport, filter->fport, sizeof(filter->fport));
	memcpy(shared->filter->refused_direction, filter->refused_direction,
	       sizeof(filter->refused_direction));
	set_rules(shared, filter);
	free(filter);
	choose_on(shared, values);
	if (shared->live->on & SIFTR_ON)
		shared__turn(shared, shared->on);
	return 0;
}
