/* SPDX-License-Identifier: BSD-2-Clause */
/* Drops root and all capabilities once tracing has started, as only the start needs them. */
#ifndef SIFTR_SERVICE_PRIVILEGES_H
#define SIFTR_SERVICE_PRIVILEGES_H

#include <stddef.h>
#include <sys/types.h>

#define PRIVILEGES_NOBODY      65534
#define PRIVILEGES_DIRECTORIES 4

/* What the process must still be able to do while it traces. */
struct privileges_needs {
	uid_t user; /* the user that a process of root changes to; 0: it stays root */
	gid_t group;
	int directories[PRIVILEGES_DIRECTORIES]; /* descriptors of the directories in which files
						    are created and removed */
	size_t nr_directories;
};

/*
 * Empties all capability sets and sets no_new_privs, so that execve(2) cannot restore any.
 * Root becomes `user`; it is no failure if a namespace has no user nobody. If the kernel
 * offers Landlock, only `directories` can be written. 0 or a negative errno, reported.
 */
int privileges__drop(const struct privileges_needs *needs);

#endif
