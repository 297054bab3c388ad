/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Records in the kernel's own BPF ring buffers, for kernels without atomics that return a value
 * (before 5.12). Every entry has the length of a record.
 */
#ifndef SIFTR_KERNEL_RING_BPF_H
#define SIFTR_KERNEL_RING_BPF_H

#include "shared.bpf.h"

/* Indexed by CPU; user space creates the rings and decides which CPUs share one. */
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
 * No full barrier on every machine: on x86-64 the locked addition of count_outcome() is one, which
 * stands between this and the record's time and between this and the load of live.want_wakeup. On
 * others the consumer's margin has to do, see ORDER_MARGIN_NS in src/capture/drain.h.
 */
static __always_inline struct siftr_record *reserve_record(__u32 cpu)
{
	void *ring = bpf_map_lookup_elem(&rings, &cpu);

	return ring ? bpf_ringbuf_reserve(ring, load_config.record_bytes, 0) : NULL;
}

/* A wakeup costs as much as a record, so the consumer asks for one when it goes to sleep. */
static __always_inline void submit_record(struct siftr_record *record)
{
	__u64 flags = BPF_RB_NO_WAKEUP;

	if (live.want_wakeup) {
		live.want_wakeup = 0;
		flags = BPF_RB_FORCE_WAKEUP;
	}
	bpf_ringbuf_submit(record, flags);
}

/*
 * Wakes the consumer without a record: reserve, then discard with BPF_RB_FORCE_WAKEUP. Its caller
 * is in ring.bpf.h.
 */
static __noinline __attribute__((unused)) int wake_consumer(void)
{
	void *nothing = reserve_record(bpf_get_smp_processor_id());

	if (!nothing)
		return 0;
	live.want_wakeup = 0;
	bpf_ringbuf_discard(nothing, BPF_RB_FORCE_WAKEUP);
	return 0;
}

#endif
