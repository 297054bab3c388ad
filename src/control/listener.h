/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control socket: a UNIX stream socket with a name. It is made while the process still has its
 * privileges, and lets in root, its owner, and the members of a group.
 */
#ifndef SIFTR_CONTROL_LISTENER_H
#define SIFTR_CONTROL_LISTENER_H

#include <stdbool.h>
#include <sys/types.h>

#include "output/log_path.h"

struct listener {
	int fd; /* -1: closed */
	struct log_path path;
	ino_t inode; /* of the socket's name */
	uid_t owner;
	gid_t group;
	bool has_group;
};

extern const struct listener LISTENER_NONE;

/*
 * Makes the socket with the mode 0600, or 0660 for the members of `group` (a name, a number, or
 * NULL), and gives it to `owner`. A socket of that name at which nobody listens is replaced. 0 or a
 * negative errno, reported. Call listener__close() on success and on failure.
 */
int listener__open(struct listener *listener, const char *path, const char *group, uid_t owner);

/*
 * Accepts the next client. Returns its descriptor, which the caller closes and which does not
 * block, and sets whether it is allowed in; -EAGAIN if there is none, or another negative errno.
 */
int listener__accept(const struct listener *listener, bool *is_allowed);

/* Closes the socket, and removes its name if that is still the socket's and may be removed. */
void listener__close(struct listener *listener);

#endif
