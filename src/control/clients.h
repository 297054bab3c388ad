/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clients of the control socket. What they cost is bounded, whatever they do: their number,
 * their memory, and how much is read and answered in one call.
 */
#ifndef SIFTR_CONTROL_CLIENTS_H
#define SIFTR_CONTROL_CLIENTS_H

#include <linux/types.h>

#include "control/client.h"
#include "control/listener.h"

#define CLIENTS_MAX 16
/* A client that is idle for so long gives its place to a new one if all are taken. */
#define CLIENT_IDLE_NS 5000000000ULL

/* Answers a line, at once or, if it sets client->waits, later. */
typedef void clients_answer(struct client *client, char *line, void *context);

struct clients {
	const struct listener *listener;
	clients_answer *answer;
	void *context;
	int epoll_fd; /* readable while a client or the listener has something; -1: closed */
	struct client of[CLIENTS_MAX];
};

/*
 * Begins to wait for clients of the listener, which the caller owns; `context` is passed to
 * `answer`. 0 or a negative errno, unreported. Call clients__close() on success and on failure.
 */
int clients__open(struct clients *clients, const struct listener *listener, clients_answer *answer,
		  void *context);

/*
 * Accepts, reads, answers and sends, all without waiting. `now_ns` is the CLOCK_MONOTONIC time.
 * Returns 0 if there was nothing to do; otherwise more may be waiting, so call it again soon.
 */
unsigned int clients__poll(struct clients *clients, __u64 now_ns);

/* Gives the connection of a client to the caller, who closes the descriptor that is returned. */
int clients__release(const struct clients *clients, struct client *client);

/* Sends what is unsent, as far as clients take it, and closes all of them. */
void clients__close(struct clients *clients, __u64 now_ns);

#endif
