/* SPDX-License-Identifier: BSD-2-Clause */
/* A control socket in a directory of its own, what answers at it, and clients of it, for tests. */
#ifndef SIFTR_TESTS_SERVED_CLIENTS_H
#define SIFTR_TESTS_SERVED_CLIENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include "scratch.h"

#include "control/clients.h"

/* The socket's name in the working directory. */
#define SERVED_NAME "control"

/* What is tested: the socket, its clients, and the clock, in nanoseconds, that they are told. */
extern struct listener served_listener;
extern struct clients served_clients;
extern __u64 served_now_ns;

/* How many lines have come from clients, and how many pieces of answers were asked for. */
extern unsigned int served_nr_lines, served_nr_pieces;

/* Set-up and tear-down: the socket exists between them, and leaves nothing behind. */
int served_clients__open(void **state);
int served_clients__close(void **state);

/* Connects. Returns a descriptor that does not block, or -1. */
int served_clients__connect(void);

/* Polls until there is nothing to do. What it does in one call is bounded. */
void served_clients__poll_all(void);

/* Sends; returns how many bytes the socket took. */
size_t served_clients__say(int fd, const char *text, size_t bytes);

/* Sends the text, all of which has to be taken, and polls until there is nothing to do. */
void served_clients__say_text(int fd, const char *text);

/* What the client has got so far, as a string; valid until the next call. */
const char *served_clients__hear(int fd, bool *is_closed);

/* Fails unless the client has got just that, and the connection is closed or open as said. */
void served_clients__assert_heard(int fd, const char *expected, bool closed);

/* How many clients hold a place. */
size_t served_clients__nr_connected(void);

#endif
