// SPDX-License-Identifier: BSD-2-Clause
#include "commands/run_control.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "capture/clock.h"
#include "filter/filter.h"
#include "report/report.h"

int run_control__open(struct run *run, struct options *options, uid_t owner, clients_answer *answer)
{
	struct run_control *control;
	int err;

	if (!options->control)
		return 0;
	control = calloc(1, sizeof(*control));
	if (!control)
		return report_error(-ENOMEM, "make the control socket");
	run->control = control;
	control->run = run;
	control->options = options;
	control->filters = filter__loaded(&options->filter, true);
	control->listener = LISTENER_NONE;
	control->clients.epoll_fd = control->followers.epoll_fd = -1;
	err = listener__open(&control->listener, options->control, options->control_group, owner);
	if (err)
		return err;
	err = clients__open(&control->clients, &control->listener, answer, control);
	if (err)
		return report_error(err, "wait for clients of the control socket");
	err = followers__open(&control->followers);
	if (err)
		return report_error(err, "wait for readers of the control socket");
	run->session.followers = &control->followers;
	tracer__watch(run->tracer, control->clients.epoll_fd, EPOLLIN);
	tracer__watch(run->tracer, control->followers.epoll_fd, EPOLLIN);
	return 0;
}

int run_control__fd(const struct run *run)
{
	return run->control ? run->control->listener.fd : -1;
}

void run_control__needs(const struct run *run, struct privileges_needs *needs)
{
	if (run->control)
		needs->directories[needs->nr_directories++] =
			run->control->listener.path.directory_fd;
}

unsigned int run_control__poll(struct run *run)
{
	if (!run->control)
		return 0;
	followers__flush(&run->control->followers);
	return clients__poll(&run->control->clients, clock__monotonic_ns());
}

/* The clients that wait are those of `stop`. */
static void answer_stop(struct clients *clients, int status)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &clients->of[i];

		if (client->fd < 0 || !client->waits)
			continue;
		if (status)
			client__error(client, "the run ended with exit status %d", status);
		else
			client__ok(client);
	}
}

void run_control__close(struct run *run, int status)
{
	struct run_control *control = run->control;

	if (!control)
		return;
	run->session.followers = NULL;
	followers__close(&control->followers,
			 wall_clock__time(&run->session.wall, clock__monotonic_ns()));
	if (control->clients.epoll_fd >= 0) {
		answer_stop(&control->clients, status);
		clients__close(&control->clients, clock__monotonic_ns());
	}
	listener__close(&control->listener);
	for (size_t i = 0; i < CONTROL_TEXTS_MAX; i++)
		free(control->texts[i]);
	free(control);
	run->control = NULL;
}
