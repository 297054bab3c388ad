/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The owner of a connection, for the filters by process: the process that opened or accepted it, or
 * has since sent or read on it, whichever was last. Packets are seen where no process can be told,
 * so the hooks in owner_hooks.bpf.h note the owner when a process acts. A connection that is not
 * accepted yet has the owner of its listener. What a process had when the trace began is in a map
 * that user space fills.
 */
#ifndef SIFTR_OWNER_BPF_H
#define SIFTR_OWNER_BPF_H

#include "compat.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct siftr_owner);
} owners_by_socket SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1 << 18);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct siftr_owner);
} owners_by_address SEC(".maps");

/* By the inode numbers of sockets, as /proc/PID/fd shows them. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SIFTR_FIRST_OWNERS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct siftr_owner);
} first_owners SEC(".maps");

/* The noted owner; NULL if there is none. */
static __always_inline struct siftr_owner *owner_lookup(struct sock *sk)
{
	__u64 key = (__u64)sk;

	if (load_config.flow_storage == SIFTR_FLOW_SK_STORAGE)
		return bpf_sk_storage_get(&owners_by_socket, sk, NULL, 0);
	return bpf_map_lookup_elem(&owners_by_address, &key);
}

/* The same, and makes one if there is none; NULL if out of memory or if the hash map is full. */
static __always_inline struct siftr_owner *owner_get(struct sock *sk)
{
	struct siftr_owner fresh = {};
	__u64 key = (__u64)sk;

	if (load_config.flow_storage == SIFTR_FLOW_SK_STORAGE)
		return bpf_sk_storage_get(&owners_by_socket, sk, &fresh,
					  BPF_SK_STORAGE_GET_F_CREATE);
	bpf_map_update_elem(&owners_by_address, &key, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&owners_by_address, &key);
}

/* The process that had the socket when the trace began; NULL if it is none of those filtered by. */
static __always_inline const struct siftr_owner *first_owner(const struct sock *sk)
{
	const struct socket_alloc *socket = (const void *)BPF_CORE_READ(sk, sk_socket);
	__u64 inode = socket ? BPF_CORE_READ(socket, vfs_inode.i_ino) : 0;

	return inode ? bpf_map_lookup_elem(&first_owners, &inode) : NULL;
}

static __always_inline const struct siftr_owner *owner_find(struct sock *sk)
{
	const struct siftr_owner *owner = owner_lookup(sk);

	return owner && owner->pid ? owner : first_owner(sk);
}

#endif
