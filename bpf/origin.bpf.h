/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is known of a connection from other moments than those of its packets: how its handshake
 * went and which process uses it. That is kept for each socket, like the state of a flow, and only
 * if a group of fields needs it (SIFTR_ORIGIN_GROUPS).
 */
#ifndef SIFTR_ORIGIN_BPF_H
#define SIFTR_ORIGIN_BPF_H

#include "flow_state.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct siftr_origin);
} origins_by_socket SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1 << 18);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct siftr_origin);
} origins_by_address SEC(".maps");

/* The socket's origin, of whichever connection; NULL if there is none. */
static __always_inline struct siftr_origin *origin_lookup(struct sock *sk)
{
	__u64 key = (__u64)sk;

	if (load_config.flow_storage == SIFTR_FLOW_SK_STORAGE)
		return bpf_sk_storage_get(&origins_by_socket, sk, NULL, 0);
	return bpf_map_lookup_elem(&origins_by_address, &key);
}

/* The origin of the socket's connection `isn`, empty if it is new. NULL if out of memory. */
static __always_inline struct siftr_origin *origin_get(struct sock *sk, __u32 isn)
{
	struct siftr_origin fresh = {.isn = isn}, *origin;
	__u64 key = (__u64)sk;

	if (load_config.flow_storage == SIFTR_FLOW_SK_STORAGE) {
		origin = bpf_sk_storage_get(&origins_by_socket, sk, &fresh,
					    BPF_SK_STORAGE_GET_F_CREATE);
	} else {
		bpf_map_update_elem(&origins_by_address, &key, &fresh, BPF_NOEXIST);
		origin = bpf_map_lookup_elem(&origins_by_address, &key);
	}
	if (origin && origin->isn != isn)
		*origin = fresh;
	return origin;
}

/* The origin of the connection that the socket has; NULL if nothing is known of it. */
static __always_inline const struct siftr_origin *origin_find(struct sock *sk, __u32 isn)
{
	const struct siftr_origin *origin = origin_lookup(sk);

	return origin && origin->isn == isn ? origin : NULL;
}

#endif
