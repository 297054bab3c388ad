// SPDX-License-Identifier: BSD-2-Clause
#include "control/clients.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* In one call: connections that are accepted, and lines of a client that are answered. */
#define ACCEPTS 32
#define LINES	8

static int wait_for(const struct clients *clients, int operation, int fd, struct client *client)
{
	struct epoll_event event = {.events = client ? client->events : EPOLLIN,
				    .data.ptr = client};

	return epoll_ctl(clients->epoll_fd, operation, fd, &event) ? -errno : 0;
}

int clients__open(struct clients *clients, const struct listener *listener, clients_answer *answer,
		  void *context)
{
	clients->listener = listener;
	clients->answer = answer;
	clients->context = context;
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		clients->of[i].fd = -1;
	clients->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (clients->epoll_fd < 0)
		return -errno;
	return wait_for(clients, EPOLL_CTL_ADD, listener->fd, NULL);
}

/* Closing a descriptor removes it from the epoll instance. */
static void close_client(struct client *client)
{
	close(client->fd);
	client->fd = -1;
}

int clients__release(const struct clients *clients, struct client *client)
{
	int fd = client->fd;

	epoll_ctl(clients->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	client->fd = -1;
	client->nr_in = 0;
	return fd;
}

static void begin_client(struct client *client, int fd, __u64 now_ns)
{
	client->fd = fd;
	client->nr_in = client->out_begin = client->out_end = 0;
	client->at_eof = client->waits = client->closing = client->failed = false;
	client->overflowed = false;
	client->more = NULL;
	client->events = EPOLLIN;
	client->active_ns = now_ns;
}

/* A free place, or that of the client that has been idle longest, which is closed; or NULL. */
static struct client *find_place(struct clients *clients, __u64 now_ns)
{
	struct client *idle = NULL;

	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &clients->of[i];

		if (client->fd < 0)
			return client;
		if (!client->waits && (!idle || client->active_ns < idle->active_ns))
			idle = client;
	}
	if (!idle || now_ns - idle->active_ns < CLIENT_IDLE_NS)
		return NULL;
	close_client(idle);
	return idle;
}

/* Tells a client why it is not served; it has no place in the table. */
static void turn_away(int fd, const char *why, size_t bytes)
{
	(void)send(fd, why, bytes, MSG_NOSIGNAL);
	close(fd);
}

static void admit(struct clients *clients, int fd, bool is_allowed, __u64 now_ns)
{
	static const char denied[] = "error permission denied\n",
			  full[] = "error there are too many clients, try again later\n";
	struct client *client = is_allowed ? find_place(clients, now_ns) : NULL;

	if (!is_allowed) {
		turn_away(fd, denied, sizeof(denied) - 1);
	} else if (!client) {
		turn_away(fd, full, sizeof(full) - 1);
	} else {
		begin_client(client, fd, now_ns);
		if (wait_for(clients, EPOLL_CTL_ADD, fd, client))
			close_client(client);
	}
}

static void accept_some(struct clients *clients, __u64 now_ns)
{
	for (int i = 0; i < ACCEPTS; i++) {
		bool is_allowed = false;
		int fd = listener__accept(clients->listener, &is_allowed);

		if (fd < 0)
			return;
		admit(clients, fd, is_allowed, now_ns);
	}
}

/* Answers the lines that are there, as long as the client takes the answers. */
static void serve(struct clients *clients, struct client *client, __u64 now_ns)
{
	char line[CLIENT_LINE_MAX];

	client__flush(client, now_ns);
	if (client->more && !client->out_end && !client->failed) {
		client->more(client, clients->context);
		client__flush(client, now_ns);
	}
	for (int i = 0; i < LINES && client__take_line(client, line); i++) {
		client->active_ns = now_ns;
		clients->answer(client, line, clients->context);
		client__flush(client, now_ns);
	}
	if (client->closing)
		client__flush(client, now_ns);
}

/* What to wait for: an answer to be taken, or else a line. */
static void wait_again(const struct clients *clients, struct client *client)
{
	__u32 events = client->out_end || client->more ? EPOLLOUT : client->waits ? 0 : EPOLLIN;

	if (client->failed) {
		close_client(client);
	} else if (events != client->events) {
		client->events = events;
		if (wait_for(clients, EPOLL_CTL_MOD, client->fd, client))
			close_client(client);
	}
}

static void take_event(const struct epoll_event *event)
{
	struct client *client = event->data.ptr;

	if (!client)
		return;
	if (event->events & (EPOLLHUP | EPOLLERR) && !(event->events & EPOLLIN))
		client->failed = true;
	client__read(client);
}

unsigned int clients__poll(struct clients *clients, __u64 now_ns)
{
	struct epoll_event events[CLIENTS_MAX + 1];
	int count = epoll_wait(clients->epoll_fd, events, CLIENTS_MAX + 1, 0);
	unsigned int busy = count > 0 ? (unsigned int)count : 0;

	for (int i = 0; i < count; i++)
		take_event(&events[i]);
	/* Later, because a place that a client has to give up may have an event here. */
	for (int i = 0; i < count; i++)
		if (!events[i].data.ptr)
			accept_some(clients, now_ns);
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &clients->of[i];

		if (client->fd < 0)
			continue;
		serve(clients, client, now_ns);
		wait_again(clients, client);
		busy += client->fd >= 0 && client__has_line(client);
	}
	return busy;
}

void clients__close(struct clients *clients, __u64 now_ns)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &clients->of[i];

		if (client->fd < 0)
			continue;
		client__flush(client, now_ns);
		close_client(client);
	}
	if (clients->epoll_fd >= 0)
		close(clients->epoll_fd);
	clients->epoll_fd = -1;
}
