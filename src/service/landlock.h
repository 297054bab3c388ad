/* SPDX-License-Identifier: BSD-2-Clause */
/* Which files can be opened once tracing is on, where the kernel offers Landlock. */
#ifndef SIFTR_SERVICE_LANDLOCK_H
#define SIFTR_SERVICE_LANDLOCK_H

#include <stddef.h>

/*
 * From now on, for good: regular files can be made, written, renamed and removed below
 * `directories` (descriptors) only, and read there and in /proc. What is open stays
 * open. no_new_privs must be on. 0, or a negative errno, -ENOSYS or -EOPNOTSUPP where
 * the kernel does not offer it; says nothing.
 */
int landlock__enter(const int directories[], size_t count);

#endif
