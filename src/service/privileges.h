/* SPDX-License-Identifier: BSD-2-Clause */
/* What this process may do besides what its user may. */
#ifndef SIFTR_SERVICE_PRIVILEGES_H
#define SIFTR_SERVICE_PRIVILEGES_H

#include <stddef.h>
#include <sys/types.h>

#define PRIVILEGES_NOBODY      65534
#define PRIVILEGES_DIRECTORIES 2

/* What is still to be done once tracing is on. */
struct privileges_needs {
	uid_t user; /* that a process of root's goes on as; 0: root has files to make */
	gid_t group;
	int directories[PRIVILEGES_DIRECTORIES]; /* to make, replace and remove files in */
	size_t nr_directories;
};

/*
 * Gives up every capability, of every set, for good: no_new_privs keeps an
 * execve(2) from bringing any back. Root becomes the user named; that it cannot become
 * nobody, in a namespace that has none, is no failure. Where the kernel offers Landlock
 * no other directories can be written to. 0 or a negative errno, reported.
 */
int privileges__drop(const struct privileges_needs *needs);

#endif
