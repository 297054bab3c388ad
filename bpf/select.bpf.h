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

/* A flow's place in its ppl cycle; packets of one socket come one at a time. */
struct flow_state {
	__u64 since_line; /* packets since the last line */
	__u64 announced;  /* user space has had a record of this flow */
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct flow_state);
} flows_by_socket SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1 << 16);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct flow_state);
} flows_by_address SEC(".maps");

static __always_inline int port_wanted(const struct sock *sk)
{
	__u32 port = live.port, ports;

	if (!port)
		return 1;
	ports = read_ports(sk);
	return port == ports >> 16 || port == bpf_ntohs(ports);
}

/* Nearly always the first. */
static __always_inline int state_logged(__u8 state)
{
	return state == TCP_ESTABLISHED || LOGGED_STATES >> state & 1;
}

static __always_inline struct flow_state *flow_find(struct sock *sk)
{
	__u64 key = (__u64)sk;

	if (load_config.flow_storage == SIFTR_FLOW_SK_STORAGE)
		return bpf_sk_storage_get(&flows_by_socket, sk, 0, 0);
	return bpf_map_lookup_elem(&flows_by_address, &key);
}

static __noinline struct flow_state *flow_get_by_address(__u64 key)
{
	struct flow_state *flow = bpf_map_lookup_elem(&flows_by_address, &key);
	struct flow_state fresh = {};

	if (flow)
		return flow;
	bpf_map_update_elem(&flows_by_address, &key, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&flows_by_address, &key);
}

/* NULL when there is no memory for one more flow. */
static __always_inline struct flow_state *flow_get(struct sock *sk)
{
	if (load_config.flow_storage == SIFTR_FLOW_SK_STORAGE)
		return bpf_sk_storage_get(&flows_by_socket, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	return flow_get_by_address((__u64)sk);
}

/* A socket that is not connected (yet, or again) begins its next flow from nothing. */
static __always_inline void flow_reset(struct sock *sk)
{
	struct flow_state *flow;

	if (live.ppl == 1)
		return;
	flow = flow_find(sk);
	if (flow) {
		flow->since_line = 0;
		flow->announced = 0;
	}
}

/* Every ppl-th packet of a flow is due, the first line being packet number ppl. */
static __always_inline int flow_due(struct flow_state *flow)
{
	if (++flow->since_line < live.ppl)
		return 0;
	flow->since_line = 0;
	return 1;
}

#endif
