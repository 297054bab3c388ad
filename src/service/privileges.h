/* SPDX-License-Identifier: BSD-2-Clause */
/* Gives up the privileges that only the start of tracing needs. */
#ifndef SIFTR_SERVICE_PRIVILEGES_H
#define SIFTR_SERVICE_PRIVILEGES_H

#include <stddef.h>
#include <sys/types.h>

#define PRIVILEGES_NOBODY      65534
#define PRIVILEGES_DIRECTORIES 2

/* What the process must still be able to do while it traces. */
struct privileges_needs {
	uid_t user; /* for a process of root to become; 0: stay root */
	gid_t group;
	int directories[PRIVILEGES_DIRECTORIES]; /* descriptors: files are created and removed here
						  */
	size_t nr_directories;
};

/*
 * Empties all capability sets and sets no_new_privs, so that execve(2) cannot restore any.
 * Root becomes `user`; it is no failure if a namespace has no user nobody. If the kernel
 * offers Landlock, only `directories` can be written. 0 or a negative errno, reported.
 */
int privileges__drop(const struct privileges_needs *needs);

#endif
