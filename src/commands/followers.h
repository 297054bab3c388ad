/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The readers of `ctl follow`. None of them is waited for: the log and the other readers go on
 * whatever one does.
 */
#ifndef SIFTR_COMMANDS_FOLLOWERS_H
#define SIFTR_COMMANDS_FOLLOWERS_H

#include "commands/follower.h"

#define FOLLOWERS_MAX 16

struct followers {
	int epoll_fd; /* readable while a reader takes text or has gone; -1: closed */
	unsigned int count;
	struct follower *of[FOLLOWERS_MAX]; /* the first `count` are in use */
};

/* 0 or a negative errno, unreported. Call followers__close() on success and on failure. */
int followers__open(struct followers *followers);

/*
 * Adds a follower that has begun, which is freed with the others. 0; -EUSERS if there are
 * FOLLOWERS_MAX, or another negative errno: then the caller frees it.
 */
int followers__add(struct followers *followers, struct follower *follower);

/* Writes lines for all. */
void followers__write(struct followers *followers, const struct row rows[], size_t count);

/* Sends what readers take, and forgets those that have gone. */
void followers__flush(struct followers *followers);

/*
 * Writes the footers, sends what readers take within half a second, and closes all.
 */
void followers__close(struct followers *followers, struct siftr_time disabled);

#endif
