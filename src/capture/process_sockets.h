/* SPDX-License-Identifier: BSD-2-Clause */
/* The sockets that the processes of this host have at a moment, as /proc shows them. */
#ifndef SIFTR_CAPTURE_PROCESS_SOCKETS_H
#define SIFTR_CAPTURE_PROCESS_SOCKETS_H

#include <stdbool.h>

#include <linux/types.h>
#include <siftr/record.h>

struct process_visitor {
	void *context;
	/* Whether the sockets of a process are wanted. `pid`: its number as text. */
	bool (*wants)(void *context, const struct siftr_owner *process, const char *pid);
	/* Takes a socket of a wanted process. 0, or a negative errno that ends the visit. */
	int (*take)(void *context, const struct siftr_owner *process, __u64 inode);
};

/*
 * Visits all processes and the sockets of those that are wanted. A process that ends meanwhile is
 * passed over: its sockets end with it, or another process has them. So is one whose descriptors
 * cannot be seen. 0, what take() returned, or the negative errno of reading /proc; unreported.
 */
int process_sockets__visit(const struct process_visitor *visitor);

#endif
