/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The BPF ring buffers: created, mapped, waited on. Records come out of them by
 * way of a drain.
 */
#ifndef SIFTR_CAPTURE_RINGS_H
#define SIFTR_CAPTURE_RINGS_H

#include <signal.h>
#include <stddef.h>
#include <linux/types.h>

#include "capture/drain.h"

#define RINGS_MAX 32

struct rings {
	size_t count;
	int fds[RINGS_MAX];
	struct ring_memory memory[RINGS_MAX];
	int epoll_fd;
};

/*
 * A ring per online CPU, `total_bytes` together, each rounded down to a power of
 * two. On failure reports and returns a negative errno; rings__close() either way.
 */
int rings__open(struct rings *rings, __u64 total_bytes);
void rings__close(struct rings *rings);

/* Gives every possible CPU its ring in the array of maps `map_fd`. */
int rings__assign(const struct rings *rings, int map_fd, int nr_cpus);

/* Ends the sleep too when `fd` has an error or hang-up; one that cannot be polled is ignored. */
void rings__watch(const struct rings *rings, int fd);

/* Sleeps until a ring is woken, `timeout_ms` are over or a signal not in `signals` comes. */
void rings__wait(const struct rings *rings, int timeout_ms, const sigset_t *signals);

#endif
