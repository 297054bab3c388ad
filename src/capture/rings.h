/* SPDX-License-Identifier: BSD-2-Clause */
/* Creates, maps and waits on the BPF ring buffers. The drain reads records from them. */
#ifndef SIFTR_CAPTURE_RINGS_H
#define SIFTR_CAPTURE_RINGS_H

#include <signal.h>
#include <stddef.h>
#include <linux/types.h>

#include "capture/ring_memory.h"

#define RINGS_MAX 32

struct rings {
	size_t count;
	int fds[RINGS_MAX];
	struct ring_memory memory[RINGS_MAX];
	int epoll_fd;
};

/*
 * Creates a ring per online CPU, `total_bytes` together, each rounded down to a power of two. 0 or
 * a negative errno, reported. Call rings__close() on success and on failure.
 */
int rings__open(struct rings *rings, __u64 total_bytes);
void rings__close(struct rings *rings);

/* Enters a ring for every possible CPU in the array of maps `map_fd`. */
int rings__assign(const struct rings *rings, int map_fd, int nr_cpus);

/* Makes an error or hang-up of `fd` end rings__wait() too; ignored if it cannot be polled. */
void rings__watch(const struct rings *rings, int fd);

/* Sleeps until a ring wakes, `timeout_ms` have passed or a signal not in `signals` arrives. */
void rings__wait(const struct rings *rings, int timeout_ms, const sigset_t *signals);

#endif
