/* SPDX-License-Identifier: BSD-2-Clause */
/* The network namespaces of the host, which are all traced, and what is set in each. */
#ifndef SIFTR_MANIFEST_NAMESPACES_H
#define SIFTR_MANIFEST_NAMESPACES_H

#include <jansson.h>

/*
 * Adds each network namespace to `facts`: this process's as "own", others by the name that ip(8)
 * gave them, or else by their number in /proc. Those that this process may not enter are added as
 * null; it needs CAP_SYS_ADMIN for all but its own. When it returns, the process is in its own
 * namespace again. 0 or a negative errno, reported.
 */
int namespaces__add(json_t *facts);

#endif
