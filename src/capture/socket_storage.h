/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests whether BPF socket storage, values that the kernel keeps with a socket, works here. */
#ifndef SIFTR_CAPTURE_SOCKET_STORAGE_H
#define SIFTR_CAPTURE_SOCKET_STORAGE_H

/*
 * Stores a value for a socket of this process in the map of type BPF_MAP_TYPE_SK_STORAGE `map_fd`.
 * 0 or a negative errno: -EOPNOTSUPP if the kernel has no memory for it.
 */
int socket_storage__probe(int map_fd);

#endif
