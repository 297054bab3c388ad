// SPDX-License-Identifier: BSD-2-Clause
#include "commands/followers.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

/* At the end, how long a reader is waited for that takes nothing. */
#define END_ROUNDS 50
#define END_MS	   10

/* Waits for a reader that has not taken everything; that one leaves is noticed in any case. */
static int wait_for(const struct followers *followers, int operation, struct follower *follower)
{
	struct epoll_event event = {.events = follower->begin < follower->end ? EPOLLOUT : 0};

	if (operation == EPOLL_CTL_MOD && event.events == follower->events)
		return 0;
	follower->events = event.events;
	return epoll_ctl(followers->epoll_fd, operation, follower->fd, &event) ? -errno : 0;
}

int followers__open(struct followers *followers)
{
	followers->count = 0;
	followers->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	return followers->epoll_fd < 0 ? -errno : 0;
}

int followers__add(struct followers *followers, struct follower *follower)
{
	int err;

	if (followers->count == FOLLOWERS_MAX)
		return -EUSERS;
	err = wait_for(followers, EPOLL_CTL_ADD, follower);
	if (!err)
		followers->of[followers->count++] = follower;
	return err;
}

void followers__write(struct followers *followers, const struct row rows[], size_t count)
{
	for (unsigned int i = 0; i < followers->count; i++)
		follower__write(followers->of[i], rows, count);
}

/* A reader that only sends nothing more has not left. */
static bool has_left(const struct follower *follower)
{
	struct pollfd state = {.fd = follower->fd};

	return poll(&state, 1, 0) > 0;
}

void followers__flush(struct followers *followers)
{
	for (unsigned int i = followers->count; i-- > 0;) {
		struct follower *follower = followers->of[i];

		follower__flush(follower);
		if (!follower->failed && !has_left(follower) &&
		    !wait_for(followers, EPOLL_CTL_MOD, follower))
			continue;
		follower__free(follower);
		followers->of[i] = followers->of[--followers->count];
	}
}

/* Sends what is left while readers take it, for at most END_ROUNDS times END_MS if they do not. */
static void send_rest(struct followers *followers)
{
	struct pollfd waiting[FOLLOWERS_MAX];

	for (int round = 0; round < END_ROUNDS && followers->count; round++) {
		nfds_t nr_waiting = 0;

		followers__flush(followers);
		for (unsigned int i = 0; i < followers->count; i++)
			if (followers->of[i]->begin < followers->of[i]->end)
				waiting[nr_waiting++] = (struct pollfd){.fd = followers->of[i]->fd,
									.events = POLLOUT};
		if (!nr_waiting)
			return;
		poll(waiting, nr_waiting, END_MS);
	}
}

void followers__close(struct followers *followers, struct siftr_time disabled)
{
	for (unsigned int i = 0; i < followers->count; i++)
		follower__end(followers->of[i], disabled);
	send_rest(followers);
	while (followers->count)
		follower__free(followers->of[--followers->count]);
	if (followers->epoll_fd >= 0)
		close(followers->epoll_fd);
	followers->epoll_fd = -1;
}
