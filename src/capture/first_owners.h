/* SPDX-License-Identifier: BSD-2-Clause */
/* The sockets that processes have when the trace begins, for the filters by process. */
#ifndef SIFTR_CAPTURE_FIRST_OWNERS_H
#define SIFTR_CAPTURE_FIRST_OWNERS_H

#include <stdbool.h>

struct filter_values;
struct programs;

/*
 * If there are filters by process, finds in /proc the sockets of the processes that they are about
 * and hands them to the programs; if the filters can change (`steered`), then those of all other
 * processes, as many as there is room for. The programs note already who takes over a socket, so
 * that none is left out between the two. 0 or a negative errno, reported.
 */
int first_owners__find(const struct filter_values *filter, bool steered,
		       const struct programs *programs);

#endif
