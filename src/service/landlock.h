/* SPDX-License-Identifier: BSD-2-Clause */
/* Restricts by Landlock (Linux 5.13) which files the process can open while it traces. */
#ifndef SIFTR_SERVICE_LANDLOCK_H
#define SIFTR_SERVICE_LANDLOCK_H

#include <stddef.h>

/*
 * Allows regular files to be created, written, renamed and removed only below `directories`
 * (descriptors), and read only there and in /proc. Cannot be undone; open files stay open.
 * no_new_privs must be set. 0 or a negative errno, not reported: -ENOSYS or -EOPNOTSUPP if
 * the kernel does not offer Landlock.
 */
int landlock__enter(const int directories[], size_t count);

#endif
