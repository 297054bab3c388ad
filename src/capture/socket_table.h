/* SPDX-License-Identifier: BSD-2-Clause */
/* The connections of a network namespace, as /proc/PID/net/tcp and tcp6 show them. */
#ifndef SIFTR_CAPTURE_SOCKET_TABLE_H
#define SIFTR_CAPTURE_SOCKET_TABLE_H

#include <stdbool.h>

#include <linux/types.h>
#include <siftr/record.h>

/*
 * Reads a line of such a table. Sets addresses, ports and family of *key, the rest of it to 0, and
 * *inode, by which a process has the socket. False for the title, for what is no connection and
 * for a socket that no process has.
 */
bool socket_table__parse(const char *line, struct siftr_flow_key *key, __u64 *inode);

/*
 * Calls `take` with each connection of the namespace in which process `pid` is. Returns 0, also if
 * it cannot be read, or the first negative errno of `take`.
 */
int socket_table__read(const char *pid,
		       int (*take)(void *context, const struct siftr_flow_key *key, __u64 inode),
		       void *context);

#endif
