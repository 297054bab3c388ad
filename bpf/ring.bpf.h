/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What goes up to user space: counters, records in rings, and the word that wakes
 * a drain that sleeps.
 */
#ifndef SIFTR_RING_BPF_H
#define SIFTR_RING_BPF_H

/* One entry per CPU; user space decides which CPUs share a ring. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(
		values, struct {
			__uint(type, BPF_MAP_TYPE_RINGBUF);
			__uint(max_entries, 4096);
		});
} rings SEC(".maps");

/*
 * Atomic, because a receive softirq may interrupt a sender on the same CPU, and
 * CPUs may share a slot.
 */
static __always_inline void count(__u32 cpu, __u32 direction, enum siftr_outcome outcome)
{
	struct siftr_counters *mine = &memory.counters[cpu & (SIFTR_COUNTER_SLOTS - 1)];

	__sync_fetch_and_add(&mine->of[direction][outcome], 1);
}

static __always_inline struct siftr_record *reserve(__u32 cpu)
{
	void *ring = bpf_map_lookup_elem(&rings, &cpu);

	return ring ? bpf_ringbuf_reserve(ring, sizeof(struct siftr_record), 0) : NULL;
}

/*
 * The time is taken after the reservation: user space then knows that whatever
 * it does not see reserved yet will carry a later time, and can sort exactly.
 */
static __always_inline void stamp(struct siftr_record *record, __u32 direction, __u32 kind)
{
	record->time_ns = bpf_ktime_get_ns();
	record->direction = direction;
	record->kind = kind;
}

/* The drain says when it sleeps; only then is it woken, once. */
static __always_inline void submit(struct siftr_record *record)
{
	__u64 flags = BPF_RB_NO_WAKEUP;

	if (live.want_wakeup) {
		live.want_wakeup = 0;
		flags = BPF_RB_FORCE_WAKEUP;
	}
	bpf_ringbuf_submit(record, flags);
}

/* A discarded record wakes as one submitted does, and is no record. */
static __noinline int wake(void)
{
	__u32 cpu = bpf_get_smp_processor_id();
	void *ring = bpf_map_lookup_elem(&rings, &cpu);
	void *nothing = ring ? bpf_ringbuf_reserve(ring, sizeof(__u64), 0) : NULL;

	if (!nothing)
		return 0;
	live.want_wakeup = 0;
	bpf_ringbuf_discard(nothing, BPF_RB_FORCE_WAKEUP);
	return 0;
}

/* A packet that a footer counts, and that leaves no record, has just been counted. */
static __always_inline void tell_unlogged(void)
{
	if (live.want_wakeup == SIFTR_WAKE_PACKET)
		wake();
}

#endif
