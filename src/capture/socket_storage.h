/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests whether BPF socket storage, values that the kernel keeps with a socket, works here. */
#ifndef SIFTR_CAPTURE_SOCKET_STORAGE_H
#define SIFTR_CAPTURE_SOCKET_STORAGE_H

/*
 * Tries to store a value for a socket that it opens, and closes again, in the map `map_fd` of type
 * BPF_MAP_TYPE_SK_STORAGE. 0 or a negative errno: -EOPNOTSUPP if the kernel has no memory for it.
 */
int socket_storage__probe(int map_fd);

#endif
