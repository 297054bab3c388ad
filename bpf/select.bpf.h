/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Is this packet wanted: port, state, ppl. Settings are read from the live
 * part, so that they can change while tracing.
 */
#ifndef SIFTR_SELECT_BPF_H
#define SIFTR_SELECT_BPF_H

#define LOGGED_STATES                                                                           \
	(1 << TCP_ESTABLISHED | 1 << TCP_FIN_WAIT1 | 1 << TCP_FIN_WAIT2 | 1 << TCP_CLOSE_WAIT | \
	 1 << TCP_LAST_ACK | 1 << TCP_CLOSING)

#define E2BIG	   7 /* asm-generic/errno-base.h */
#define ENOMEM	   12
#define SLOT_SHIFT 11 /* sockets are further apart than 2 KiB */

struct siftr_memory memory;

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct siftr_flow_state);
} flows_by_socket SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1 << 16);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct siftr_flow_state);
} flows_by_address SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SIFTR_FLOW_SLOTS);
	__type(key, __u32);
	__type(value, __u32);
} slots_taken SEC(".maps");

#define LOCAL_PORT_1 (1U << 16) /* the least pair that has a local port */

enum port_choice {
	PORT_OTHER,
	PORT_WANTED,
	PORT_GIVEN_UP, /* the socket is closed, and still sends a RST from its old port */
};

static __always_inline enum port_choice choose_port(const struct sock *sk)
{
	__u32 wanted = live.ports, ports;

	if (!wanted)
		return PORT_WANTED;
	ports = read_ports(sk);
	if (ports < LOCAL_PORT_1)
		return PORT_GIVEN_UP;
	ports ^= wanted;
	return ports < LOCAL_PORT_1 || !(ports & 0xffff) ? PORT_WANTED : PORT_OTHER;
}

static __always_inline int given_up_port_wanted(const struct sock *sk)
{
	__u16 wanted = live.ports; /* in network order, as both of these */

	return wanted == read_bound_port(sk) || wanted == (__u16)read_ports(sk);
}

static __always_inline int port_wanted(const struct sock *sk)
{
	enum port_choice choice = choose_port(sk);

	return choice == PORT_GIVEN_UP ? given_up_port_wanted(sk) : choice == PORT_WANTED;
}

/* A packet that found no socket. */
static __always_inline int packet_wanted(const struct sk_buff *skb)
{
	__u16 wanted = live.ports;
	__u32 ports;

	if (!wanted)
		return 1;
	ports = skb_ports(skb);
	return wanted == (__u16)ports || wanted == ports >> 16;
}

/* What comes to a listener or to a closed socket, and opens nothing, has no connection. */
static __always_inline int is_late(const struct sk_buff *skb, __u32 direction, __u8 state)
{
	return direction == SIFTR_IN && (state == TCP_LISTEN || state == TCP_CLOSE) &&
	       !skb_opens(skb);
}

/* Nearly always the first. */
static __always_inline int state_logged(__u8 state)
{
	return state == TCP_ESTABLISHED || LOGGED_STATES >> state & 1;
}

/* A number is made of a pointer by subtraction, all else is refused; to kprobes it is one. */
static __always_inline __u32 slot_number(struct sock *sk)
{
#ifdef SIFTR_KPROBE
	__u64 number = (__u64)sk;
#else
	__u64 number = (__u64)sk - (__u64)memory.slots;
#endif
	return number >> SLOT_SHIFT & (SIFTR_FLOW_SLOTS - 1);
}

static __always_inline struct siftr_flow_state *flow_in_slot(struct sock *sk)
{
	struct siftr_flow_slot *slot = &memory.slots[slot_number(sk)];

	if (!load_config.samples)
		return NULL;
	return slot->sk == (__u64)sk ? &slot->flow : NULL;
}

static __always_inline struct siftr_flow_state *flow_in_map(struct sock *sk, __u64 create)
{
	struct siftr_flow_state fresh = {};
	__u64 key = (__u64)sk;

	if (load_config.flow_storage == SIFTR_FLOW_SK_STORAGE)
		return bpf_sk_storage_get(&flows_by_socket, sk, 0, create);
	if (create)
		bpf_map_update_elem(&flows_by_address, &key, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&flows_by_address, &key);
}

/* NULL when another socket has the slot. */
static __always_inline struct siftr_flow_state *slot_take(struct sock *sk)
{
	__u32 number = slot_number(sk), taken = 1;
	struct siftr_flow_slot *slot = &memory.slots[number];

	if (!load_config.samples || bpf_map_update_elem(&slots_taken, &number, &taken, BPF_NOEXIST))
		return NULL;
	slot->flow.since_line = 0;
	slot->flow.announced = 0;
	slot->sk = (__u64)sk;
	return &slot->flow;
}

static __always_inline void slot_give_back(struct sock *sk)
{
	__u32 number = slot_number(sk);

	if (memory.slots[number].sk != (__u64)sk)
		return;
	memory.slots[number].sk = 0;
	bpf_map_delete_elem(&slots_taken, &number);
}

/* A flow that is new, or has no slot. NULL when there is no memory for one more. */
static __noinline struct siftr_flow_state *flow_get_slowly(struct sock *sk)
{
	struct siftr_flow_state *flow = flow_in_map(sk, 0);

	if (!flow)
		flow = slot_take(sk);
	return flow ?: flow_in_map(sk, BPF_SK_STORAGE_GET_F_CREATE);
}

/* Why there was no place for a flow; a table is asked again, as it alone knows. */
static __always_inline enum siftr_outcome flow_loss(struct sock *sk)
{
	struct siftr_flow_state fresh = {};
	__u64 key = (__u64)sk;
	int err = -ENOMEM;

	/* An int: before Linux 6.4 the upper half of a map function's result is anything. */
	if (load_config.flow_storage == SIFTR_FLOW_HASH)
		err = bpf_map_update_elem(&flows_by_address, &key, &fresh, BPF_NOEXIST);
	return err == -E2BIG ? SIFTR_LOST_FLOW_FULL : SIFTR_LOST_FLOW;
}

static __always_inline struct siftr_flow_state *flow_get(struct sock *sk)
{
	return flow_in_slot(sk) ?: flow_get_slowly(sk);
}

/* A socket that is not connected (yet, or again) begins its next flow from nothing. */
static __always_inline void flow_reset(struct sock *sk)
{
	struct siftr_flow_state *flow;

	if (live.ppl == 1)
		return;
	flow = flow_in_slot(sk) ?: flow_in_map(sk, 0);
	if (flow) {
		flow->since_line = 0;
		flow->announced = 0;
	}
}

/* Every ppl-th packet of a flow is due, the first line being packet number ppl. */
static __always_inline int flow_due(struct siftr_flow_state *flow)
{
	if (++flow->since_line < live.ppl)
		return 0;
	flow->since_line = 0;
	return 1;
}

#endif
