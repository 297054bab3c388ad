/* SPDX-License-Identifier: BSD-2-Clause */
/* The network devices of a namespace, with their queueing disciplines and offloads. */
#ifndef SIFTR_MANIFEST_INTERFACES_H
#define SIFTR_MANIFEST_INTERFACES_H

#include <jansson.h>

/*
 * Adds each device of the network namespace of this thread to `devices`, by its name. 0 or a
 * negative errno.
 */
int interfaces__add(json_t *devices);

#endif
