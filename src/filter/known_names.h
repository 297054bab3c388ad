/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which names of congestion controls and interfaces mean something on this host, or may do so
 * where a service cannot see all of it.
 */
#ifndef SIFTR_FILTER_KNOWN_NAMES_H
#define SIFTR_FILTER_KNOWN_NAMES_H

#include <stdbool.h>

/* Whether the kernel has the congestion control or a module of it, which it loads when asked. */
bool known_names__has_cc(const char *name);

/* Whether a network namespace, of a process or one with a name, has the interface. */
bool known_names__has_iface(const char *name);

#endif
