/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The origin of a connection: how its handshake went, and which process opened, accepted or first
 * used it. The packet hooks cannot see that, so other programs (origin_hooks.bpf.h) note it when it
 * happens. It is kept for each socket, in socket storage or in a hash map as
 * load_config.flow_storage says, and only if a group of fields needs it (SIFTR_ORIGIN_GROUPS).
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

/*
 * Returns the origin kept for the socket, NULL if there is none. It may be that of an earlier
 * connection of the socket: compare its `isn`.
 */
static __always_inline struct siftr_origin *origin_lookup(struct sock *sk)
{
	__u64 key = (__u64)sk;

	if (load_config.flow_storage == SIFTR_FLOW_SK_STORAGE)
		return bpf_sk_storage_get(&origins_by_socket, sk, NULL, 0);
	return bpf_map_lookup_elem(&origins_by_address, &key);
}

/*
 * Returns the origin of the socket's connection that has the initial sequence number `isn`. If the
 * socket has no origin, or one of another connection, which is then lost, an empty one is made.
 * NULL if out of memory or if the hash map is full.
 */
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

/*
 * Returns the origin of the socket's connection that has the initial sequence number `isn`; NULL if
 * there is none.
 */
static __always_inline const struct siftr_origin *origin_find(struct sock *sk, __u32 isn)
{
	const struct siftr_origin *origin = origin_lookup(sk);

	return origin && origin->isn == isn ? origin : NULL;
}

#endif
