/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The processes of the connections that are there when a trace begins. The programs note a process
 * as it opens, accepts or uses a connection, which one that only waits does not do for long.
 */
#ifndef SIFTR_CAPTURE_CONNECTION_OWNERS_H
#define SIFTR_CAPTURE_CONNECTION_OWNERS_H

#include <siftr/record.h>

struct connection_owners;

/*
 * Finds in /proc the connections of all network namespaces in which a process runs, and the process
 * of each, as far as this process may see them. To be called once the programs are attached. NULL
 * when out of memory or if nothing was found; the caller frees.
 */
struct connection_owners *connection_owners__find(void);
void connection_owners__free(struct connection_owners *owners);

/*
 * The process that had the connection, one of them if there are several; NULL if none is known,
 * or `owners` is NULL. The first connection with these addresses that is asked for is taken for the
 * one that was there, and a later one, which has another initial sequence number, is not.
 */
const struct siftr_owner *connection_owners__look_up(struct connection_owners *owners,
						     const struct siftr_flow_key *key);

#endif
