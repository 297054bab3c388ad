/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Creates or maps the rings of whichever kind the programs fill, and waits on them. The drain reads
 * records from them.
 */
#ifndef SIFTR_CAPTURE_RINGS_H
#define SIFTR_CAPTURE_RINGS_H

#include <signal.h>
#include <stddef.h>
#include <linux/types.h>

#include "capture/kernel_rings.h"
#include "capture/mapped_rings.h"
#include "capture/programs.h"
#include "capture/ring_memory.h"
#include "capture/ring_sizes.h"

struct rings {
	size_t count;
	struct ring_memory memory[SIFTR_RINGS_MAX];
	struct kernel_rings kernel; /* one of these two is in use */
	struct mapped_rings mapped;
	int epoll_fd;
};

extern const struct rings RINGS_NONE;

/*
 * Opens the rings that the programs were loaded for, with the sizes given to programs__open().
 * Every possible CPU gets a ring, and the programs can fill it from then on. On success all program
 * runs that began before the call have ended. 0 or a negative errno, reported. Call rings__close()
 * on success and on failure.
 */
int rings__open(struct rings *rings, const struct programs *programs,
		const struct ring_sizes *sizes, int nr_cpus);
void rings__close(struct rings *rings);

/*
 * Makes these events of epoll(7), and an error or hang-up of `fd`, end rings__wait() too; ignored
 * if it cannot be polled.
 */
void rings__watch(const struct rings *rings, int fd, __u32 events);

/* Forgets wakeups so far. To be called before one is requested. */
void rings__forget_wakeups(const struct rings *rings);

/*
 * Sleeps until a program wakes this process, a watched descriptor fails, `timeout_ms` have passed
 * or a signal that is not in `signals` arrives.
 */
void rings__wait(const struct rings *rings, int timeout_ms, const sigset_t *signals);

#endif
