/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Per-flow state: how many packets have passed since the flow's last line, if only every Nth gets
 * one, and under which number the flow was announced. Fast path: the state lies in a direct-mapped
 * slot, claimed with BPF_NOEXIST and released when the socket is destroyed. On a collision the flow
 * uses a map.
 *
 *   sk 0x..801800 --+                     memory.slots[SIFTR_FLOW_SLOTS]
 *                   +- sk >> SLOT_SHIFT --> [ packets_since_line, ... | sk 0x..801800 ]
 *   sk 0x..001800 --+  same slot: occupied   (other slots: sk is 0, free)
 *                   |
 *                   +--> flows_by_socket (socket storage) or flows_by_address (hash map)
 */
#ifndef SIFTR_FLOW_STATE_BPF_H
#define SIFTR_FLOW_STATE_BPF_H

#include "compat.bpf.h"
#include "counters.bpf.h"

#define E2BIG  7 /* From the kernel's asm-generic/errno-base.h. */
#define ENOMEM 12
#define SLOT_SHIFT                                                                               \
	11 /* drops 11 bits: a struct tcp_sock is larger than 2 KiB, so sockets side by side get \
	      different slots */

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct siftr_flow_state);
} flows_by_socket SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1 << 18);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct siftr_flow_state);
} flows_by_address SEC(".maps");

/* The indices of occupied slots: inserting with BPF_NOEXIST claims a slot atomically. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SIFTR_FLOW_SLOTS);
	__type(key, __u32);
	__type(value, __u32);
} slots_taken SEC(".maps");

/*
 * Bytes from `slots` to the socket's slot among them, from its address: from half of it or, without
 * 32-bit registers, from its difference from another, as the verifier then turns a kernel pointer
 * into a scalar only by subtracting a pointer. In kprobe programs without types it already is a
 * scalar.
 */
static __always_inline __u64 slot_offset(struct sock *sk, const struct siftr_flow_slot *slots)
{
#ifdef SIFTR_UNTYPED
	__u64 number = (__u64)sk;
#elif defined(SIFTR_MAPPED_RING)
	__u64 number = number_of_pointer(sk);
#else
	__u64 number = (__u64)sk - (__u64)slots;
#endif
	return number / ((1 << SLOT_SHIFT) / sizeof(*slots)) &
	       (SIFTR_FLOW_SLOTS - 1) * sizeof(*slots);
}

static __always_inline __u32 slot_index(struct sock *sk)
{
	return slot_offset(sk, memory.slots) / sizeof(struct siftr_flow_slot);
}

/*
 * What a new flow has in place of a remembered value: no value that is watched is this, so that the
 * flow's first packet differs.
 */
#define NEVER_WATCHED (~(__u32)0)
#define NO_RECOVERY   0xffff /* of the state of recovery, which has 16 bits */

/*
 * packets_since_line of a new flow: 0 or, with load_config.first_packet, one less than ppl, so that
 * the flow's first packet becomes a line.
 */
static __always_inline __u64 packets_at_first(void)
{
	return load_config.first_packet ? live.ppl - 1 : 0;
}

/*
 * Returns the slot that the socket's address selects; another socket may have claimed it. The asm
 * keeps the compiler from computing the slot's address anew for each member.
 */
static __always_inline struct siftr_flow_slot *slot_of(struct sock *sk)
{
	struct siftr_flow_slot *slots = *ADDRESS_OF(slots),
			       *slot = (void *)slots + slot_offset(sk, slots);

	asm volatile("" : "+r"(slot));
	return slot;
}

static __always_inline struct siftr_flow_state *slot_lookup(struct sock *sk)
{
	struct siftr_flow_slot *slot = slot_of(sk);

	return slot->sk == (__u64)sk ? &slot->flow : NULL;
}

static __always_inline struct siftr_flow_state *flow_map_lookup(struct sock *sk)
{
	__u64 key = (__u64)sk;

	if (load_config.flow_storage == SIFTR_FLOW_SK_STORAGE)
		return bpf_sk_storage_get(&flows_by_socket, sk, NULL, 0);
	return bpf_map_lookup_elem(&flows_by_address, &key);
}

/* The state of the socket's flow, in its slot or in the map; NULL if it has none. */
static __always_inline struct siftr_flow_state *flow_lookup(struct sock *sk)
{
	return slot_lookup(sk) ?: flow_map_lookup(sk);
}

/* The first of the samplers that are on; SIFTR_SAMPLER_NONE if none is, other than ppl. */
static __always_inline __u32 first_sampler(void)
{
	return load_config.sampling.next[SIFTR_SAMPLER_NONE];
}

/* Counts the packets for the flow's next weight from now on. */
static __always_inline void flow_restart_weight(struct siftr_flow_state *flow)
{
	flow->packets_since_line = 0;
	flow->held_at_line = flow->held[SIFTR_IN] + flow->held[SIFTR_OUT];
}

/* Begins the state of a flow that is new. What its slot has in `held` stays. */
static __always_inline void flow_begin(struct siftr_flow_state *flow)
{
	flow->file = 0;
	flow->verdict = 0;
	if (!first_sampler()) {
		flow->packets_since_line = packets_at_first();
		return;
	}
	flow_restart_weight(flow);
	flow->packets_since_line = packets_at_first();
	flow->line_ns = 0;
	flow->early_jiffies = 0;
	flow->recovery = NO_RECOVERY;
#pragma unroll
	for (int i = 0; i < SIFTR_WATCHED; i++)
		flow->watched[i] = NEVER_WATCHED;
}

static __always_inline struct siftr_flow_state *flow_map_create(struct sock *sk)
{
	struct siftr_flow_state *flow;
	__u64 key = (__u64)sk;

	if (load_config.flow_storage == SIFTR_FLOW_SK_STORAGE) {
		flow = bpf_sk_storage_get(&flows_by_socket, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	} else {
		bpf_map_update_elem(&flows_by_address, &key, &memory.zero_flow, BPF_NOEXIST);
		flow = bpf_map_lookup_elem(&flows_by_address, &key);
	}
	if (flow)
		flow_begin(flow);
	return flow;
}

/* Claims the slot for a new flow of `sk`. NULL if another socket occupies it. */
static __always_inline struct siftr_flow_state *slot_claim(struct sock *sk)
{
	__u32 index = slot_index(sk), occupied = 1;
	struct siftr_flow_slot *slot = &memory.slots[index];
	__u8 *group_claimed = &memory.group_claimed[index / SIFTR_SLOT_GROUP];

	if (bpf_map_update_elem(&slots_taken, &index, &occupied, BPF_NOEXIST))
		return NULL;
	*group_claimed = 1;
	flow_begin(&slot->flow);
	slot->sk = (__u64)sk;
	return &slot->flow;
}

static __always_inline void slot_release(struct sock *sk)
{
	__u32 index = slot_index(sk);

	if (memory.slots[index].sk != (__u64)sk)
		return;
	memory.slots[index].sk = 0;
	bpf_map_delete_elem(&slots_taken, &index);
}

/*
 * Finds or creates the state of a flow that is new or has no slot, in a slot or else in the map.
 * NULL if out of memory or the hash map is full.
 */
static __noinline struct siftr_flow_state *flow_get_slowpath(struct sock *sk)
{
	struct siftr_flow_state *flow = flow_map_lookup(sk);

	if (!flow)
		flow = slot_claim(sk);
	return flow ?: flow_map_create(sk);
}

/*
 * Why a flow got no state. With the hash map this repeats the insertion, because only its errno
 * distinguishes a full map from a lack of memory.
 */
static __always_inline enum siftr_outcome flow_loss_reason(struct sock *sk)
{
	__u64 key = (__u64)sk;
	int err = -ENOMEM;

	/* err is an int: before Linux 6.4 the upper half of a map helper's result is undefined. */
	if (load_config.flow_storage == SIFTR_FLOW_HASH)
		err = bpf_map_update_elem(&flows_by_address, &key, &memory.zero_flow, BPF_NOEXIST);
	return err == -E2BIG ? SIFTR_LOST_FLOW_FULL : SIFTR_LOST_FLOW;
}

static __always_inline struct siftr_flow_state *flow_get(struct sock *sk)
{
	return slot_lookup(sk) ?: flow_get_slowpath(sk);
}

/*
 * Counts one packet of the flow and decides whether it becomes a line: the packets number ppl, 2
 * ppl, 3 ppl and so on of a flow do or, with load_config.first_packet, the first and every ppl-th
 * after it.
 */
static __always_inline bool flow_is_due(struct siftr_flow_state *flow)
{
	if (++flow->packets_since_line < live.ppl)
		return 0;
	flow->packets_since_line = 0;
	return 1;
}

#endif
